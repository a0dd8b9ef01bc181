import { areServersOld, askForIceServers } from './ice-servers.js';
import { nextStep, routesOf, waitBefore } from './ladder.js';
import { askFor, offerAnew, ownRoute, restartIce } from './link.js';
import { countRestart, enterStatus, setRecovery, tellStep } from './recovery-notes.js';
import type { RecoveryStep } from './snapshot.js';
import type { Turn } from './turn.js';

/** A step that has brought no proof by then has failed, ms. */
export const STEP_MS = 6_000;
/** Fresh ICE servers are waited for so long before a step, ms; then it does with the old ones. */
const PREPARE_MS = 2_000;
const JITTER = 0.3;

/**
 * The peer's page is there: the next step, with ICE servers that are good.
 * @param reason what slot 1 tells slot 0, where it is not plain from the state
 */
export function beginStep(turn: Turn, reason?: 'refused'): void {
  if (reason || !areServersOld(turn)) return takeStep(turn, reason);
  askForIceServers(turn);
  // A rebuild cuts a restart short.
  if (turn.state.recovery?.status === 'stepping') tellStep(turn, 'failed');
  enterStatus(turn, 'preparing');
  turn.start('step', PREPARE_MS);
}

/** New ICE servers came, or will not come in time. */
export function handleServersReady(turn: Turn): void {
  if (turn.state.recovery?.status === 'preparing') takeStep(turn);
}

/** The ladder's next step, as things stand. */
function stepNow(turn: Turn, mayRestart: boolean): RecoveryStep {
  const { recovery, seat, link, phase, welcome } = turn.state;
  if (recovery?.forced) return recovery.forced;
  return nextStep(recovery?.step ?? null, {
    canRestart: mayRestart && recovery?.broken === false && link !== null && link.epoch === seat?.epoch,
    isSetup: phase === 'connecting',
    routes: routesOf(welcome?.iceServers ?? [], ownRoute(turn.state)),
  });
}

function takeStep(turn: Turn, reason?: string): void {
  const { recovery, seat, phase } = turn.state;
  if (!recovery || !seat) return;
  const step = stepNow(turn, true);
  noteStep(turn, step, step === 'restart' && seat.slot === 0);
  if (phase !== 'connecting') turn.enter('recovering');
  // Only slot 0 makes offers that replace a path.
  const why = reason ?? (recovery.broken ? 'failed' : 'stalled');
  if (seat.slot === 1) askFor(turn, step === 'restart' ? step : 'rebuild', why);
  else if (step === 'restart') restartIce(turn);
  else offerAnew(turn);
}

/** @param isRestart an ICE restart begins with this very step; slot 1 only asks for one */
function noteStep(turn: Turn, step: RecoveryStep, isRestart: boolean): void {
  const { recovery } = turn.state;
  if (!recovery) return;
  // A rebuild cuts a restart short.
  if (recovery.status === 'stepping') tellStep(turn, 'failed');
  turn.stop('pause');
  setRecovery(turn, { step, attempt: recovery.attempt + 1, isRestart, healed: false, forced: null });
  enterStatus(turn, 'stepping');
  turn.start('step', STEP_MS);
  tellStep(turn, 'started');
}

/** Slot 1, whose recovery is under way: an offer came that restarts or replaces the connection. */
export function noteStepFromPeer(turn: Turn, action: 'restart' | 'rebuild'): void {
  const { recovery, phase } = turn.state;
  if (!recovery) return;
  // Our own request brought this offer: the step is already counted.
  const isAsked = recovery.status === 'stepping' && (recovery.step === 'restart') === (action === 'restart');
  if (!isAsked) noteStep(turn, action === 'restart' ? action : stepNow(turn, false), action === 'restart');
  else if (action === 'restart' && !recovery.isRestart) beginRestart(turn);
  if (phase !== 'connecting') turn.enter('recovering');
}

/** Slot 1: the restart it asked for begins. */
function beginRestart(turn: Turn): void {
  setRecovery(turn, { isRestart: true });
  countRestart(turn, 'started');
}

/** The time of the present step is over. */
export function handleStepOver(turn: Turn): void {
  if (turn.state.recovery?.status === 'preparing') takeStep(turn);
  else failStep(turn);
}

/** The step brought no proof: wait a little, then the next one. */
export function failStep(turn: Turn, wait = waitBefore(turn.state.recovery?.attempt ?? 0)): void {
  if (turn.state.recovery?.status !== 'stepping') return;
  tellStep(turn, 'failed');
  turn.stop('step');
  // What was asked for by hand did not come: what passes on the present path counts again.
  setRecovery(turn, { byHand: false });
  enterStatus(turn, 'pausing');
  turn.start('pause', wait, JITTER);
}
