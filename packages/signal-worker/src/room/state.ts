import {
  LIMITS,
  type MediaState,
  type Of,
  type PeerLeftReason,
  type ServerMessage,
} from '@p2p-call/protocol';
import type { Allowance } from './rates.js';
import type { Replay } from './replay.js';

/** The host's name for one live socket. */
export type SocketId = string;

/** Who is who in a pair, kept through resumes. 0 is impolite and offers first; 1 is polite. */
export type Slot = 0 | 1;

/** The lifetimes a room keeps, in milliseconds, and the numbers it allows. They travel with the room, so that a room moved elsewhere behaves the same. */
export interface RoomLimits {
  /** How long a seat is held for a person whose socket dropped, when somebody else is seated. */
  readonly graceInCallMs: number;
  /** The same for a person who is alone. */
  readonly graceAloneMs: number;
  /** Age at which a stored offer is forgotten. */
  readonly offerForgetMs: number;
  /** How long a room without anybody is remembered. */
  readonly emptyRoomMs: number;
  /** How long any room lives. */
  readonly roomAgeMs: number;
  /** How many may wait in the lobby. */
  readonly lobby: number;
  /** How many sockets one person may have in this room. */
  readonly socketsPerSub: number;
  /** What a socket may say at once, and per second from then on. */
  readonly messagesBurst: number;
  readonly messagesPerSecond: number;
  readonly offersPerMinute: number;
  readonly candidatesPerDescription: number;
}

export const DEFAULT_ROOM_LIMITS: RoomLimits = {
  graceInCallMs: LIMITS.graceInCallMs,
  graceAloneMs: LIMITS.graceAloneMs,
  offerForgetMs: LIMITS.offerForgetMs,
  emptyRoomMs: LIMITS.emptyRoomMs,
  roomAgeMs: LIMITS.roomAgeMs,
  lobby: LIMITS.lobby,
  socketsPerSub: LIMITS.socketsPerSub,
  messagesBurst: LIMITS.messagesBurst,
  messagesPerSecond: LIMITS.messagesPerSecond,
  offersPerMinute: LIMITS.offersPerMinute,
  candidatesPerDescription: LIMITS.candidatesPerDescription,
};

/** One page of one person. A reload is a new page, a resumed socket is the same one. */
export interface Person {
  /** Public name of this page, random: what the other person sees. */
  readonly id: string;
  /** Keyed hash of `sub`: equal for two pages of one person, and safe to put in a ticket that somebody else holds. */
  readonly key: string;
  /** The join token's `sub`; empty for a person known only from the other's ticket. */
  readonly sub: string;
  readonly name: string | null;
  /** This person may use relay candidates only. */
  readonly relay: boolean;
  /** Origins this person's pages may come from; `null`: whatever the service allows. */
  readonly origins: readonly string[] | null;
  /** When the token this person came with was made out, in ms since the epoch. */
  readonly issuedAt: number;
  /** End of the longest session, in ms since the epoch: no ticket outlives it, and no socket. */
  readonly endsAt: number;
  /** Generation of the newest ticket that was made out. */
  readonly issued: number;
  /** Oldest generation that is still accepted: the newest one that was used. */
  readonly used: number;
  /** Relayed frames this page was sent in the seats it had before. */
  readonly seq: number;
}

/** Somebody authenticated and without a seat. */
export interface Waiter {
  readonly socket: SocketId;
  readonly person: Person;
  /** The page's W3C `traceparent`, if it sent one. */
  readonly trace: string | null;
}

/** The offer of a person who is alone, with its candidates as they are handed to whoever joins. */
export interface StoredOffer {
  readonly conn: number;
  readonly neg: number;
  readonly sdp: string;
  readonly at: number;
  /** Encoded `candidate` messages, bounded in number and, since they were written anew, in length. */
  readonly candidates: readonly string[];
}

/** How many candidates a person has sent for their current description. */
export interface CandidateCount {
  readonly conn: number;
  readonly neg: number;
  readonly count: number;
  readonly warned: boolean;
}

export interface Seat {
  readonly person: Person;
  /** `null` while the person's socket is gone and the seat is held for them. */
  readonly socket: SocketId | null;
  /** Last sign of life, in ms since the epoch; the time of grace runs from here while `socket` is `null`. */
  readonly heardAt: number;
  readonly takenAt: number;
  /** Connected to the peer, but not in the call. */
  readonly quiet: boolean;
  /** False for a seat known only from the other person's ticket, after the service lost its memory. */
  readonly confirmed: boolean;
  readonly state: MediaState | null;
  readonly offer: StoredOffer | null;
  readonly candidates: CandidateCount | null;
  readonly trace: string | null;
  /** News of this epoch about the other person, made while this person's socket was gone; told after a resume. */
  readonly missed: readonly PeerNews[];
  /** Relayed frames this page was sent, in whatever seat, since it was last told to start anew. */
  readonly seq: number;
  /** The last of them, in this epoch, as far as they are worth anything. */
  readonly replay: Replay;
  /**
   * The ticket whose welcome began the present numbering: a page that comes with an older one counts by another. `null`: the page
   * was not told yet, since the service lost its memory.
   */
  readonly numberedSince: number | null;
}

