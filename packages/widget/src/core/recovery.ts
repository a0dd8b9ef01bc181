import type { RecoveryOutcome } from './facts.js';
import { closeLink, end } from './ending.js';
import { CallError } from './errors.js';
import type { LinkFault } from './inputs.js';
import { enterConnecting, offerAnew, restartIce } from './link.js';
import { waitAlone } from './peer.js';
import { note } from './report.js';
import type { RecoveryStep } from './snapshot.js';
import type { Recovery } from './state.js';
import type { Turn } from './turn.js';

/** No byte for this long, ms: the path is lost (a healthy one carries a pulse every second). */
export const STALL_MS = 2_500;
/** A lost path gets this long to heal by itself, ms; and this long once a peer that was out of reach answers again. */
const HEAL_MS = 2_000;
const HEAL_AGAIN_MS = 1_000;
/** A step that has brought no proof by then has failed, ms. */
const STEP_MS = 6_000;
/** A call without a path is given up after this long, ms. */
const GIVE_UP_MS = 60_000;
/** Waits between steps, ms, each ± 30 %. */
const WAITS = [0, 500, 1_000, 2_000, 4_000, 8_000] as const;
const JITTER = 0.3;
/** Between probes, ms. */
const PROBE_WAITS = [500, 1_000, 2_000] as const;

/** The step to take next. A restart is tried once, on a connection that neither side has seen fail. */
export function nextStep(recovery: Pick<Recovery, 'attempt' | 'broken'>): RecoveryStep {
  return recovery.attempt === 0 && !recovery.broken ? 'restart' : 'rebuild';
}

/** How long to wait before the step after `attempt` steps, ms. */
export function waitBefore(attempt: number): number {
  return WAITS[Math.min(attempt, WAITS.length - 1)] ?? 0;
}

function set(turn: Turn, patch: Partial<Recovery>): void {
  const { recovery } = turn.state;
  if (recovery) turn.set({ recovery: { ...recovery, ...patch } });
}

function enterStatus(turn: Turn, status: Recovery['status']): void {
  set(turn, { status, statusAt: turn.now });
}

function tell(turn: Turn, outcome: RecoveryOutcome): void {
  const { recovery } = turn.state;
  if (!recovery?.step) return;
  const { step, attempt, since, status } = recovery;
  turn.fact({ type: 'recovery', step, attempt, outcome, elapsedMs: turn.now - since });
  // A path that heals after the restart was given up is no success of the restart.
  if (step === 'restart' && status === 'stepping') note(turn, 'ice_restart_total', 1, { outcome });
}

/**
 * Something says that no media passes.
 * @param broken the connection failed, lost its data channel or never came about: only a new one helps
 */
export function losePath(turn: Turn, broken: boolean): void {
  const { recovery, phase, link, seat } = turn.state;
  if (phase !== 'connected' && phase !== 'connecting' && phase !== 'unstable' && phase !== 'recovering')
    return;
  // The service lost them while media still flowed; now it does not. (Slot 1 is with somebody, and asks them.)
  if (link && seat?.slot === 0 && link.epoch !== seat.epoch) {
    waitAlone(turn, 'peer-left');
    return turn.fact({ type: 'peer-left', reason: 'lost' });
  }
  if (recovery === null) {
    const { now } = turn;
    turn.set({
      recovery: { status: 'pausing', since: now, statusAt: now, attempt: 0, step: null, broken, probes: 0 },
    });
    if (phase === 'connected') turn.enter('unstable');
    turn.do({ type: 'signaling-check' });
    probe(turn);
    return broken ? enterStatus(turn, 'asking') : turn.start('pause', HEAL_MS);
  }
  if (!broken || recovery.broken) return;
  set(turn, { broken });
  if (recovery.status === 'stepping') failStep(turn);
  else if (recovery.status === 'pausing') turn.start('pause', 0);
}

/** Asks the peer's page whether it is there, again and again while the path is lost. */
export function probe(turn: Turn): void {
  const { recovery } = turn.state;
  if (!recovery) return;
  if (turn.now - recovery.since >= GIVE_UP_MS) return giveUp(turn);
  turn.send({ type: 'probe', n: recovery.probes });
  turn.start('probe', PROBE_WAITS[Math.min(recovery.probes, PROBE_WAITS.length - 1)] ?? 2_000);
  set(turn, { probes: recovery.probes + 1 });
}

/** The pause is over: the next answer to a probe lets the next step begin. */
export function handlePauseOver(turn: Turn): void {
  if (turn.state.recovery?.status !== 'pausing') return;
  enterStatus(turn, 'asking');
  set(turn, { probes: 0 });
  probe(turn);
}

