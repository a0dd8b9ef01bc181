import { newAllowance, calmAfterMs, isFull, spend, spendIce, type Allowance, type Verdict } from './rates.js';
import { personOn, type SocketId } from './state.js';
import type { Turn } from './turn.js';
import { closed } from './vacate.js';

/** Allowances a room remembers, besides those of people who are here: a bound on what strangers can make it keep. */
const ALLOWANCES_KEPT = 64;

/**
 * Somebody says something. Two warnings, then their socket is closed; as after any cut their seat is held for a while, but their
 * allowance is remembered too.
 * @returns false if nothing more is to be done about it
 */
export function maySpeak(turn: Turn, socket: SocketId, isOffer: boolean): boolean {
  const key = personOn(turn.room, socket)?.key;
  if (key === undefined) return false;
  const verdict = charge(turn, key, isOffer);
  if (verdict === 'warned') warn(turn, socket, key);
  if (verdict !== 'refused') return true;
  closed(turn, socket, 4429, turn.now);
  turn.close(socket, 'rate-limited');
  return false;
}

/** Takes one message from what a person may still say. */
export function charge(turn: Turn, key: string, isOffer: boolean): Verdict {
  const { limits, allowances } = turn.room;
  const place = allowances.findIndex((one) => one.key === key);
  const before = allowances[place] ?? newAllowance(key, limits, turn.now);
  const { left, verdict, limit } = spend(before, isOffer, limits, turn.now);
  const kept = allowances.slice();
  if (place !== -1) kept[place] = left;
  else if (kept.push(left) > ALLOWANCES_KEPT) kept.splice(leastNeeded(turn, kept), 1);
  turn.setAllowances(kept);
  if (verdict !== 'fine') turn.effects.push({ type: 'limit', limit });
  return verdict;
}

/** Somebody who is not here (the oldest of them), or the oldest of all. */
function leastNeeded({ room }: Turn, allowances: readonly Allowance[]): number {
  const here = new Set([...room.seats, ...room.lobby].map((one) => one?.person.key));
  return Math.max(
    0,
    allowances.findIndex((one) => !here.has(one.key)),
  );
}

/** May this person ask for ICE servers once more? */
export function mayAskForIce(turn: Turn, key: string): boolean {
  const place = turn.room.allowances.findIndex((one) => one.key === key);
  const before = turn.room.allowances[place];
  const left = before === undefined ? null : spendIce(before, turn.now);
  if (left === null) return false;
  const kept = turn.room.allowances.slice();
  kept[place] = left;
  turn.setAllowances(kept);
  return true;
}

/** Says that the next but one message too many is the last. */
export function warn(turn: Turn, socket: SocketId, key: string): void {
  const { limits, allowances } = turn.room;
  const left = allowances.find((one) => one.key === key);
  if (left === undefined) return;
  const retryAfterMs = calmAfterMs(left, limits);
  turn.send(socket, { type: 'error', code: 'rate-warning', retryAfterMs });
}

/** Forgets the allowances that are as good as new. */
export function forgetAllowances(turn: Turn): void {
  const { allowances, limits } = turn.room;
  const worth = allowances.filter((one) => !isFull(one, limits, turn.now));
  if (worth.length < allowances.length) turn.change({ allowances: worth });
}
