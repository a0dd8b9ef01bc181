import { newPersonId } from './ids.js';
import { join } from './join.js';
import type { Input } from './inputs.js';
import { resume } from './resume.js';
import { findSlot, findWaiter, graceMs, otherSlot, type Person, type Slot, type SocketId } from './state.js';
import { issueTicket, lobbyView, publicPeer, publicPerson, type Turn } from './turn.js';
import type { WelcomeDraft } from './effects.js';

type Hello = Extract<Input, { type: 'hello' }>;

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Somebody proved who they are: to the lobby, or back to the seat their ticket names; and on to a seat if they asked for it. */
export function hello(turn: Turn, input: Hello): void {
  const { socket, proof } = input;
  const trace = input.trace !== null && TRACEPARENT.test(input.trace) ? input.trace : null;
  if (proof.by === 'token') {
    const person: Person = { ...proof.identity, id: newPersonId(turn.fresh), issued: 0, used: 0, seq: 0 };
    turn.change({ lobby: [...turn.room.lobby, { socket, person, trace }] });
  } else if (!resume(turn, socket, proof.claims, proof.key, trace)) {
    return;
  }
  welcome(turn, input);
}

/** Says welcome, then what was missed or what the join they asked for gives. The ticket inside already tells of the seat. */
function welcome(turn: Turn, input: Hello): void {
  const { socket } = input;
  const message = welcomeDraft(turn, socket);
  const place = turn.effects.length;
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  if (slot !== null) greetBack(turn, slot, input.join && !input.quiet);
  else if (input.join) join(turn, socket, input.quiet);
  const ticket = issueTicket(turn, socket);
  if (message === null || ticket === null) return;
  turn.effects.splice(place, 0, { type: 'welcome', to: socket, message, ticket, key: keyOf(turn, socket) });
}

function keyOf(turn: Turn, socket: SocketId): string {
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  const person = slot === null ? findWaiter(turn.room, socket)?.person : turn.room.seats[slot]?.person;
  return person?.key ?? '';
}

function welcomeDraft(turn: Turn, socket: SocketId): WelcomeDraft | null {
  const { room, now } = turn;
  const slot = findSlot(room, (seat) => seat.socket === socket);
  const person = slot === null ? findWaiter(room, socket)?.person : room.seats[slot]?.person;
  if (person === undefined) return null;
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
  // Frames missed are not kept, so whoever resumes sends what they last said again.
  return {
    ...draft,
    seat: { slot, epoch: room.epoch, callId: room.callId, ...trace, peer: here, ...who },
    resync: true,
  };
}

/**
 * After a resume: the news this page missed, and word to the other person.
 * @param real they asked to be in the call, so a seat that was quiet no longer is
 */
function greetBack(turn: Turn, slot: Slot, real: boolean): void {
  const seat = turn.room.seats[slot];
  if (seat === null || seat.socket === null) return;
  for (const news of seat.missed) turn.send(seat.socket, news);
  turn.setSeat(slot, { ...seat, missed: [], quiet: seat.quiet && !real });
  turn.tell(otherSlot(slot), {
    type: 'peer-back',
    epoch: turn.room.epoch,
    peer: publicPerson(seat.person),
  });
}