/** The peer's page answered a probe. */
export function handlePeerAnswered(turn: Turn): void {
  const { recovery } = turn.state;
  if (recovery?.status !== 'asking') return;
  // They, or we, were out of reach: the path may heal by itself now, and a restart would only disturb it.
  if (!recovery.broken && turn.now - recovery.statusAt > HEAL_AGAIN_MS) {
    enterStatus(turn, 'pausing');
    return turn.start('pause', HEAL_AGAIN_MS);
  }
  beginStep(turn, nextStep(recovery));
}

function beginStep(turn: Turn, step: RecoveryStep): void {
  const { recovery, seat, phase, link } = turn.state;
  if (!recovery || !seat) return;
  const canRestart = step === 'restart' && link?.epoch === seat.epoch;
  noteStep(turn, canRestart ? 'restart' : 'rebuild');
  if (phase !== 'connecting') turn.enter('recovering');
  if (seat.slot === 0) return canRestart ? restartIce(turn) : offerAnew(turn);
  const action = canRestart ? 'restart' : 'rebuild';
  const reason = recovery.broken ? 'failed' : 'stalled';
  turn.send({ type: 'recover', epoch: seat.epoch, conn: Math.max(seat.conn, 1), action, reason });
}

function noteStep(turn: Turn, step: RecoveryStep): void {
  const { recovery } = turn.state;
  if (!recovery) return;
  // A rebuild cuts a restart short.
  if (recovery.status === 'stepping') tell(turn, 'failed');
  turn.stop('pause');
  set(turn, { step, attempt: recovery.attempt + 1 });
  enterStatus(turn, 'stepping');
  turn.start('step', STEP_MS);
  tell(turn, 'started');
}

/** Slot 1: an offer came that restarts or rebuilds a connection that we had. */
export function noteStepFromPeer(turn: Turn, step: RecoveryStep): void {
  const { phase, recovery } = turn.state;
  if (recovery === null) {
    if (phase !== 'connected') return;
    const { now } = turn;
    const broken = step !== 'restart';
    turn.set({
      recovery: { status: 'pausing', since: now, statusAt: now, attempt: 0, step: null, broken, probes: 0 },
    });
    probe(turn);
  }
  // Our own request brought this offer: the step is already counted.
  if (turn.state.recovery?.status === 'stepping' && turn.state.recovery.step === step) return;
  noteStep(turn, step);
  if (phase !== 'connecting') turn.enter('recovering');
}

/** Slot 0: the peer asks for a step. Their asking proves that their page is there. */
export function handleRecoverRequest(turn: Turn, action: 'restart' | 'rebuild', conn: number): void {
  const { seat, peer, recovery, link, phase } = turn.state;
  if (seat?.slot !== 0 || peer === null || conn < seat.conn) return;
  if (link === null || phase === 'waiting' || (phase === 'connecting' && recovery === null)) {
    enterConnecting(turn);
    return offerAnew(turn);
  }
  const wantsRebuild = action === 'rebuild';
  if (recovery?.status === 'stepping' && (recovery.step === 'rebuild' || !wantsRebuild)) return;
  if (recovery === null) losePath(turn, wantsRebuild);
  else if (wantsRebuild) set(turn, { broken: true });
  if (turn.state.recovery) beginStep(turn, nextStep(turn.state.recovery));
}

/** The step brought no proof: wait a little, then the next one. */
export function failStep(turn: Turn): void {
  const { recovery } = turn.state;
  if (recovery?.status !== 'stepping') return;
  tell(turn, 'failed');
  turn.stop('step');
  enterStatus(turn, 'pausing');
  turn.start('pause', waitBefore(recovery.attempt - 1), JITTER);
}

/** Media (or the data channel's pulse) passes again: that, and no state name, is what ends a recovery. */
export function regainPath(turn: Turn): void {
  const { recovery, phase } = turn.state;
  if (recovery === null) return;
  tell(turn, 'recovered');
  // A setup that needed help had lost nothing yet.
  if (phase !== 'connecting') note(turn, 'recovery_time_ms', turn.now - recovery.since);
  turn.stop('probe', 'pause', 'step', 'connect');
  turn.set({ recovery: null });
}

/** Nothing helped. Whoever can still reach the service waits for the other; whoever cannot has lost the call. */
function giveUp(turn: Turn): void {
  failStep(turn);
  const { signaling, peer, recovery } = turn.state;
  if (signaling !== 'open') return end(turn, 'connection-lost', new CallError('signaling-unreachable'));
  // Their page answers, so both are there, and no path leads from one to the other.
  if (recovery !== null && peer?.here && recovery.attempt > 0)
    return end(turn, 'connection-lost', new CallError('ice-failed'));
  closeLink(turn);
  if (peer) turn.set({ peer: { ...peer, here: false } });
  turn.enter('waiting');
}

/** The page asks for a new path, though nothing says that the present one is bad. */
export function restartByHand(turn: Turn): void {
  if (turn.state.phase === 'connected') losePath(turn, false);
}

/** What a host lets go wrong, for its own tests. */
export function simulate(turn: Turn, fault: LinkFault): void {
  losePath(turn, fault !== 'ice-disconnected');
}
