import { encode, type CloseName, type ServerMessage } from '@p2p-call/protocol';
import {
  createRoom,
  step,
  type Effect,
  type Input,
  type RelayedMessage,
  type RoomState,
  type SocketId,
  type TicketClaims,
} from '../src/room/index.js';

export const START = 1_795_353_600_000;

/** What one socket saw, in order. */
export type Seen =
  | ServerMessage
  | { readonly type: 'ticket-claims'; readonly claims: TicketClaims }
  | { readonly type: 'ice-for'; readonly key: string }
  | { readonly type: 'close'; readonly reason: CloseName };

export interface HelloOptions {
  readonly name?: string | null;
  readonly relay?: boolean;
  readonly join?: boolean;
  readonly quiet?: boolean;
  readonly trace?: string;
  /** The last frame they got, by its number. */
  readonly seen?: number;
}

/** Drives a room by hand: time is a number, sockets are names, and what each one saw is a list. */
export class RoomDriver {
  now = START;
  room: RoomState;
  readonly effects: Effect[] = [];
  private readonly inboxes = new Map<SocketId, Seen[]>();
  private readonly newest = new Map<SocketId, TicketClaims>();
  private count = 0;

  constructor(room: RoomState = createRoom('support-42', START)) {
    this.room = room;
  }

  /** 32 hexadecimal digits, different each time and the same in each run. */
  fresh(): string {
    this.count += 1;
    const digits = this.count.toString(16).padStart(8, '0');
    return digits.repeat(4);
  }

  apply(input: Input): readonly Effect[] {
    const { room, effects } = step(this.room, input, this.now);
    this.room = room;
    for (const effect of effects) this.record(effect);
    return effects;
  }

  hello(socket: SocketId, sub: string, options: HelloOptions = {}): void {
    const { name = sub, relay = false } = options;
    const endsAt = this.now + 12 * 3_600_000;
    const identity = { sub, key: `key-${sub}`, name, relay, origins: null, issuedAt: this.now, endsAt };
    this.enter(socket, { by: 'token', identity }, options);
  }

  resume(socket: SocketId, claims: TicketClaims, options: HelloOptions = {}): void {
    this.enter(socket, { by: 'ticket', claims, key: `key-${claims.sub}` }, options);
  }

  join(socket: SocketId, quiet = false): void {
    this.apply({ type: 'join', socket, quiet, fresh: this.fresh() });
  }

  leave(socket: SocketId): void {
    this.apply({ type: 'leave', socket, fresh: this.fresh() });
  }

  send(socket: SocketId, message: RelayedMessage): void {
    this.apply({ type: 'relay', socket, message, text: encode(message) });
  }

  drop(socket: SocketId, code = 1006, heardAt = this.now): void {
    this.apply({ type: 'closed', socket, code, heardAt, fresh: this.fresh() });
  }

  /** Lets time pass, and a tick come at its end. */
  wait(ms: number): void {
    this.now += ms;
    this.apply({ type: 'tick', fresh: this.fresh() });
  }

  /** What a socket saw since the last time it was asked, tickets apart. */
  take(socket: SocketId): Seen[] {
    const seen = (this.inboxes.get(socket) ?? []).filter((one) => one.type !== 'ticket-claims');
    this.inboxes.set(socket, []);
    return seen;
  }

  /** The types of that, in order. */
  takeTypes(socket: SocketId): string[] {
    return this.take(socket).map((one) => (one.type === 'close' ? `close ${one.reason}` : one.type));
  }

  /** The newest ticket a socket was sent. */
  ticket(socket: SocketId): TicketClaims {
    const claims = this.newest.get(socket);
    if (claims === undefined) throw new Error(`${socket} never had a ticket`);
    return claims;
  }

  private enter(
    socket: SocketId,
    proof: Extract<Input, { type: 'hello' }>['proof'],
    options: HelloOptions,
  ): void {
    const { join = false, quiet = false, trace = null, seen = null } = options;
    this.apply({ type: 'hello', socket, proof, seen, join, quiet, trace, fresh: this.fresh() });
  }

  private record(effect: Effect): void {
    this.effects.push(effect);
    if (!('to' in effect)) return;
    const inbox = this.inboxes.get(effect.to) ?? [];
    this.inboxes.set(effect.to, inbox);
    switch (effect.type) {
      case 'send':
        inbox.push(effect.message);
        return;
      case 'relay':
        inbox.push(JSON.parse(effect.text) as ServerMessage);
        return;
      case 'welcome':
        this.newest.set(effect.to, effect.ticket);
        inbox.push({
          ...effect.message,
          iceServers: [],
          iceTtl: 0,
          turn: 'none',
          ticket: 'signed-by-the-host',
        });
        return;
      case 'ticket':
        this.newest.set(effect.to, effect.claims);
        inbox.push({ type: 'ticket-claims', claims: effect.claims });
        return;
      case 'ice':
        inbox.push({ type: 'ice-for', key: effect.key });
        return;
      case 'close':
        inbox.push({ type: 'close', reason: effect.reason });
    }
  }
}

export const offer = (part: Partial<{ epoch: number; conn: number; neg: number; sdp: string }> = {}) =>
  ({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 offer', ...part }) as const;
export const answer = (part: Partial<{ epoch: number; conn: number; neg: number; sdp: string }> = {}) =>
  ({ type: 'answer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 answer', ...part }) as const;
export const candidate = (line: string, part: Partial<{ epoch: number; conn: number; neg: number }> = {}) =>
  ({ type: 'candidate', epoch: 1, conn: 1, neg: 1, candidate: { candidate: line }, ...part }) as const;
export const state = (rev: number) =>
  ({ type: 'state', rev, audio: true, video: false, screen: false }) as const;
