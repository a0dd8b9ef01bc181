import { closeWithProblem, DEVICES, isAllowed, isLost, setDevice } from './devices.js';
import type { ClosedDevice } from './devices.js';
import { CallError, type CallErrorCode } from './errors.js';
import type { CaptureResult } from './inputs.js';
import type { DeviceKind, LostDevice } from './state.js';
import type { Turn } from './turn.js';

/** Between two tries to open a lost device again, ms, at least; twice as long before each further one. */
const REOPEN_MS = 1_000;
/** After so many tries only a change of the devices, or of the page, gives reason for another. */
export const REOPEN_TRIES = 6;
/** What ends sooner than this after it came back, ms, has not come back. */
const STEADY_MS = 10_000;
/** A timer may fire a moment early, ms. */
const EARLY_MS = 5;

/**
 * It was unplugged, its driver hung, or the permission was withdrawn. It is opened again at once, without a question, and muted
 * if it was: most come back, or another takes over.
 */
export function handleLost(turn: Turn, kind: DeviceKind): void {
  const device = turn.state[kind];
  if (device.status !== 'live') return;
  turn.do({ type: 'release', kind });
  if (!isAllowed(turn.state, kind))
    return closeWithProblem(turn, kind, new CallError('media-not-found', { detail: `${kind} ended` }));
  const { deviceId, back, on: wanted } = device;
  const isAgain = back !== undefined && turn.now - back.at < STEADY_MS;
  const tries = isAgain ? back.tries : 0;
  const lost: LostDevice = { deviceId, tries, triedAt: turn.now, dueAt: null, isTrying: false, isAgain };
  const closed = { status: 'closed', wanted, problem: null, lost } as const;
  // It opens, and ends: that may go on for ever, so the person hears of it, and the next try waits.
  if (isAgain) failToReopen(turn, kind, closed, 'media-failed');
  else reopen(turn, kind, closed);
}

/** Tries those that are due. @param hope there is reason for a try before that */
export function reopenDevices(turn: Turn, hope: boolean): void {
  for (const kind of DEVICES) {
    const device = turn.state[kind];
    if (!isLost(device) || device.lost.isTrying) continue;
    const next = hope ? { ...device, lost: sooner(device.lost, turn.now) } : device;
    const { dueAt } = next.lost;
    if (dueAt !== null && dueAt < turn.now + EARLY_MS) reopen(turn, kind, next);
    else setDevice(turn, kind, next);
  }
}

/** Devices that come and go all the time do not hurry one that does not hold. */
function sooner(lost: LostDevice, now: number): LostDevice {
  const tries = lost.isAgain ? lost.tries : 0;
  return { ...lost, tries, dueAt: Math.max(now, lost.triedAt + REOPEN_MS) };
}

function reopen(turn: Turn, kind: DeviceKind, device: ClosedDevice): void {
  const { lost, wanted, problem } = device;
  if (!isAllowed(turn.state, kind)) return setDevice(turn, kind, { status: 'closed', wanted, problem });
  const tried = { tries: lost.tries + 1, triedAt: turn.now, dueAt: null, isTrying: true };
  setDevice(turn, kind, { ...device, lost: { ...lost, ...tried } });
  turn.do({ type: 'reopen', kind, deviceId: lost.deviceId });
}

/** It is told once what the problem is, and tried again later. */
export function failToReopen(
  turn: Turn,
  kind: DeviceKind,
  device: ClosedDevice,
  problem: CallErrorCode,
): void {
  const { tries } = device.lost;
  const dueAt = tries < REOPEN_TRIES ? turn.now + REOPEN_MS * 2 ** Math.max(0, tries - 1) : null;
  setDevice(turn, kind, { ...device, problem, lost: { ...device.lost, dueAt, isTrying: false } });
  if (problem === device.problem) return;
  turn.fact({ type: 'error', error: new CallError(problem, { detail: `${kind} ended` }) });
}

export function handleReopened(
  turn: Turn,
  kind: DeviceKind,
  device: ClosedDevice,
  result: CaptureResult,
): void {
  const { lost, wanted: on } = device;
  if (!lost.isTrying || (!result.ok && result.code === null)) return;
  if (!result.ok) return failToReopen(turn, kind, device, result.code ?? 'media-failed');
  turn.do({ type: 'enable', kind, on });
  const back = { at: turn.now, tries: lost.tries };
  setDevice(turn, kind, { status: 'live', on, deviceId: result.deviceId, back });
}
