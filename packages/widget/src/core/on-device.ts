import { closeWithProblem, DEVICES, isAllowed, isLost, release, setDevice } from './devices.js';
import { CallError, type CallErrorCode } from './errors.js';
import type { CaptureResult, DeviceInput } from './inputs.js';
import { failToReopen, handleLost, handleReopened } from './lost-device.js';
import { isInCall, type Device, type DeviceKind, type LostDevice } from './state.js';
import type { Turn } from './turn.js';

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
  for (const kind of asked)
    setDevice(turn, kind, { status: 'opening', wanted: true, ...lostBefore(turn.state[kind]) });
  turn.do({ type: 'capture', kinds: asked });
  const { marks } = turn.state;
  if (marks) turn.set({ marks: { asked: turn.now, ...marks } });
}

/** That it was lost is not forgotten while the person tries: where that fails, it may still come back by itself. */
function lostBefore(device: Device): { lost?: LostDevice } {
  return isLost(device) ? { lost: { ...device.lost, dueAt: null, isTrying: false } } : {};
}

/** A person's wish about a device. A muted microphone stays open (silent); a camera that is off is let go: its light goes out. */
export function switchDevice(turn: Turn, kind: DeviceKind, on: boolean): void {
  const device = turn.state[kind];
  if (device.status === 'opening')
    return setDevice(turn, kind, on ? { ...device, wanted: on } : { status: 'opening', wanted: on });
  if (device.status === 'live' && (on || kind === 'microphone')) {
    turn.do({ type: 'enable', kind, on });
    return setDevice(turn, kind, { ...device, on });
  }
  release(turn, kind);
  const isRetry = device.status === 'closed' && (device.problem !== null || isLost(device));
  // In the lobby a switch only says what is wanted, until a device that is open shows that the person let us open them.
  const inUse = isInCall(turn.state) || DEVICES.some((other) => turn.state[other].status !== 'closed');
  const lost = on && isAllowed(turn.state, kind) ? lostBefore(device) : {};
  setDevice(turn, kind, { status: 'closed', wanted: on, problem: null, ...lost });
  if (on && (inUse || isRetry)) openDevices(turn, [kind], true);
}

export function handleDevice(turn: Turn, input: DeviceInput): void {
  if (input.type === 'captured') return handleCaptured(turn, input.kind, input.result);
  return handleLost(turn, input.kind);
}

function handleCaptured(turn: Turn, kind: DeviceKind, result: CaptureResult): void {
  const device = turn.state[kind];
  if (isLost(device)) return handleReopened(turn, kind, device, result);
  // Released meanwhile: whoever opened the track has already stopped it.
  if (device.status !== 'opening' || (!result.ok && result.code === null)) return;
  const { marks } = turn.state;
  if (marks) turn.set({ marks: { answered: turn.now, ...marks } });
  if (!result.ok) return handleRefused(turn, kind, result.code ?? 'media-failed', device.lost);
  const { deviceId } = result;
  if (device.wanted || kind === 'microphone') {
    turn.do({ type: 'enable', kind, on: device.wanted });
    return setDevice(turn, kind, { status: 'live', on: device.wanted, deviceId });
  }
  turn.do({ type: 'release', kind });
  setDevice(turn, kind, { status: 'closed', wanted: false, problem: null });
}

function handleRefused(
  turn: Turn,
  kind: DeviceKind,
  code: CallErrorCode,
  lost: LostDevice | undefined,
): void {
  if (lost) return failToReopen(turn, kind, { status: 'closed', wanted: true, problem: null, lost }, code);
  closeWithProblem(turn, kind, new CallError(code, { detail: kind }));
}

/** The browsers could agree on sound only: nobody would see what the camera sees. */
export function giveUpPicture(turn: Turn): void {
  const { camera, settings } = turn.state;
  if (settings.mode === 'audio' || (camera.status === 'closed' && !camera.wanted)) return;
  release(turn, 'camera');
  closeWithProblem(turn, 'camera', new CallError('negotiation-failed', { detail: 'sound only' }));
}
