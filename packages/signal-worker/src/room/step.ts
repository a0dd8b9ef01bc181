import type { Effect } from './effects.js';
import { tick } from './deadlines.js';
import { hello } from './hello.js';
import type { Input } from './inputs.js';
import { join } from './join.js';
import { relay } from './relay.js';
import { remove } from './remove.js';
import { mayAskForIce, maySpeak } from './speak.js';
import {
  findWaiter,
  hasSocket,
  personOn,
  type RoomState,
  type SocketId,
  type TicketClaims,
} from './state.js';
import { issueTicket, lobbyView, ticketFor, Turn } from './turn.js';
import { closed, leave } from './vacate.js';

/** What became of a room, and what the host is to do about it. */
export interface Step {
  readonly room: RoomState;
  readonly effects: readonly Effect[];
}

/**
 * The whole of a room's behaviour. Pure: the room that is passed in does not change, time and chance come in, and what has to
 * happen outside comes out as data. Never throws; an input that does not fit (a socket long gone) changes nothing.
 * @param now ms since the epoch
 */
export function step(room: RoomState, input: Input, now: number): Step {
  const turn = new Turn(room, now, 'fresh' in input ? input.fresh : '');
  if (isSaid(input) && !maySpeak(turn, input.socket, isOffer(input))) {
    if (turn.room.seats !== room.seats || turn.room.lobby !== room.lobby) finish(turn, room, null);
    return { room: turn.room, effects: turn.effects };
  }
  run(turn, input);
  // A relayed frame changes nothing that others have to be told, and is by far the most frequent input.
  if (input.type !== 'relay' && input.type !== 'ice' && input.type !== 'report')
    finish(turn, room, input.type === 'hello' ? input.socket : null);
  return { room: turn.room, effects: turn.effects };
}

/** Is this something that a page said? It counts, whatever becomes of it. (A hello counts once it is known whose it is.) */
function isSaid(
  input: Input,
): input is Extract<Input, { type: 'join' | 'leave' | 'relay' | 'ice' | 'report' }> {
  return (
    input.type !== 'hello' && input.type !== 'closed' && input.type !== 'tick' && input.type !== 'remove'
  );
}

function isOffer(input: Input): boolean {
  return input.type === 'relay' && input.message.type === 'offer';
}

function run(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'hello':
      if (!hasSocket(turn.room, input.socket)) hello(turn, input);
      return;
    case 'join':
      join(turn, input.socket, input.quiet);
      return;
    case 'leave':
      leave(turn, input.socket);
      return;
    case 'relay':
      relay(turn, input.socket, input.message, input.text);
      return;
    case 'ice':
      ice(turn, input.socket);
      return;
    case 'report':
      turn.effects.push({ type: 'report', metrics: input.metrics });
      return;
    case 'remove':
      remove(turn, input.key);
      return;
    case 'closed':
      closed(turn, input.socket, input.code, input.heardAt);
      return;
    case 'tick':
      tick(turn);
  }
}

function ice(turn: Turn, socket: SocketId): void {
  const person = personOn(turn.room, socket);
  if (person !== null && mayAskForIce(turn, person.key))
    turn.effects.push({ type: 'ice', to: socket, key: person.key });
}

/** What follows from any change: word to the lobby, newer tickets, since when the room is empty. */
function finish(turn: Turn, before: RoomState, welcomed: SocketId | null): void {
  for (const { socket, person } of turn.room.lobby) {
    if (socket === welcomed) continue;
    const view = lobbyView(turn.room, person);
    const was = findWaiter(before, socket);
    if (was !== null && JSON.stringify(lobbyView(before, was.person)) === JSON.stringify(view)) continue;
    turn.send(socket, { type: 'room', ...view });
  }
  const sockets = [
    ...turn.room.seats.map((seat) => seat?.socket ?? null),
    ...turn.room.lobby.map((one) => one.socket),
  ];
  for (const socket of sockets) {
    if (socket === null || socket === welcomed || !hasSocket(before, socket)) continue;
    if (placeIn(ticketFor(turn.room, socket)) === placeIn(ticketFor(before, socket))) continue;
    const claims = issueTicket(turn, socket);
    if (claims !== null) turn.effects.push({ type: 'ticket', to: socket, claims });
  }
  const { seats, lobby, emptySince } = turn.room;
  const empty = lobby.length === 0 && seats.every((seat) => seat === null);
  turn.change({ emptySince: empty ? (emptySince ?? turn.now) : null });
}

/** What a ticket says of its owner's place; two tickets with the same are as good as each other. */
function placeIn(claims: TicketClaims | null): string {
  return JSON.stringify(claims?.seat ?? null);
}
