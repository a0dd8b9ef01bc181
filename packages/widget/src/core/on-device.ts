import type { CaptureResult, DeviceInput } from './inputs.js';
import { CallError } from './errors.js';
import { profileAfter } from './ladder.js';
import { isInCall, isOn, type CallState, type Device, type DeviceKind } from './state.js';
import type { Turn } from './turn.js';

export const DEVICES: readonly DeviceKind[] = ['microphone', 'camera'];

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

function setDevice(turn: Turn, kind: DeviceKind, device: Device): void {
  const before = mediaState(turn.state);
  turn.set(kind === 'microphone' ? { microphone: device } : { camera: device });
  const after = mediaState(turn.state);
  if (before.audio === after.audio && before.video === after.video) return;
  turn.set({ rev: turn.state.rev + 1 });
  const { audio, video, screen } = after;
  turn.fact({ type: 'media-change', who: 'self', audio, video, screen });
  sendState(turn);
}

/**
 * Opens those that are wanted and closed, with one question to the person. One that has a problem is asked for again only
 * where the person asks for it (`retry`): joining must not prompt twice.
 */
export function openDevices(turn: Turn, kinds: readonly DeviceKind[], retry: boolean): void {
  const asked = kinds.filter((kind) => {
    const device = turn.state[kind];
    if (device.status !== 'closed' || !device.wanted || !isAllowed(turn.state, kind)) return false;
    return retry || device.problem === null;
  });
  if (asked.length === 0) return;
  for (const kind of asked) setDevice(turn, kind, { status: 'opening', wanted: true });
  turn.do({ type: 'capture', kinds: asked });
  const { marks } = turn.state;
  if (marks) turn.set({ marks: { asked: turn.now, ...marks } });
}

function isAllowed(state: CallState, kind: DeviceKind): boolean {
  return (
    kind === 'microphone' || (state.settings.mode === 'video' && profileAfter(state.refusals) !== 'audio')
  );
}

/** Lets go of every device; what was wanted stays wanted, for the next call. */
export function closeDevices(turn: Turn): void {
  for (const kind of DEVICES) {
    const device = turn.state[kind];
    if (device.status !== 'closed') turn.do({ type: 'release', kind });
    const wanted = device.status === 'live' ? device.on : device.wanted;
    turn.set({ [kind]: { status: 'closed', wanted, problem: null } });
  }
}

/** A person's wish about a device. A muted microphone stays open (silent); a camera that is off is let go: its light goes out. */
export function switchDevice(turn: Turn, kind: DeviceKind, on: boolean): void {
  const device = turn.state[kind];
  if (device.status === 'opening') return setDevice(turn, kind, { status: 'opening', wanted: on });
  if (device.status === 'live' && (on || kind === 'microphone')) {
    turn.do({ type: 'enable', kind, on });
    return setDevice(turn, kind, { ...device, on });
  }
  if (device.status === 'live') turn.do({ type: 'release', kind });
  const isRetry = device.status === 'closed' && device.problem !== null;
  // In the lobby a switch only says what is wanted, until a device that is open shows that the person let us open them.
  const inUse = isInCall(turn.state) || DEVICES.some((other) => turn.state[other].status !== 'closed');
  setDevice(turn, kind, { status: 'closed', wanted: on, problem: null });
  if (on && (inUse || isRetry)) openDevices(turn, [kind], true);
}

export function handleDevice(turn: Turn, input: DeviceInput): void {
  if (input.type === 'captured') return handleCaptured(turn, input.kind, input.result);
  if (turn.state[input.kind].status !== 'live') return;
  turn.do({ type: 'release', kind: input.kind });
  closeWithProblem(turn, input.kind, new CallError('media-not-found', { detail: `${input.kind} ended` }));
}

function handleCaptured(turn: Turn, kind: DeviceKind, result: CaptureResult): void {
  const device = turn.state[kind];
  // Released meanwhile: whoever opened the track has already stopped it.
  if (device.status !== 'opening' || (!result.ok && result.code === null)) return;
  const { marks } = turn.state;
  if (marks) turn.set({ marks: { answered: turn.now, ...marks } });
  if (!result.ok)
    return closeWithProblem(turn, kind, new CallError(result.code ?? 'media-failed', { detail: kind }));
  const { deviceId } = result;
  if (device.wanted || kind === 'microphone') {
    turn.do({ type: 'enable', kind, on: device.wanted });
    return setDevice(turn, kind, { status: 'live', on: device.wanted, deviceId });
  }
  turn.do({ type: 'release', kind });
  setDevice(turn, kind, { status: 'closed', wanted: false, problem: null });
}

/** The browsers could agree on sound only: nobody would see what the camera sees. */
export function giveUpPicture(turn: Turn): void {
  const { camera, settings } = turn.state;
  if (settings.mode === 'audio' || (camera.status === 'closed' && !camera.wanted)) return;
  if (camera.status !== 'closed') turn.do({ type: 'release', kind: 'camera' });
  closeWithProblem(turn, 'camera', new CallError('negotiation-failed', { detail: 'sound only' }));
}

function closeWithProblem(turn: Turn, kind: DeviceKind, error: CallError): void {
  setDevice(turn, kind, { status: 'closed', wanted: true, problem: error.code });
  // A device's problem stands beside the device; it is no reason to stop the call, so it is not the call's error.
  turn.fact({ type: 'error', error });
}
