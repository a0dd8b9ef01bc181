import { encode, type CloseName, type ServerMessage } from '@p2p-call/protocol';
import type { TicketOffice } from '../../auth/ticket.js';
import type { IceSource } from '../../http/ice-servers.js';
import type { Meter } from '../../metrics/meter.js';
import { takeReport } from '../../metrics/reports.js';
import {
  createRoom,
  isInPair,
  nextDeadline,
  step,
  type Effect,
  type Input,
  type RoomLimits,
  type RoomState,
  type SocketId,
} from '../../room/index.js';
import { hashId } from './hash-id.js';
import { errorFields, type Logger } from './logger.js';
import type { Outbox } from './outbox.js';

/** A socket as the rooms see it. */
export interface RoomSocket {
  readonly outbox: Outbox;
  sendText(text: string): void;
  close(reason: CloseName): void;
}

export interface RoomsDeps {
  readonly tickets: TicketOffice;
  readonly ice: IceSource;
  readonly limits: RoomLimits;
  readonly meter: Meter;
  readonly log: Logger;
  /** ms since the epoch */
  readonly now: () => number;
}

interface Entry {
  state: RoomState;
  timer: NodeJS.Timeout | null;
  deadline: number;
}

/** Node takes a longer one for none at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The rooms of this process, in memory, and the sockets in them. Decides nothing: it runs what the room's step says. */
export class Rooms {
  private readonly entries = new Map<string, Entry>();
  private readonly sockets = new Map<SocketId, RoomSocket>();

  constructor(private readonly deps: RoomsDeps) {}

  /** Rooms that are remembered by now. */
  get size(): number {
    return this.entries.size;
  }

  /** How many rooms have no, one, or two seats taken. */
  census(): Record<'empty' | 'waiting' | 'pair', number> {
    const counts = { empty: 0, waiting: 0, pair: 0 };
    for (const { state } of this.entries.values()) {
      const taken = state.seats.filter((seat) => seat !== null).length;
      counts[taken === 0 ? 'empty' : taken === 1 ? 'waiting' : 'pair'] += 1;
    }
    return counts;
  }

  /** A room as it is now; `null` if it is not remembered. */
  look(room: string): RoomState | null {
    return this.entries.get(room)?.state ?? null;
  }

  /** Is this socket one of a pair? Others may be silent for longer. */
  isInPair(room: string, socket: SocketId): boolean {
    const state = this.look(room);
    return state !== null && isInPair(state, socket);
  }

  /** Takes somebody out, and keeps them out: also of a room that is not remembered. @returns false if they were not here */
  remove(room: string, key: string): boolean {
    const { state } = this.entryOf(room);
    const isHere = [...state.seats, ...state.lobby].some((one) => one?.person.key === key);
    this.apply(room, { type: 'remove', key, fresh: freshHex() });
    return isHere;
  }

  /** Somebody proved who they are: their socket belongs to the room from here on. Check and insert are one, without a wait between. */
  enter(room: string, socket: RoomSocket, input: Extract<Input, { type: 'hello' }>): void {
    this.sockets.set(input.socket, socket);
    this.entryOf(room);
    this.apply(room, input);
  }

  /** The room as it is remembered, or a new one. */
  private entryOf(room: string): Entry {
    const known = this.entries.get(room);
    if (known !== undefined) return known;
    const state = createRoom(room, this.deps.now(), this.deps.limits);
    const entry: Entry = { state, timer: null, deadline: Infinity };
    this.entries.set(room, entry);
    return entry;
  }

  /** The socket is gone. */
  exit(room: string, input: Extract<Input, { type: 'closed' }>): void {
    this.sockets.delete(input.socket);
    this.apply(room, input);
  }

  /** Steps a room; does nothing for one that is not remembered. */
  apply(room: string, input: Input): void {
    const entry = this.entries.get(room);
    if (entry === undefined) return;
    const { room: state, effects } = step(entry.state, input, this.deps.now());
    entry.state = state;
    for (const effect of effects) this.run(room, effect);
    // Of what is relayed within a pair nothing is kept that could be forgotten.
    const isPassedOn = input.type === 'relay' && state.seats[0] !== null && state.seats[1] !== null;
    if (!isPassedOn && this.entries.has(room)) this.schedule(room, entry);
  }

