import type { CloseName } from '@p2p-call/protocol';
import { newPersonId } from './ids.js';
import { NOTHING_KEPT } from './replay.js';
import {
  findSlot,
  otherSlot,
  type Person,
  type Seat,
  type Slot,
  type SocketId,
  type TicketClaims,
  type TicketPeer,
  type TicketSeat,
} from './state.js';
import type { Turn } from './turn.js';
import { vacate } from './vacate.js';

/**
 * Puts the owner of a ticket back in their place: the seat that is held for them, the lobby, or, in a room that lost its
 * memory, the seat the ticket tells of. What a room knows beats what a ticket says.
 * @returns false if the ticket was refused and the socket closed
 */
export function resume(
  turn: Turn,
  socket: SocketId,
  claims: TicketClaims,
  key: string,
  trace: string | null,
): boolean {
  // Its signature tells of whole seconds only. Whoever comes in the last of them is told to bring a new token, not to stay away.
  if (turn.now >= claims.endsAt) return refuse(turn, socket, 'token-expired');
  endOutdatedSeat(turn, claims);
  const slot = findSlot(turn.room, (seat) => seat.person.id === claims.id);
  if (slot !== null) return resumeSeat(turn, socket, slot, claims, key, trace);
  const waiter = turn.room.lobby.find((one) => one.person.id === claims.id);
  if (waiter !== undefined) {
    if (claims.generation < waiter.person.used) return refuse(turn, socket, 'token-invalid');
    turn.close(waiter.socket, 'bye');
    const person = cameWith(waiter.person, claims.generation);
    turn.change({ lobby: [...turn.room.lobby, { socket, person, trace: trace ?? waiter.trace }] });
    return true;
  }
  return resumeUnknown(turn, socket, claims, key, trace);
}

/**
 * A seat may be held for this page on the word of the other person's ticket, in a pairing whose end this page saw: its own
 * ticket is of a later one. Back in the former, it would count its connections from 1 and be taken for an old one.
 */
function endOutdatedSeat(turn: Turn, claims: TicketClaims): void {
  const { room } = turn;
  const slot = findSlot(room, (seat) => seat.person.id === claims.id && !seat.confirmed);
  if (slot === null || claims.seat === null) return;
  const { epoch, callId } = claims.seat;
  // One epoch has one call, unless the service lost its memory more than once.
  if (epoch > room.epoch || (epoch === room.epoch && callId !== room.callId)) vacate(turn, slot, 'lost');
}

function refuse(turn: Turn, socket: SocketId, reason: CloseName): false {
  turn.close(socket, reason);
  return false;
}

/** The room holds this page's seat. A socket of the same page that is still registered is superseded. */
function resumeSeat(
  turn: Turn,
  socket: SocketId,
  slot: Slot,
  claims: TicketClaims,
  key: string,
  trace: string | null,
): boolean {
  const seat = turn.room.seats[slot];
  if (seat === null || claims.generation < seat.person.used) return refuse(turn, socket, 'token-invalid');
  if (seat.socket !== null) turn.close(seat.socket, 'bye');
  // Of a seat made from the other's ticket, only the owner's own ticket tells the rest.
  const own = seat.confirmed
    ? { person: cameWith(seat.person, claims.generation) }
    : { person: personOf(claims, key), quiet: claims.seat?.quiet === true };
  turn.setSeat(slot, {
    ...seat,
    ...own,
    socket,
    heardAt: turn.now,
    confirmed: true,
    trace: trace ?? seat.trace,
  });
  return true;
}

/** The room does not know this page: its seat ended, or the room lost its memory. */
function resumeUnknown(
  turn: Turn,
  socket: SocketId,
  claims: TicketClaims,
  key: string,
  trace: string | null,
): boolean {
  const ended = turn.room.ended.find((page) => page.id === claims.id)?.reason;
  if (ended === 'replaced' || ended === 'removed') return refuse(turn, socket, ended);
  if (ended === undefined && claims.seat !== null) {
    const own = findSlot(turn.room, (seat) => seat.person.key === key && seat.confirmed);
    // Another page of this person took a seat after the service came back: the newer page wins.
    if (own !== null) return refuse(turn, socket, 'replaced');
    if (canRebuild(turn, claims.seat)) {
      rebuild(turn, socket, claims, claims.seat, key, trace);
      return true;
    }
  }
  // A seat that ended does not come back to life, so this counts as a new page, under a new name.
  const id = ended === undefined && claims.seat === null ? claims.id : newPersonId(turn.fresh);
  const person: Person = { ...personOf(claims, key), id };
  turn.change({ lobby: [...turn.room.lobby, { socket, person, trace }] });
  return true;
}

