import type { CaptureResult, DeviceInput } from './inputs.js';
import { CallError, type CallErrorCode } from './errors.js';
import { profileAfter } from './ladder.js';
import { isInCall, isOn, type CallState, type Device, type DeviceKind, type LostDevice } from './state.js';
import type { Turn } from './turn.js';

export const DEVICES: readonly DeviceKind[] = ['microphone', 'camera'];

/** Before the second try to open a lost device again, ms; twice as long before each further one. */
const REOPEN_MS = 1_000;
/** After so many tries only a change of the devices, or of the page, gives reason for another. */
export const REOPEN_TRIES = 6;
/** What ends sooner than this after it came back, ms, has not come back. */
const STEADY_MS = 10_000;

type ClosedDevice = Extract<Device, { status: 'closed' }> & { readonly lost: LostDevice };

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
  const wasLost = isLost(turn.state[kind]);
  turn.set(kind === 'microphone' ? { microphone: device } : { camera: device });
  if (wasLost && !DEVICES.some((each) => isLost(turn.state[each]))) turn.stop('reopen');
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
    release(turn, kind);
    const wanted = device.status === 'live' ? device.on : device.wanted;
    turn.set({ [kind]: { status: 'closed', wanted, problem: null } });
  }
  turn.stop('reopen');
}

/** Lets go of a device that is open, or being opened. */
function release(turn: Turn, kind: DeviceKind): void {
  const device = turn.state[kind];
  if (device.status !== 'closed' || device.lost?.isTrying) turn.do({ type: 'release', kind });
}

/** A person's wish about a device. A muted microphone stays open (silent); a camera that is off is let go: its light goes out. */
export function switchDevice(turn: Turn, kind: DeviceKind, on: boolean): void {
  const device = turn.state[kind];
  if (device.status === 'opening') return setDevice(turn, kind, { status: 'opening', wanted: on });
  if (device.status === 'live' && (on || kind === 'microphone')) {
    turn.do({ type: 'enable', kind, on });
    return setDevice(turn, kind, { ...device, on });
  }
  release(turn, kind);
  const isRetry = device.status === 'closed' && device.problem !== null;
  // In the lobby a switch only says what is wanted, until a device that is open shows that the person let us open them.
  const inUse = isInCall(turn.state) || DEVICES.some((other) => turn.state[other].status !== 'closed');
  setDevice(turn, kind, { status: 'closed', wanted: on, problem: null });
  if (on && (inUse || isRetry)) openDevices(turn, [kind], true);
}

export function handleDevice(turn: Turn, input: DeviceInput): void {
  if (input.type === 'captured') return handleCaptured(turn, input.kind, input.result);
  return handleLost(turn, input.kind);
}

/**
 * It was unplugged, its driver hung, or the permission was withdrawn. One that was in use is opened again at once, without a
 * question: most come back, or another takes over. One that was muted is opened when the person wants it.
 */
function handleLost(turn: Turn, kind: DeviceKind): void {
  const device = turn.state[kind];
  if (device.status !== 'live') return;
  turn.do({ type: 'release', kind });
  if (!device.on) return setDevice(turn, kind, { status: 'closed', wanted: false, problem: null });
  const { deviceId, back } = device;
  const isAgain = back !== undefined && turn.now - back.at < STEADY_MS;
  const lost: LostDevice = { deviceId, tries: isAgain ? back.tries : 0, isTrying: false };
  const closed = { status: 'closed', wanted: true, problem: null, lost } as const;
  // It opens, and ends: that may go on for ever, so the person hears of it, and the next try waits.
  if (isAgain) failToReopen(turn, kind, closed, 'media-failed');
  else reopen(turn, kind, closed);
}

export function isLost(device: Device): device is ClosedDevice {
  return device.status === 'closed' && device.lost !== undefined;
}

/** Tries to have back what ended by itself. @param anew there is reason to hope: the tries so far do not count */
export function reopenDevices(turn: Turn, anew: boolean): void {
  for (const kind of DEVICES) {
    const device = turn.state[kind];
    if (!isLost(device) || device.lost.isTrying) continue;
    reopen(turn, kind, anew ? { ...device, lost: { ...device.lost, tries: 0 } } : device);
  }
}

function reopen(turn: Turn, kind: DeviceKind, device: ClosedDevice): void {
  const { deviceId, tries } = device.lost;
  setDevice(turn, kind, { ...device, lost: { deviceId, tries: tries + 1, isTrying: true } });
  turn.do({ type: 'reopen', kind, deviceId });
}

function failToReopen(turn: Turn, kind: DeviceKind, device: ClosedDevice, problem: CallErrorCode): void {
  const { lost } = device;
  setDevice(turn, kind, { ...device, problem, lost: { ...lost, isTrying: false } });
  if (problem !== device.problem)
    turn.fact({ type: 'error', error: new CallError(problem, { detail: `${kind} ended` }) });
  // One timer for both: what is lost when it fires is tried, and a try too many costs nothing.
  if (lost.tries < REOPEN_TRIES) turn.start('reopen', REOPEN_MS * 2 ** (lost.tries - 1), 0.2);
}

function handleCaptured(turn: Turn, kind: DeviceKind, result: CaptureResult): void {
  const device = turn.state[kind];
  if (isLost(device)) return handleReopened(turn, kind, device, result);
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

function handleReopened(turn: Turn, kind: DeviceKind, device: ClosedDevice, result: CaptureResult): void {
  const { lost } = device;
  if (!lost.isTrying || (!result.ok && result.code === null)) return;
  if (!result.ok) return failToReopen(turn, kind, device, result.code ?? 'media-failed');
  turn.do({ type: 'enable', kind, on: true });
  const back = { at: turn.now, tries: lost.tries };
  setDevice(turn, kind, { status: 'live', on: true, deviceId: result.deviceId, back });
}

/** The browsers could agree on sound only: nobody would see what the camera sees. */
export function giveUpPicture(turn: Turn): void {
  const { camera, settings } = turn.state;
  if (settings.mode === 'audio' || (camera.status === 'closed' && !camera.wanted)) return;
  release(turn, 'camera');
  closeWithProblem(turn, 'camera', new CallError('negotiation-failed', { detail: 'sound only' }));
}

function closeWithProblem(turn: Turn, kind: DeviceKind, error: CallError): void {
  setDevice(turn, kind, { status: 'closed', wanted: true, problem: error.code });
  // A device's problem stands beside the device; it is no reason to stop the call, so it is not the call's error.
  turn.fact({ type: 'error', error });
}
