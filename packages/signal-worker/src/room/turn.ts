import type { CloseName, Of, ServerMessage, WireErrorCode } from '@p2p-call/protocol';
import type { Effect } from './effects.js';
import type { Allowance } from './rates.js';
import { keep, type KeptFrame } from './replay.js';
import {
  findSlot,
  otherSlot,
  personOn,
  type CandidateCount,
  type PeerNews,
  type Person,
  type RoomState,
  type Seat,
  type Slot,
  type SocketId,
  type TicketClaims,
} from './state.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * One step in the making: the room as it is by now, and what the host is to do. The room that came in is never changed: the first
 * change makes a copy, which later ones may write to, since nobody else has it yet.
 */
export class Turn {
  readonly effects: Effect[] = [];
  private draft: Mutable<RoomState> | null = null;

  constructor(
    private start: RoomState,
    /** ms since the epoch */
    readonly now: number,
    /** 32 random hexadecimal digits */
    readonly fresh: string,
  ) {}

  /** As it is by now. Good until the next change. */
  get room(): RoomState {
    return this.draft ?? this.start;
  }

  /** The room as it is by now, to go back to: later changes leave it as it is. */
  mark(): RoomState {
    this.goBackTo(this.room);
    return this.start;
  }

  goBackTo(room: RoomState): void {
    this.start = room;
    this.draft = null;
  }

  change(part: Partial<RoomState>): void {
    Object.assign(this.writable(), part);
  }

  setSeat(slot: Slot, seat: Seat | null): void {
    const draft = this.writable();
    const [first, second] = draft.seats;
    draft.seats = slot === 0 ? [seat, second] : [first, seat];
  }

  /** @returns the seat with this count of candidates */
  setCandidates(slot: Slot, seat: Seat, candidates: CandidateCount): Seat {
    const next: Mutable<Seat> = { ...seat };
    next.candidates = candidates;
    this.setSeat(slot, next);
    return next;
  }

  setAllowances(allowances: readonly Allowance[]): void {
    this.writable().allowances = allowances;
  }

  private writable(): Mutable<RoomState> {
    return (this.draft ??= { ...this.start });
  }

  send(to: SocketId, message: ServerMessage): void {
    this.effects.push({ type: 'send', to, message });
  }

  fail(to: SocketId, code: WireErrorCode, ref: string): void {
    this.send(to, { type: 'error', code, ref });
  }

  /** Closes a socket and forgets it; what it had is the caller's to decide. */
  close(to: SocketId, reason: CloseName): void {
    this.change({ lobby: this.room.lobby.filter((waiter) => waiter.socket !== to) });
    this.effects.push({ type: 'close', to, reason });
  }

  /** Tells the person in a slot, if anybody is there and connected. */
  tell(slot: Slot, message: ServerMessage): void {
    const socket = this.room.seats[slot]?.socket;
    if (socket !== null && socket !== undefined) this.send(socket, message);
  }

  /** The number the next frame relayed to this seat gets; `null` for an empty one. */
  nextSeq(slot: Slot): number | null {
    const seat = this.room.seats[slot];
    return seat === null ? null : seat.seq + 1;
  }

  /** Passes a stamped frame on, and keeps it for the case that the socket it goes to is dead, or gone already. */
  deliver(slot: Slot, frame: KeptFrame): void {
    const seat = this.room.seats[slot];
    if (seat === null) return;
    // A copy first, then the fields: many times cheaper than a spread that overrides, and this runs for each frame.
    const next: Mutable<Seat> = { ...seat };
    next.seq = frame.seq;
    next.replay = keep(seat.replay, frame);
    this.setSeat(slot, next);
    if (seat.socket !== null) this.effects.push({ type: 'relay', to: seat.socket, text: frame.text });
  }

  /** Tells the person in a slot that somebody came or went: now, or as soon as their socket is back. */
  tellNews(slot: Slot, news: PeerNews): void {
    const seat = this.room.seats[slot];
    if (seat === null) return;
    if (seat.socket !== null) this.send(seat.socket, news);
    else this.setSeat(slot, { ...seat, missed: [...seat.missed, news] });
  }
}

/** A person as the other one sees them. */
export function publicPerson(person: Person): { id: string; name?: string } {
  return person.name === null ? { id: person.id } : { id: person.id, name: person.name };
}

/** The same with what they send. */
export function publicPeer(seat: Seat): NonNullable<Of<ServerMessage, 'joined'>['peer']> {
  const person = publicPerson(seat.person);
  return seat.state === null ? person : { ...person, state: seat.state };
}

/** The room as somebody in the lobby sees it. Their own other page does not count: they would take its seat over. */
export function lobbyView(room: RoomState, viewer: Person): Of<ServerMessage, 'welcome'>['room'] {
  const others = room.seats.filter((seat) => seat !== null && seat.person.key !== viewer.key);
  const first = others[0]?.person;
  const seats = others.length === 0 ? 0 : others.length === 1 ? 1 : 2;
  if (first === undefined) return { seats };
  return { seats, peer: first.name === null ? {} : { name: first.name } };
}

/** What a ticket for this socket would say now, but for its generation; `null` for an unknown socket. */
export function ticketFor(room: RoomState, socket: SocketId): TicketClaims | null {
  const slot = findSlot(room, (seat) => seat.socket === socket);
  const seat = slot === null ? null : room.seats[slot];
  const person = personOn(room, socket);
  if (person === null) return null;
  const peer = slot === null ? undefined : room.seats[otherSlot(slot)]?.person;
  const { sub, id, name, relay, origins, issuedAt, endsAt, issued } = person;
  const claims = { room: room.name, sub, id, name, relay, origins, issuedAt, endsAt, generation: issued };
  if (slot === null || room.callId === null || room.trace === null) return { ...claims, seat: null };
  return {
    ...claims,
    seat: {
      slot,
      epoch: room.epoch,
      callId: room.callId,
      trace: room.trace,
      quiet: seat?.quiet === true,
      peer: peer === undefined ? null : { id: peer.id, key: peer.key, name: peer.name },
    },
  };
}

/** Counts one more ticket for the person on this socket and says what is in it; `null` for an unknown socket. */
export function issueTicket(turn: Turn, socket: SocketId): TicketClaims | null {
  const slot = findSlot(turn.room, (seat) => seat.socket === socket);
  const seat = slot === null ? null : turn.room.seats[slot];
  if (slot !== null && seat !== null) {
    turn.setSeat(slot, { ...seat, person: nextTicket(seat.person) });
  } else {
    turn.change({
      lobby: turn.room.lobby.map((waiter) =>
        waiter.socket === socket ? { ...waiter, person: nextTicket(waiter.person) } : waiter,
      ),
    });
  }
  return ticketFor(turn.room, socket);
}

function nextTicket(person: Person): Person {
  return { ...person, issued: person.issued + 1 };
}
