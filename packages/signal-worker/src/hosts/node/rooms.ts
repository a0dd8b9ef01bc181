import { encode, type CloseName } from '@p2p-call/protocol';
import type { TicketOffice } from '../../auth/ticket.js';
import { iceServersFor, type IceConfig } from '../../http/ice-servers.js';
import {
  createRoom,
  nextDeadline,
  step,
  type Effect,
  type Input,
  type RoomLimits,
  type RoomState,
  type SocketId,
} from '../../room/index.js';
import type { Outbox } from './outbox.js';

/** A socket as the rooms see it. */
export interface RoomSocket {
  readonly outbox: Outbox;
  sendText(text: string): void;
  close(reason: CloseName): void;
}

export interface RoomsDeps {
  readonly tickets: TicketOffice;
  readonly ice: IceConfig;
  readonly limits: RoomLimits;
  /** ms since the epoch */
  readonly now: () => number;
}

interface Entry {
  state: RoomState;
  timer: NodeJS.Timeout | null;
  deadline: number;
}

/** The rooms of this process, in memory, and the sockets in them. Decides nothing: it runs what the room's step says. */
export class Rooms {
  private readonly entries = new Map<string, Entry>();
  private readonly sockets = new Map<SocketId, RoomSocket>();

  constructor(private readonly deps: RoomsDeps) {}

  /** Rooms that are remembered by now. */
  get size(): number {
    return this.entries.size;
  }

  /** Somebody proved who they are: their socket belongs to the room from here on. Check and insert are one, without a wait between. */
  enter(room: string, socket: RoomSocket, input: Extract<Input, { type: 'hello' }>): void {
    this.sockets.set(input.socket, socket);
    if (!this.entries.has(room)) {
      const state = createRoom(room, this.deps.now(), this.deps.limits);
      this.entries.set(room, { state, timer: null, deadline: Infinity });
    }
    this.apply(room, input);
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
    if (this.entries.has(room)) this.schedule(room, entry);
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
    const delay = Math.max(1, deadline - this.deps.now());
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
    const socket = this.sockets.get(effect.to);
    if (socket !== undefined) this.runFor(socket, effect);
  }

  private runFor(socket: RoomSocket, effect: Exclude<Effect, { type: 'dispose' }>): void {
    const { outbox } = socket;
    switch (effect.type) {
      case 'send':
        outbox.push(() => socket.sendText(encode(effect.message)));
        return;
      case 'relay':
        outbox.push(() => socket.sendText(effect.text));
        return;
      case 'close':
        this.sockets.delete(effect.to);
        outbox.push(() => socket.close(effect.reason));
        return;
      case 'welcome':
        outbox.pushLater(this.welcome(effect), (text) => socket.sendText(text));
        return;
      case 'ticket':
        outbox.pushLater(this.deps.tickets.sign(effect.claims), (ticket) =>
          socket.sendText(encode({ type: 'ticket', ticket })),
        );
        return;
      case 'ice':
        outbox.pushLater(iceServersFor(this.deps.ice, effect.key, this.deps.now()), (grant) =>
          socket.sendText(encode({ type: 'ice', ...grant })),
        );
    }
  }

  private async welcome(effect: Extract<Effect, { type: 'welcome' }>): Promise<string> {
    const [ticket, grant] = await Promise.all([
      this.deps.tickets.sign(effect.ticket),
      iceServersFor(this.deps.ice, effect.key, this.deps.now()),
    ]);
    return encode({ ...effect.message, ...grant, ticket });
  }
}

/** 32 random hexadecimal digits. */
export function freshHex(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
