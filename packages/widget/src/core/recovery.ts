import { closeLink, end } from './ending.js';
import { CallError } from './errors.js';
import type { LinkFault } from './inputs.js';
import { enterConnecting, offerAnew, reconnect } from './link.js';
import { REFUSALS } from './ladder.js';
import { waitAlone } from './peer.js';
import { enterStatus, setRecovery, tellStep } from './recovery-notes.js';
import { note } from './report.js';
import type { Link, Recovery } from './state.js';
import { beginStep, failStep, noteStepFromPeer, STEP_MS } from './steps.js';
import type { Turn } from './turn.js';

/** No byte for this long, ms: the path is lost (a healthy one carries a pulse every second). */
export const STALL_MS = 2_500;
/** By then a stall of a running call is noticed, ms: silence of before that was of a connection that nobody had yet. */
const NOTICED_MS = 3_500;
/** A lost path gets this long to heal by itself, ms; less where the network is another one; and once more when a peer that was out of reach answers again. */
const HEAL_MS = 2_000;
const HEAL_ELSEWHERE_MS = 300;
const HEAL_AGAIN_MS = 1_000;
/** For this long after the network changed a lost path is put down to that, ms. */
const ELSEWHERE_MS = 10_000;
/** A peer's page that did not answer for so long was out of reach, ms; and for so long, that it counts anew. */
const AWAY_MS = 1_500;
const LONG_AWAY_MS = 5_000;
/** A call without a path is given up after this long, ms. */
const GIVE_UP_MS = 60_000;
/** Between probes, ms: at first, after a second of silence, and later or while a step is being taken. */
const PROBE_WAITS = [500, 1_000, 2_000] as const;
/** Answers to older probes tell nothing: a resumed line brings them. */
const FRESH_PROBES = 4;
/** Pictures are sent for so long into a lost path, ms: where it is back sooner, they are there at once. */
const REST_AFTER_MS = 8_000;
/** A timer that is so much late tells of a machine that slept, ms: that time does not count. */
const SLEPT_MS = 5_000;

function newRecovery(turn: Turn, patch: Partial<Recovery>): void {
  const { now } = turn;
  const recovery: Recovery = {
    status: 'pausing',
    // A stall is noticed late.
    since: now - Math.min(turn.state.link?.quietMs ?? 0, NOTICED_MS),
    statusAt: now,
    attempt: 0,
    step: null,
    broken: false,
    isRestart: false,
    probes: 0,
    probeDue: now,
    silentSince: null,
    healed: false,
    byHand: false,
    forced: null,
    ...patch,
  };
  turn.set({ recovery });
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
  if (link && seat?.slot === 0 && link.epoch !== seat.epoch && phase !== 'connecting') {
    waitAlone(turn, 'connection-lost');
    return turn.fact({ type: 'peer-left', reason: 'lost' });
  }
  if (recovery === null) return startRecovery(turn, { broken });
  setRecovery(turn, { byHand: false });
  if (!broken || recovery.broken) return;
  setRecovery(turn, { broken });
  // The browser has said it all: the time of a restart need not run out.
  if (recovery.status === 'stepping') failStep(turn, recovery.step === 'restart' ? 0 : undefined);
  else if (recovery.status === 'pausing') turn.start('pause', 0);
}

function startRecovery(turn: Turn, patch: Partial<Recovery>): void {
  newRecovery(turn, patch);
  if (turn.state.phase === 'connected') turn.enter('unstable');
  turn.do({ type: 'signaling-check' });
  const hasTime = patch.broken !== true && patch.byHand !== true;
  if (!hasTime) enterStatus(turn, 'asking');
  probe(turn);
  const isElsewhere = turn.state.networkAt > 0 && turn.now - turn.state.networkAt < ELSEWHERE_MS;
  if (hasTime) turn.start('pause', isElsewhere ? HEAL_ELSEWHERE_MS : HEAL_MS);
}

/** Asks the peer's page whether it is there, again and again while the path is lost. */
export function probe(turn: Turn): void {
  const { recovery } = turn.state;
  if (!recovery) return;
  const late = turn.now - recovery.probeDue;
  const since = recovery.since + (late > SLEPT_MS ? late : 0);
  const left = since + GIVE_UP_MS - turn.now;
  // Times are no integers: a timer of less than a moment would fire in the same one again.
  if (left < 1) return giveUp(turn);
  if (turn.now - since > REST_AFTER_MS) rest(turn);
  turn.send({ type: 'probe', n: recovery.probes });
  const silentSince = recovery.silentSince ?? turn.now;
  const silent = turn.now - silentSince;
  const pace = recovery.status === 'stepping' || silent > 3_000 ? 2 : silent > 1_000 ? 1 : 0;
  const wait = Math.min(PROBE_WAITS[pace], left);
  turn.start('probe', wait);
  const probeDue = turn.now + wait;
  // Nobody answers a request by hand: what passes on the present path counts again.
  const byHand = recovery.byHand && turn.now - recovery.statusAt < STEP_MS;
  setRecovery(turn, { since, probes: recovery.probes + 1, probeDue, silentSince, byHand });
}

/** Something may have ended what is being waited for: asks at once. */
export function probeNow(turn: Turn): void {
  const { recovery } = turn.state;
  if (recovery !== null && recovery.status !== 'stepping') probe(turn);
}

/** The pause is over: the next answer to a probe lets the next step begin. */
export function handlePauseOver(turn: Turn): void {
  if (turn.state.recovery?.status !== 'pausing') return;
  enterStatus(turn, 'asking');
  probe(turn);
}

