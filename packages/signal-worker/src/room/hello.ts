import { newPersonId } from './ids.js';
import { join } from './join.js';
import type { Input } from './inputs.js';
import { resume } from './resume.js';
import { isRemoved } from './remove.js';
import { framesAfter, NOTHING_KEPT } from './replay.js';
import { charge, warn } from './speak.js';
import {
  findSlot,
  findWaiter,
  graceMs,
  otherSlot,
  personOn,
  type Person,
  type Slot,
  type SocketId,
} from './state.js';
import { issueTicket, lobbyView, publicPeer, publicPerson, type Turn } from './turn.js';
import type { WelcomeDraft } from './effects.js';

type Hello = Extract<Input, { type: 'hello' }>;

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Somebody proved who they are: to the lobby, or back to the seat their ticket names; and on to a seat if they asked for it. */
export function hello(turn: Turn, input: Hello): void {
  const { socket, proof } = input;
  const [key, issuedAt] =
    proof.by === 'token' ? [proof.identity.key, proof.identity.issuedAt] : [proof.key, proof.claims.issuedAt];
  if (isRemoved(turn, key, issuedAt)) {
    turn.close(socket, 'removed');
    return;
  }
  // A hello counts as anything else that is said, so that nobody gets a new allowance by coming again.
  const verdict = charge(turn, key, false);
  if (verdict === 'refused') {
    turn.close(socket, 'rate-limited');
    return;
  }
  const room = turn.mark();
  const place = turn.effects.length;
  if (!enter(turn, input)) return;
  const limit = limitHit(turn, socket, key);
  if (limit === null) {
    if (verdict === 'warned') warn(turn, socket, key);
    return;
  }
  // Too many: as if they had never come in.
  turn.goBackTo(room);
  turn.effects.splice(place, Infinity, { type: 'limit', limit });
  if (limit === 'lobby') turn.fail(socket, 'room-full', 'hello');
  turn.close(socket, 'rate-limited');
}

function enter(turn: Turn, input: Hello): boolean {
  const { socket, proof } = input;
  const trace = input.trace !== null && TRACEPARENT.test(input.trace) ? input.trace : null;
  if (proof.by === 'token') {
    const person: Person = { ...proof.identity, id: newPersonId(turn.fresh), issued: 0, used: 0, seq: 0 };
    turn.change({ lobby: [...turn.room.lobby, { socket, person, trace }] });
  } else if (!resume(turn, socket, proof.claims, proof.key, trace)) {
    return false;
  }
  welcome(turn, input);
  return true;
}

/** Which limit does the room exceed now that this socket is in? */
function limitHit({ room }: Turn, socket: SocketId, key: string): 'lobby' | 'sockets-per-sub' | null {
  const { lobby, seats, limits } = room;
  const own = [...lobby, ...seats].filter(
    (one) => one !== null && one.socket !== null && one.person.key === key,
  );
  if (own.length > limits.socketsPerSub) return 'sockets-per-sub';
  return lobby.length > limits.lobby && findWaiter(room, socket) !== null ? 'lobby' : null;
}

/** Says welcome, then what was missed or what the join they asked for gives. The ticket inside already tells of the seat. */
function welcome(turn: Turn, input: Hello): void {
  const { socket } = input;
  const missed = missedSince(turn, input);
  const message = welcomeDraft(turn, socket, missed.resync);
  const place = turn.effects.length;
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  if (slot !== null) greetBack(turn, slot, missed.frames, input.join && !input.quiet);
  else if (input.join) join(turn, socket, input.quiet);
  const ticket = issueTicket(turn, socket);
  if (message === null || ticket === null) return;
  const key = personOn(turn.room, socket)?.key ?? '';
  turn.effects.splice(place, 0, { type: 'welcome', to: socket, message, ticket, key });
}

/** What a page that comes back to its seat did not get. */
interface Missed {
  readonly frames: readonly string[];
  /** Not all of it is known: both sides say where they are, and frames are counted from 1 again. */
  readonly resync: boolean;
}

function missedSince(turn: Turn, { socket, seen, proof }: Hello): Missed {
  const slot = findSlot(turn.room, (one) => one.socket === socket);
  const seat = slot === null ? null : turn.room.seats[slot];
  if (slot === null || seat === null || proof.by === 'token') return { frames: [], resync: false };
  const { seq, replay, numberedSince } = seat;
  const isCounting = numberedSince !== null && proof.claims.generation >= numberedSince;
  const frames = isCounting && seen !== null && seen <= seq ? framesAfter(replay, seen) : null;
  if (frames !== null) return { frames, resync: false };
  // The ticket of the welcome that says so is made out next.
  const renumbered = { ...seat, numberedSince: seat.person.issued + 1 };
  // A page that never heard of the present numbering has seen nothing of it.
  const all = isCounting ? null : framesAfter(replay, 0);
  turn.setSeat(slot, all === null ? { ...renumbered, seq: 0, replay: NOTHING_KEPT } : renumbered);
  return { frames: all ?? [], resync: true };
}

function welcomeDraft(turn: Turn, socket: SocketId, resync: boolean): WelcomeDraft | null {
  const { room, now } = turn;
  const slot = findSlot(room, (seat) => seat.socket === socket);
  const person = personOn(room, socket);
  if (person === null) return null;
  const draft: WelcomeDraft = {
    type: 'welcome',
    self: publicPerson(person),
    room: lobbyView(room, person),
    relay: person.relay,
    graceMs: graceMs(room),
    now,
  };
  if (slot === null || room.callId === null) return draft;
  const peer = room.seats[otherSlot(slot)];
  const here = peer === null ? null : peer.socket === null ? 'away' : 'here';
  const trace = room.trace === null ? {} : { trace: room.trace };
  const who = peer === null ? {} : { person: publicPeer(peer) };
  const seat = { slot, epoch: room.epoch, callId: room.callId, ...trace, peer: here, ...who } as const;
  return resync ? { ...draft, seat, resync } : { ...draft, seat };
}

/**
 * After a resume: the news and frames this page missed, and word to the other person.
 * @param real they asked to be in the call, so a seat that was quiet no longer is
 */
function greetBack(turn: Turn, slot: Slot, frames: readonly string[], real: boolean): void {
  const seat = turn.room.seats[slot];
  if (seat === null || seat.socket === null) return;
  for (const news of seat.missed) turn.send(seat.socket, news);
  for (const text of frames) turn.effects.push({ type: 'relay', to: seat.socket, text });
  turn.setSeat(slot, { ...seat, missed: [], quiet: seat.quiet && !real });
  turn.tell(otherSlot(slot), {
    type: 'peer-back',
    epoch: turn.room.epoch,
    peer: publicPerson(seat.person),
  });
}
