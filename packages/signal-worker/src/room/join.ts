import { stamp } from '@p2p-call/protocol';
import { newCall } from './ids.js';
import { NOTHING_KEPT } from './replay.js';
import {
  findSlot,
  findWaiter,
  otherSlot,
  type RoomState,
  type Seat,
  type Slot,
  type SocketId,
  type StoredOffer,
  type Waiter,
} from './state.js';
import { publicPeer, publicPerson, type Turn } from './turn.js';
import { toLobby, vacate } from './vacate.js';

/** Takes a seat for the page on this socket, or turns its quiet seat into a real one. */
export function join(turn: Turn, socket: SocketId, quiet: boolean): void {
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  if (slot !== null) {
    rejoin(turn, slot, quiet);
    return;
  }
  const waiter = findWaiter(turn.room, socket);
  if (waiter === null) return;
  const free = makeRoom(turn, waiter, quiet);
  if (free === null) turn.fail(socket, 'room-full', 'join');
  else sit(turn, waiter, free, quiet);
}

/** Somebody who is seated asks again: the answer may have been lost, so they get it again. */
function rejoin(turn: Turn, slot: Slot, quiet: boolean): void {
  const seat = turn.room.seats[slot];
  if (seat === null) return;
  if (seat.quiet && !quiet) turn.setSeat(slot, { ...seat, quiet: false });
  tellJoined(turn, slot, null);
}

/** A slot for this person, after whoever has to give way for them did; `null` if the room is full. */
function makeRoom(turn: Turn, waiter: Waiter, quiet: boolean): Slot | null {
  const own = findSlot(turn.room, (seat) => seat.person.key === waiter.person.key);
  if (own !== null) {
    // A silent connection made in advance must not end a call that this person has in another tab.
    if (quiet && turn.room.seats[own]?.quiet === false) return null;
    const former = vacate(turn, own, 'replaced');
    if (former !== null && former.socket !== null) turn.close(former.socket, 'replaced');
  } else if (!quiet) {
    displaceQuiet(turn);
  }
  return freeSlot(turn.room);
}

/** In a full room a real join takes the newest quiet seat away; its owner is back in the lobby. */
function displaceQuiet(turn: Turn): void {
  const [first, second] = turn.room.seats;
  if (first === null || second === null) return;
  const newest: Slot = second.quiet && (!first.quiet || second.takenAt >= first.takenAt) ? 1 : 0;
  if (turn.room.seats[newest]?.quiet !== true) return;
  const seat = vacate(turn, newest, 'displaced');
  if (seat === null || seat.socket === null) return;
  toLobby(turn, seat.socket, seat);
  turn.fail(seat.socket, 'room-full', 'join');
}

function freeSlot(room: RoomState): Slot | null {
  const [first, second] = room.seats;
  if (first === null) return 0;
  return second === null ? 1 : null;
}

function sit(turn: Turn, waiter: Waiter, slot: Slot, quiet: boolean): void {
  const { socket, person, trace } = waiter;
  const seat: Seat = {
    person,
    socket,
    heardAt: turn.now,
    takenAt: turn.now,
    quiet,
    confirmed: true,
    state: null,
    offer: null,
    candidates: null,
    trace,
    missed: [],
    replay: NOTHING_KEPT,
    seq: person.seq,
    numberedSince: 0,
  };
  const call = newCall(turn.fresh);
  turn.change({
    lobby: turn.room.lobby.filter((other) => other.socket !== socket),
    ended: turn.room.ended.filter((page) => page.id !== person.id),
    epoch: Math.max(1, turn.room.epoch),
    callId: turn.room.callId ?? call.callId,
    trace: turn.room.trace ?? trace ?? call.trace,
  });
  turn.setSeat(slot, seat);
  const offer = takeOffer(turn, otherSlot(slot));
  tellJoined(turn, slot, offer);
  tellPeerJoined(turn, otherSlot(slot), seat, offer);
}

/** The stored offer of a person who is no longer alone. From now on offers are relayed, not kept. */
function takeOffer(turn: Turn, slot: Slot): StoredOffer | null {
  const seat = turn.room.seats[slot];
  if (seat === null || seat.offer === null) return null;
  turn.setSeat(slot, { ...seat, offer: null });
  return turn.now - seat.offer.at < turn.room.limits.offerForgetMs ? seat.offer : null;
}

function tellJoined(turn: Turn, slot: Slot, offer: StoredOffer | null): void {
  const { epoch, callId, trace, seats } = turn.room;
  const seat = seats[slot];
  if (seat === null || seat.socket === null || callId === null || trace === null) return;
  const peer = seats[otherSlot(slot)];
  turn.send(seat.socket, {
    type: 'joined',
    callId,
    trace,
    epoch,
    slot,
    polite: slot === 1,
    ...(peer === null ? {} : { peer: publicPeer(peer) }),
    ...(offer === null ? {} : { offer: { conn: offer.conn, neg: offer.neg, sdp: offer.sdp } }),
  });
  if (peer === null) return;
  if (offer !== null) handCandidates(turn, slot, offer, peer.person.id);
  // `joined` cannot say it: the seat is held for somebody who is not connected right now.
  if (peer.socket === null) turn.tell(slot, { type: 'peer-away', epoch, peer: publicPerson(peer.person) });
}

/** The candidates of a stored offer, as frames of the person who made it. */
function handCandidates(turn: Turn, slot: Slot, offer: StoredOffer, from: string): void {
  const { conn, neg } = offer;
  for (const text of offer.candidates) {
    const seq = turn.nextSeq(slot);
    if (seq !== null) turn.deliver(slot, { seq, text: stamp(text, from, seq), type: 'candidate', conn, neg });
  }
}

function tellPeerJoined(turn: Turn, slot: Slot, newcomer: Seat, offer: StoredOffer | null): void {
  const { epoch, callId, trace } = turn.room;
  if (callId === null || trace === null) return;
  turn.tellNews(slot, {
    type: 'peer-joined',
    epoch,
    slot,
    polite: slot === 1,
    callId,
    trace,
    peer: publicPeer(newcomer),
    offer: offer === null ? null : { conn: offer.conn, neg: offer.neg },
  });
}
