import { findSlot, graceMs, type RoomState, type Seat, type Slot } from './state.js';
import { forgetRemovals, removalKeptMs } from './remove.js';
import { forgetAllowances } from './speak.js';
import type { Turn } from './turn.js';
import { vacate } from './vacate.js';

/** The next time, in ms since the epoch, at which the host has to send a `tick`. A room always has one: it does not live for ever. */
export function nextDeadline(room: RoomState): number {
  const times = [room.createdAt + room.limits.roomAgeMs];
  if (room.emptySince !== null) times.push(disposeAt(room, room.emptySince));
  for (const { person } of room.lobby) times.push(person.endsAt);
  for (const seat of room.seats) {
    if (seat === null) continue;
    times.push(seat.person.endsAt);
    if (seat.socket === null) times.push(seat.heardAt + graceMs(room));
    if (seat.offer !== null) times.push(seat.offer.at + room.limits.offerForgetMs);
  }
  return Math.min(...times);
}

/** Does everything whose time has come. */
export function tick(turn: Turn): void {
  const { now } = turn;
  forgetRemovals(turn);
  if (now >= turn.room.createdAt + turn.room.limits.roomAgeMs) {
    closeRoom(turn);
    return;
  }
  forgetOffers(turn);
  forgetAllowances(turn);
  endSessions(turn);
  // At most two can lapse; after the first the other is alone, and is held for longer.
  for (let slot = lapsed(turn); slot !== null; slot = lapsed(turn)) vacate(turn, slot, 'lost');
  const { emptySince } = turn.room;
  if (emptySince !== null && now >= disposeAt(turn.room, emptySince)) turn.effects.push({ type: 'dispose' });
}

/** A room without anybody is kept for a while, and as long as it has to keep somebody out. */
function disposeAt(room: RoomState, emptySince: number): number {
  const removals = room.removals.map((one) => one.at + removalKeptMs(room.limits));
  return Math.max(emptySince + room.limits.emptyRoomMs, ...removals);
}

/** Whose longest session is over may come back with a new token, and with nothing else. */
function endSessions(turn: Turn): void {
  for (const slot of [0, 1, 0] as const) {
    const person = turn.room.seats[slot]?.person;
    if (person === undefined || turn.now < person.endsAt) continue;
    const seat = vacate(turn, slot, 'removed');
    if (seat !== null && seat.socket !== null) turn.close(seat.socket, 'token-expired');
  }
  for (const { socket, person } of turn.room.lobby) {
    if (turn.now >= person.endsAt) turn.close(socket, 'token-expired');
  }
}

/** The seat whose time of grace ended first, if one did. */
function lapsed(turn: Turn): Slot | null {
  const { room, now } = turn;
  const grace = graceMs(room);
  const isLapsed = (seat: Seat | null): boolean =>
    seat !== null && seat.socket === null && now >= seat.heardAt + grace;
  const [first, second] = room.seats;
  if (isLapsed(first) && isLapsed(second) && first !== null && second !== null) {
    return second.heardAt < first.heardAt ? 1 : 0;
  }
  return findSlot(room, isLapsed);
}

function forgetOffers(turn: Turn): void {
  for (const slot of [0, 1] as const) {
    const seat = turn.room.seats[slot];
    if (seat === null || seat.offer === null) continue;
    if (turn.now >= seat.offer.at + turn.room.limits.offerForgetMs)
      turn.setSeat(slot, { ...seat, offer: null });
  }
}

/** The room is as old as a room may get. */
function closeRoom(turn: Turn): void {
  const { lobby, seats } = turn.room;
  const sockets = [...seats.map((seat) => seat?.socket ?? null), ...lobby.map((waiter) => waiter.socket)];
  turn.change({ seats: [null, null], lobby: [], callId: null, trace: null });
  for (const socket of sockets) if (socket !== null) turn.close(socket, 'room-closed');
  // Whoever was removed must not come back because the room is a new one.
  if (turn.room.removals.length > 0) turn.change({ createdAt: turn.now, emptySince: turn.now });
  else turn.effects.push({ type: 'dispose' });
}