/** Somebody came or went. */
export type PeerNews = Of<ServerMessage, 'peer-joined' | 'peer-left'>;

export type Seats = readonly [Seat | null, Seat | null];

/**
 * How a seat ended. `replaced`: by another page of the same person, for good; `displaced`: by a real join of somebody else, to
 * whom a quiet seat gave way. The other person hears `replaced` of both.
 */
export type SeatEnd = PeerLeftReason | 'displaced';

/** How a page's seat ended: what its ticket is still good for. */
export interface EndedPage {
  readonly id: string;
  readonly reason: SeatEnd;
}

/** Somebody who was taken out: tokens made out before then no longer let them in. */
export interface Removal {
  readonly key: string;
  /** ms since the epoch */
  readonly at: number;
}

/** One room, as a plain value: it can be stored, sent and compared. Sockets live in the host. */
export interface RoomState {
  readonly name: string;
  readonly createdAt: number;
  /** Since when nobody is here, `null` while somebody is. */
  readonly emptySince: number | null;
  readonly limits: RoomLimits;
  readonly lobby: readonly Waiter[];
  /** Index is slot. */
  readonly seats: Seats;
  /** Count of pairings, from 1; 0 before anybody was seated. */
  readonly epoch: number;
  /** Of the pair that is, or is to be formed with the person who waits; `null` while nobody is seated. */
  readonly callId: string | null;
  readonly trace: string | null;
  /** Pages whose seat ended, oldest first, bounded. */
  readonly ended: readonly EndedPage[];
  readonly removals: readonly Removal[];
  /** Of everybody who said something lately. */
  readonly allowances: readonly Allowance[];
}

/** What a ticket says of the other person, so that a room rebuilt from it holds their seat too. */
export interface TicketPeer {
  readonly id: string;
  readonly key: string;
  readonly name: string | null;
}

export interface TicketSeat {
  readonly slot: Slot;
  readonly epoch: number;
  readonly callId: string;
  readonly trace: string;
  readonly quiet: boolean;
  readonly peer: TicketPeer | null;
}

/** What a ticket holds: enough to put its owner back in the same place after the service forgot everything. */
export interface TicketClaims {
  readonly room: string;
  readonly sub: string;
  readonly id: string;
  readonly name: string | null;
  readonly relay: boolean;
  readonly origins: readonly string[] | null;
  /** `null`: its owner was in the lobby. */
  readonly seat: TicketSeat | null;
  /** Rises with each ticket of a page. */
  readonly generation: number;
  /** When the token its owner came with was made out, in ms since the epoch. */
  readonly issuedAt: number;
  /** In ms since the epoch. */
  readonly endsAt: number;
}

/** A room in which nobody has been yet. */
export function createRoom(name: string, now: number, limits: RoomLimits = DEFAULT_ROOM_LIMITS): RoomState {
  return {
    name,
    createdAt: now,
    emptySince: now,
    limits,
    lobby: [],
    seats: [null, null],
    epoch: 0,
    callId: null,
    trace: null,
    ended: [],
    removals: [],
    allowances: [],
  };
}

export function otherSlot(slot: Slot): Slot {
  return slot === 0 ? 1 : 0;
}

/** The slot for which `test` holds, or `null`. */
export function findSlot(room: RoomState, test: (seat: Seat) => boolean): Slot | null {
  const [first, second] = room.seats;
  if (first !== null && test(first)) return 0;
  if (second !== null && test(second)) return 1;
  return null;
}

export function findWaiter(room: RoomState, socket: SocketId): Waiter | null {
  return room.lobby.find((waiter) => waiter.socket === socket) ?? null;
}

/** Does the room know this socket? */
export function hasSocket(room: RoomState, socket: SocketId): boolean {
  return personOn(room, socket) !== null;
}

/** The person on this socket, in a seat or in the lobby. */
export function personOn(room: RoomState, socket: SocketId): Person | null {
  const [first, second] = room.seats;
  if (first?.socket === socket) return first.person;
  if (second?.socket === socket) return second.person;
  return findWaiter(room, socket)?.person ?? null;
}

/** Is this socket one of two who are seated together? */
export function isInPair(room: RoomState, socket: SocketId): boolean {
  const [first, second] = room.seats;
  return first !== null && second !== null && (first.socket === socket || second.socket === socket);
}

/** How long the seat of somebody whose socket drops now would be held, in ms. */
export function graceMs(room: RoomState): number {
  const [first, second] = room.seats;
  return first !== null && second !== null ? room.limits.graceInCallMs : room.limits.graceAloneMs;
}
