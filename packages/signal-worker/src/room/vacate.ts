import {
  findSlot,
  findWaiter,
  otherSlot,
  type Person,
  type Seat,
  type SeatEnd,
  type Slot,
  type SocketId,
} from './state.js';
import { newCall } from './ids.js';
import { NOTHING_KEPT } from './replay.js';
import { publicPerson, type Turn } from './turn.js';

/** Ended pages a room remembers: enough for a busy hour, and a bound on what a stranger can make it keep. */
const ENDED_KEPT = 32;

/**
 * Takes the person in `slot` out of the pair. Whoever remains becomes slot 0 of the next epoch and is told. The socket of
 * the person taken out is the caller's business.
 */
export function vacate(turn: Turn, slot: Slot, end: SeatEnd): Seat | null {
  const seat = turn.room.seats[slot];
  if (seat === null) return null;
  const survivor = turn.room.seats[otherSlot(slot)];
  const epoch = turn.room.epoch + 1;
  // A page gave way to another of the same person: the same two people go on, so the call id stays.
  const isSamePair = end === 'replaced';
  const call = isSamePair ? {} : survivor === null ? { callId: null, trace: null } : newCall(turn.fresh);
  turn.change({
    ...call,
    epoch,
    seats: [survivor === null ? null : inNewEpoch(survivor), null],
  });
  noteEnded(turn, seat.person.id, end);
  turn.tellNews(0, {
    type: 'peer-left',
    epoch,
    slot: 0,
    polite: false,
    peer: publicPerson(seat.person),
    reason: end === 'displaced' ? 'replaced' : end,
  });
  return seat;
}

/** Whatever was offered, sent or missed in the epoch before is worthless in the next. */
function inNewEpoch(seat: Seat): Seat {
  return { ...seat, offer: null, candidates: null, missed: [], replay: NOTHING_KEPT };
}

/** Remembers how a page's seat ended: what its ticket is still good for. */
export function noteEnded(turn: Turn, id: string, reason: SeatEnd): void {
  turn.change({ ended: [...turn.room.ended, { id, reason }].slice(-ENDED_KEPT) });
}

/** The person gives the seat up; their socket is back in the lobby. */
export function leave(turn: Turn, socket: SocketId): void {
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  const seat = slot === null ? null : vacate(turn, slot, 'left');
  if (seat !== null) toLobby(turn, socket, seat);
}

/** Puts the owner of a seat that ended back in the lobby. No ticket from before is good for a seat any more. */
export function toLobby(turn: Turn, socket: SocketId, seat: Seat): void {
  const person: Person = { ...seat.person, seq: seat.seq, used: seat.person.issued + 1 };
  turn.change({ lobby: [...turn.room.lobby, { socket, person, trace: seat.trace }] });
}

/** A socket is gone. Only 1000 and 1001 say that the person meant it; otherwise the seat is held for them. */
export function closed(turn: Turn, socket: SocketId, code: number, heardAt: number): void {
  if (findWaiter(turn.room, socket) !== null) {
    turn.change({ lobby: turn.room.lobby.filter((waiter) => waiter.socket !== socket) });
    return;
  }
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  const seat = slot === null ? null : turn.room.seats[slot];
  if (slot === null || seat === null) return;
  if (code === 1000 || code === 1001) {
    vacate(turn, slot, 'left');
    return;
  }
  turn.setSeat(slot, { ...seat, socket: null, heardAt: Math.min(heardAt, turn.now) });
  turn.tell(otherSlot(slot), {
    type: 'peer-away',
    epoch: turn.room.epoch,
    peer: publicPerson(seat.person),
  });
}
