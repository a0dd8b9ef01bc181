import type { CallError } from './errors.js';
import { profileAfter } from './ladder.js';
import { isInCall, isOn, type CallState, type Device, type DeviceKind, type LostDevice } from './state.js';
import type { Turn } from './turn.js';

export const DEVICES: readonly DeviceKind[] = ['microphone', 'camera'];

export type ClosedDevice = Extract<Device, { status: 'closed' }> & { readonly lost: LostDevice };

export function isLost(device: Device): device is ClosedDevice {
  return device.status === 'closed' && device.lost !== undefined;
}

/** What is said of this person's media on the wire. */
export function mediaState(state: CallState) {
  const inCall = isInCall(state);
  return {
    rev: state.rev,
    audio: isOn(state.microphone, inCall),
    video: isOn(state.camera, inCall),
    screen: false,
  };
}

/** Tells the peer what is sent, on both ways there are; the higher `rev` counts. */
export function sendState(turn: Turn): void {
  const { seat, link } = turn.state;
  if (seat === null) return;
  const message = { type: 'state', ...mediaState(turn.state) } as const;
  turn.send(message);
  if (link?.channel === 'open') turn.do({ type: 'link-send', link: link.id, message });
}

export function setDevice(turn: Turn, kind: DeviceKind, device: Device): void {
  const before = mediaState(turn.state);
  const wasLost = isLost(turn.state[kind]);
  turn.set(kind === 'microphone' ? { microphone: device } : { camera: device });
  if (wasLost || isLost(device)) setReopenTimer(turn);
  const after = mediaState(turn.state);
  if (before.audio === after.audio && before.video === after.video) return;
  turn.set({ rev: turn.state.rev + 1 });
  const { audio, video, screen } = after;
  turn.fact({ type: 'media-change', who: 'self', audio, video, screen });
  sendState(turn);
}

/** One timer for both: for the one that is due sooner. */
function setReopenTimer(turn: Turn): void {
  const due = DEVICES.map((kind) => turn.state[kind])
    .filter(isLost)
    .flatMap(({ lost: { dueAt } }) => (dueAt === null ? [] : [dueAt]));
  if (due.length === 0) turn.stop('reopen');
  else turn.start('reopen', Math.max(0, Math.min(...due) - turn.now));
}

export function isAllowed(state: CallState, kind: DeviceKind): boolean {
  return (
    kind === 'microphone' || (state.settings.mode === 'video' && profileAfter(state.refusals) !== 'audio')
  );
}

/** Lets go of every device; what was wanted stays wanted, for the next call. */
export function closeDevices(turn: Turn): void {
  for (const kind of DEVICES) {
    const device = turn.state[kind];
    release(turn, kind);
    const wanted = device.status === 'live' ? device.on : device.wanted;
    turn.set({ [kind]: { status: 'closed', wanted, problem: null } });
  }
  turn.stop('reopen');
}

/** Lets go of a device that is open, or being opened. */
export function release(turn: Turn, kind: DeviceKind): void {
  const device = turn.state[kind];
  if (device.status !== 'closed' || device.lost?.isTrying) turn.do({ type: 'release', kind });
}

export function closeWithProblem(turn: Turn, kind: DeviceKind, error: CallError): void {
  setDevice(turn, kind, { status: 'closed', wanted: true, problem: error.code });
  // A device's problem stands beside the device; it is no reason to stop the call, so it is not the call's error.
  turn.fact({ type: 'error', error });
}
