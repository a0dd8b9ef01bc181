import { encode, LIMITS, stamp, type ClientMessage, type Of } from '@p2p-call/protocol';
import type { RelayedMessage } from './inputs.js';
import { relayOnlyCandidate, relayOnlySdp } from './sdp.js';
import {
  findSlot,
  findWaiter,
  otherSlot,
  type CandidateCount,
  type Seat,
  type Slot,
  type SocketId,
} from './state.js';
import type { Turn } from './turn.js';

type Description = Of<ClientMessage, 'offer' | 'answer'>;
type Candidate = Of<ClientMessage, 'candidate'>;

const NO_DESCRIPTION = { conn: 0, neg: 0 } as const;

/** A frame for the other person: passed on as it came, with `from` and `seq`, or kept for whoever joins. */
export function relay(turn: Turn, socket: SocketId, message: RelayedMessage, text: string): void {
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  const seat = slot === null ? null : turn.room.seats[slot];
  if (slot === null || seat === null) {
    if (findWaiter(turn.room, socket) !== null) turn.fail(socket, 'not-seated', message.type);
    return;
  }
  // A frame on its way while the pair changed: it would reach the wrong connection.
  if ('epoch' in message && message.epoch !== turn.room.epoch) return;
  switch (message.type) {
    case 'offer':
    case 'answer':
      relayDescription(turn, slot, seat, message, text);
      return;
    case 'candidate':
      relayCandidate(turn, slot, seat, message, text);
      return;
    case 'state':
      relayState(turn, slot, seat, message, text);
      return;
    default:
      passOn(turn, slot, message, text);
  }
}

/** To the other person, if there is one: at once, or when their socket is back. */
function passOn(turn: Turn, from: Slot, message: RelayedMessage, text: string): void {
  const sender = turn.room.seats[from];
  const slot = otherSlot(from);
  const seq = turn.nextSeq(slot);
  if (sender === null || seq === null) return;
  const stamped = fitting(sender.person.id, seq, message, text);
  if (stamped === null) return;
  const { conn, neg } = 'neg' in message ? message : NO_DESCRIPTION;
  turn.deliver(slot, { seq, text: stamped, type: message.type, conn, neg });
}

/**
 * The stamped frame. One that the stamp makes too large for its receiver holds more than a message has (fields nobody knows,
 * white space): it is written anew without that, else a sender could end the other's connection with it.
 */
function fitting(from: string, seq: number, message: RelayedMessage, text: string): string | null {
  const stamped = stamp(text, from, seq);
  if (stamped.length <= LIMITS.frameBytes) return stamped;
  const anew = stamp(encode(message), from, seq);
  return anew.length <= LIMITS.frameBytes ? anew : null;
}

function relayDescription(turn: Turn, slot: Slot, seat: Seat, message: Description, text: string): void {
  const { conn, neg } = message;
  const alone = turn.room.seats[otherSlot(slot)] === null;
  // Whom it answered is gone. It must not start the candidates anew either, those kept with an offer stay bounded.
  if (alone && (message.type === 'answer' || isOlder(message, seat.offer))) return;
  const sdp = seat.person.relay ? relayOnlySdp(message.sdp) : message.sdp;
  // A description starts its candidates anew, also when it is sent a second time, after a resume.
  const candidates = { conn, neg, count: 0, warned: false };
  if (alone) {
    turn.setSeat(slot, { ...seat, candidates, offer: { conn, neg, sdp, at: turn.now, candidates: [] } });
    return;
  }
  turn.setCandidates(slot, seat, candidates);
  const said = sdp === message.sdp ? message : { ...message, sdp };
  passOn(turn, slot, said, said === message ? text : encode(said));
}

/** Is this of an earlier connection or description than the one we have? */
function isOlder(one: { conn: number; neg: number }, than: { conn: number; neg: number } | null): boolean {
  return than !== null && (one.conn < than.conn || (one.conn === than.conn && one.neg < than.neg));
}

function relayCandidate(turn: Turn, slot: Slot, seat: Seat, said: Candidate, raw: string): void {
  const message = seat.person.relay ? forRelayOnly(said) : said;
  if (message === null) return;
  const text = message === said ? raw : encode(message);
  const counted = countCandidate(turn, slot, seat, message);
  if (counted === null) return;
  if (turn.room.seats[otherSlot(slot)] !== null) {
    passOn(turn, slot, message, text);
    return;
  }
  const { offer } = counted;
  if (offer === null || offer.conn !== message.conn || offer.neg !== message.neg) return;
  turn.setSeat(slot, { ...counted, offer: { ...offer, candidates: [...offer.candidates, encode(message)] } });
}

/** The candidate of somebody who may use relays only, without what it tells of their own address; `null` for any other one. */
function forRelayOnly(message: Candidate): Candidate | null {
  const { candidate } = message;
  if (candidate === null || candidate === '') return message;
  const line = relayOnlyCandidate(candidate.candidate);
  if (line === candidate.candidate) return message;
  return line === null ? null : { ...message, candidate: { ...candidate, candidate: line } };
}

/** The seat with this candidate counted, or `null` for one too many, about which the sender hears once. */
function countCandidate(turn: Turn, slot: Slot, seat: Seat, message: Candidate): Seat | null {
  const { conn, neg } = message;
  const before = seat.candidates;
  if (isOlder(message, before)) return null;
  const same = before !== null && before.conn === conn && before.neg === neg;
  const so: CandidateCount = same ? before : { conn, neg, count: 0, warned: false };
  const full = so.count >= turn.room.limits.candidatesPerDescription;
  if (full && !so.warned && seat.socket !== null) {
    turn.fail(seat.socket, 'too-many-candidates', 'candidate');
    turn.effects.push({ type: 'limit', limit: 'candidates' });
  }
  const count = full ? so.count : so.count + 1;
  const next = turn.setCandidates(slot, seat, { conn, neg, count, warned: so.warned || full });
  return full ? null : next;
}

function relayState(
  turn: Turn,
  slot: Slot,
  seat: Seat,
  message: Of<ClientMessage, 'state'>,
  text: string,
): void {
  const { rev, audio, video, screen } = message;
  // The higher `rev` counts: the same news also travels on the data channel, and may overtake itself.
  if (seat.state === null || rev >= seat.state.rev) {
    turn.setSeat(slot, { ...seat, state: { rev, audio, video, screen } });
  }
  passOn(turn, slot, message, text);
}
