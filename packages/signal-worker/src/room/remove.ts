import { LIMITS } from '@p2p-call/protocol';
import type { RoomLimits } from './state.js';
import type { Turn } from './turn.js';
import { noteEnded, vacate } from './vacate.js';

/** For as long a token or a ticket may live that was made out before somebody was removed, in ms. */
export function removalKeptMs(limits: RoomLimits): number {
  return Math.max(limits.roomAgeMs, (LIMITS.tokenLifeSeconds + LIMITS.clockToleranceSeconds) * 1_000);
}

/** A bound on what a busy owner can make a room keep. */
const REMOVALS_KEPT = 64;

/** Takes a person out, in all their pages: closed for good, with no ticket or older token that lets them back in. */
export function remove(turn: Turn, key: string): void {
  const others = turn.room.removals.filter((one) => one.key !== key);
  turn.change({ removals: [...others, { key, at: turn.now }].slice(-REMOVALS_KEPT) });
  for (const slot of [0, 1, 0] as const) {
    if (turn.room.seats[slot]?.person.key !== key) continue;
    const seat = vacate(turn, slot, 'removed');
    if (seat !== null && seat.socket !== null) turn.close(seat.socket, 'removed');
  }
  for (const { socket, person } of turn.room.lobby.filter((one) => one.person.key === key)) {
    noteEnded(turn, person.id, 'removed');
    turn.close(socket, 'removed');
  }
}

/** Was this person removed, and does their proof date from before? */
export function isRemoved(turn: Turn, key: string, issuedAt: number): boolean {
  return turn.room.removals.some((one) => one.key === key && issuedAt <= one.at);
}

/** Forgets removals that no token and no ticket can contradict any more. */
export function forgetRemovals(turn: Turn): void {
  const { removals } = turn.room;
  const kept = removals.filter((one) => turn.now < one.at + removalKeptMs(turn.room.limits));
  if (kept.length < removals.length) turn.change({ removals: kept });
}