/**
 * Pictures that nobody gets do harm later: once the path is back browsers send the last 3 s of them again before any new one, at a
 * bandwidth that they think is gone. Sound goes on: it is what proves the path.
 */
function rest(turn: Turn): void {
  const { link, recovery, phase } = turn.state;
  if (phase !== 'unstable' && phase !== 'recovering') return;
  if (!link || link.provenAt === null || link.isResting || recovery?.broken) return;
  // What passes is seen, whatever is being done about its path.
  if (recovery?.byHand || link.quietMs < STALL_MS) return;
  turn.setLink({ isResting: true });
  turn.do({ type: 'link-rest', link: link.id });
}

/** We had given the path up, and hear of them again. */
export function meetAgain(turn: Turn): void {
  const { peer } = turn.state;
  if (peer) turn.set({ peer: { ...peer, here: true } });
  enterConnecting(turn);
}

/** The peer's page answered a probe. */
export function handlePeerAnswered(turn: Turn, n: number): void {
  const { recovery, phase, link, peer } = turn.state;
  // Too late: both of us may have given up, and nobody else would begin.
  if (phase === 'waiting' && link === null && peer !== null) {
    meetAgain(turn);
    return reconnect(turn, 'back');
  }
  if (recovery === null || n < recovery.probes - FRESH_PROBES) return;
  const { status, broken, healed, silentSince } = recovery;
  setRecovery(turn, { silentSince: null });
  const silent = silentSince === null ? 0 : turn.now - silentSince;
  const cameBack = silent > (healed ? LONG_AWAY_MS : AWAY_MS);
  if (status !== 'asking' && status !== 'pausing') return;
  if (!cameBack) return status === 'asking' ? beginStep(turn) : undefined;
  // They, or we, were out of reach: the path may heal by itself now, and a restart would only disturb it.
  if (broken) return beginStep(turn);
  setRecovery(turn, { healed: true });
  enterStatus(turn, 'pausing');
  turn.start('pause', HEAL_AGAIN_MS);
}

/** An offer came that restarts or replaces the connection: whether or not we had noticed, it is being mended now. */
export function joinStep(turn: Turn, action: 'restart' | 'rebuild'): void {
  if (turn.state.recovery === null) {
    if (turn.state.phase !== 'connected') return;
    newRecovery(turn, { broken: action === 'rebuild' });
    probe(turn);
  }
  noteStepFromPeer(turn, action);
}

/** Slot 0: the peer asks for a step. Their asking proves that their page is there. */
export function handleRecoverRequest(
  turn: Turn,
  { action, conn, reason }: { action: 'restart' | 'rebuild'; conn: number; reason: string },
): void {
  const { seat, peer, link, phase } = turn.state;
  if (seat?.slot !== 0 || peer === null || conn < seat.conn) return;
  if (reason === 'refused' && isRefusedTooOften(turn)) return;
  const { recovery } = turn.state;
  if (link === null || phase === 'waiting' || (phase === 'connecting' && recovery === null)) {
    meetAgain(turn);
    return offerAnew(turn);
  }
  const wantsRebuild = action === 'rebuild';
  // What is not decided yet becomes what they need.
  if (recovery?.status === 'preparing') return wantsRebuild ? setRecovery(turn, { broken: true }) : undefined;
  if (recovery?.status === 'stepping') {
    if (!wantsRebuild || recovery.step !== 'restart') return;
    // They had seen it fail before they could take part in our restart: it was none.
    if (reason === 'failed' && link.negotiation !== 'settled') setRecovery(turn, { isRestart: false });
  }
  if (recovery === null) losePath(turn, wantsRebuild);
  else if (wantsRebuild) setRecovery(turn, { broken: true });
  if (turn.state.recovery) beginStep(turn);
}

/**
 * A browser refused a description.
 * @param error what ours said; without one, it was theirs
 * @returns was that the last try, and the call is over?
 */
export function isRefusedTooOften(turn: Turn, error = new CallError('negotiation-failed')): boolean {
  const refusals = turn.state.refusals + 1;
  turn.set({ refusals });
  if (refusals > REFUSALS) end(turn, 'incompatible', error);
  else turn.fact({ type: 'error', error });
  return refusals > REFUSALS;
}

/** In a running call: the page whose description this was is there, so the next step begins at once. */
export function replaceRefused(turn: Turn): void {
  losePath(turn, true);
  failStep(turn);
  if (turn.state.recovery) beginStep(turn, 'refused');
}

/** Do growing bytes prove that the path is back, or is it still that of before? */
export function isProof(link: Link, recovery: Recovery): boolean {
  if (recovery.status === 'stepping' && recovery.step === 'restart')
    return recovery.isRestart && link.negotiation === 'settled';
  return !recovery.broken && !recovery.byHand;
}

/** Media (or the data channel's pulse) passes again: that, and no state name, is what ends a recovery. */
export function regainPath(turn: Turn): void {
  const { recovery, phase, heldOffer } = turn.state;
  if (recovery === null) return;
  // A path that heals after its step was given up is no success of the step: what became of that is told already. Nor of one
  // whose offer was still held back.
  const isHeld = heldOffer === 'fresh' || heldOffer === 'restart';
  if (recovery.status === 'stepping') tellStep(turn, isHeld ? 'failed' : 'recovered');
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
  if (turn.state.recovery) return probeNow(turn);
  if (turn.state.phase === 'connected') startRecovery(turn, { byHand: true });
}

/** What a host lets go wrong, for its own tests: as if the browser had said so, or as if all other ways had failed. */
export function simulate(turn: Turn, fault: LinkFault): void {
  losePath(turn, fault !== 'ice-disconnected');
  if (fault === 'relay-only') setRecovery(turn, { forced: 'relay' });
}