/** The ticket was used. A room that lost its memory may know of fewer tickets than were made out: the next is newer than each. */
function cameWith(person: Person, generation: number): Person {
  return { ...person, used: generation, issued: Math.max(person.issued, generation) };
}

function personOf(claims: TicketClaims, key: string): Person {
  const { id, sub, name, relay, origins, issuedAt, endsAt, generation } = claims;
  return {
    id,
    key,
    sub,
    name,
    relay,
    origins,
    issuedAt,
    endsAt,
    issued: generation,
    used: generation,
    seq: 0,
  };
}

/**
 * May the seat of a ticket be made anew? Either the room knows of nobody for certain and of no later pairing, or the ticket is
 * of the very pairing the room is in and its slot is free.
 */
function canRebuild(turn: Turn, seat: TicketSeat): boolean {
  const { room } = turn;
  const someone = findSlot(room, (one) => one.confirmed) !== null;
  if (!someone && seat.epoch > room.epoch) return true;
  return seat.epoch === room.epoch && seat.callId === room.callId && room.seats[seat.slot] === null;
}

/** Makes the seat of a ticket anew, and holds the other one for the person the ticket names. */
function rebuild(
  turn: Turn,
  socket: SocketId,
  claims: TicketClaims,
  place: TicketSeat,
  key: string,
  trace: string | null,
): void {
  const samePairing = turn.room.callId === place.callId && turn.room.epoch === place.epoch;
  const known = samePairing ? turn.room.seats[otherSlot(place.slot)] : null;
  // Whoever waited with an offer is no longer alone. They hear of who is back, and send it again.
  const kept = known === null ? null : { ...known, offer: null };
  const peer =
    kept ?? (place.peer === null ? null : heldSeat(placeholder(place.peer, claims.endsAt), turn.now));
  const own: Seat = {
    ...heldSeat(personOf(claims, key), turn.now),
    quiet: place.quiet,
    confirmed: true,
    trace,
  };
  turn.change({
    epoch: place.epoch,
    callId: place.callId,
    trace: place.trace,
    seats: place.slot === 0 ? [own, peer] : [peer, own],
  });
  if (peer !== null && known === null) vacateIfKnownGone(turn, otherSlot(place.slot), peer);
  // Connected last: news of the other person then comes as it does after any resume, behind the welcome.
  const slot = findSlot(turn.room, (seat) => seat.person.id === claims.id);
  const seat = slot === null ? null : turn.room.seats[slot];
  if (slot !== null && seat !== null) turn.setSeat(slot, { ...seat, socket });
}

/**
 * The ticket tells of a person beside its owner. Where the room knows their page and knows that it has no seat (it gave it up
 * here, or is in the lobby), nothing is held for it: one page has one place.
 */
function vacateIfKnownGone(turn: Turn, slot: Slot, peer: Seat): void {
  const { id } = peer.person;
  const ended = turn.room.ended.find((page) => page.id === id)?.reason;
  const waits = turn.room.lobby.some((waiter) => waiter.person.id === id);
  if (ended === 'left') vacate(turn, slot, 'left');
  else if (ended !== undefined || waits) vacate(turn, slot, 'lost');
}

/** Somebody known only from the other's ticket, until they come with their own. */
function placeholder(peer: TicketPeer, endsAt: number): Person {
  return { ...peer, sub: '', relay: false, origins: null, issuedAt: 0, endsAt, issued: 0, used: 0, seq: 0 };
}

function heldSeat(person: Person, now: number): Seat {
  return {
    person,
    socket: null,
    heardAt: now,
    takenAt: now,
    quiet: false,
    confirmed: false,
    state: null,
    offer: null,
    candidates: null,
    trace: null,
    missed: [],
    replay: NOTHING_KEPT,
    seq: 0,
    numberedSince: null,
  };
}