  /** Forgets everything, silently: the process is on its way out. */
  clear(): void {
    for (const entry of this.entries.values()) if (entry.timer !== null) clearTimeout(entry.timer);
    this.entries.clear();
    this.sockets.clear();
  }

  private schedule(room: string, entry: Entry): void {
    const deadline = nextDeadline(entry.state);
    if (deadline === entry.deadline && entry.timer !== null) return;
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.deadline = deadline;
    const delay = Math.min(LONGEST_TIMER_MS, Math.max(1, deadline - this.deps.now()));
    entry.timer = setTimeout(() => {
      entry.timer = null;
      this.apply(room, { type: 'tick', fresh: freshHex() });
    }, delay);
    entry.timer.unref();
  }

  private run(room: string, effect: Effect): void {
    if (effect.type === 'dispose') {
      const timer = this.entries.get(room)?.timer ?? null;
      if (timer !== null) clearTimeout(timer);
      this.entries.delete(room);
      return;
    }
    if (effect.type === 'report') {
      takeReport(effect.metrics, this.deps.meter);
      return;
    }
    if (effect.type === 'limit') {
      this.deps.meter.count('p2p_limits_hit_total', { limit: effect.limit });
      this.deps.log.info('limit', { limit: effect.limit, room: hashId(room) });
      return;
    }
    const socket = this.sockets.get(effect.to);
    if (socket === undefined) return;
    if (effect.type === 'send') this.note(room, effect.message);
    this.runFor(socket, effect);
  }

  /** What an operator wants to know of what is said: who comes together, and that somebody found no seat. */
  private note(room: string, message: ServerMessage): void {
    const { meter, log } = this.deps;
    if (message.type === 'joined') {
      meter.count('p2p_joins_total', { result: 'seated' });
      const { callId: call, epoch, slot } = message;
      log.info('joined', { room: hashId(room), call, epoch, slot });
    }
    if (message.type === 'error' && message.code === 'room-full') {
      meter.count('p2p_joins_total', { result: 'full' });
      log.info('room-full', { room: hashId(room) });
    }
  }

  private runFor(socket: RoomSocket, effect: Extract<Effect, { to: SocketId }>): void {
    const { outbox } = socket;
    switch (effect.type) {
      case 'send':
        outbox.push(() => socket.sendText(encode(effect.message)));
        return;
      case 'relay':
        // By far the most frequent: without a closure where nothing is in the making.
        if (!outbox.isBusy) socket.sendText(effect.text);
        else outbox.push(() => socket.sendText(effect.text));
        return;
      case 'close':
        this.sockets.delete(effect.to);
        outbox.push(() => socket.close(effect.reason));
        return;
      case 'welcome':
        countResume(this.deps.meter, effect);
        outbox.pushLater(this.welcome(effect), (text) => socket.sendText(text));
        return;
      case 'ticket':
        outbox.pushLater(this.deps.tickets.sign(effect.claims), (ticket) =>
          socket.sendText(encode({ type: 'ticket', ticket })),
        );
        return;
      case 'ice':
        // Not in its turn: a managed service may take seconds, and the call's own frames must not wait for it.
        this.deps.ice.serversFor(effect.key, this.deps.now()).then(
          (grant) => outbox.push(() => socket.sendText(encode({ type: 'ice', ...grant }))),
          (error: unknown) => this.deps.log.error('ice-failed', errorFields(error)),
        );
    }
  }

  private async welcome(effect: Extract<Effect, { type: 'welcome' }>): Promise<string> {
    const [ticket, grant] = await Promise.all([
      this.deps.tickets.sign(effect.ticket),
      this.deps.ice.serversFor(effect.key, this.deps.now()),
    ]);
    return encode({ ...effect.message, ...grant, ticket });
  }
}

function countResume(meter: Meter, { message }: Extract<Effect, { type: 'welcome' }>): void {
  if (message.seat === undefined) return;
  meter.count('p2p_resumes_total', { result: message.resync === true ? 'resync' : 'replayed' });
}

/** 32 random hexadecimal digits. */
export function freshHex(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
