import type { ClientMessage, CloseName, Of, ServerMessage } from '@p2p-call/protocol';
import type { SocketId, TicketClaims } from './state.js';

/** A `welcome` but for what only the host can make: a signed ticket and ICE credentials. */
export type WelcomeDraft = Omit<Of<ServerMessage, 'welcome'>, 'ticket' | 'iceServers' | 'iceTtl' | 'turn'>;

/** The limits that a room keeps. */
export type RoomLimit = 'sockets-per-sub' | 'lobby' | 'messages' | 'offers' | 'candidates';

/** What a host has to do, in this order for each socket, after a step. All plain data. */
export type Effect =
  | { readonly type: 'send'; readonly to: SocketId; readonly message: ServerMessage }
  /** A frame of the other person, already stamped. */
  | { readonly type: 'relay'; readonly to: SocketId; readonly text: string }
  /** Sign `ticket`, add ICE servers for `key`, send. Nothing for this socket may overtake it. */
  | {
      readonly type: 'welcome';
      readonly to: SocketId;
      readonly message: WelcomeDraft;
      readonly ticket: TicketClaims;
      readonly key: string;
    }
  /** Sign and send a newer ticket. */
  | { readonly type: 'ticket'; readonly to: SocketId; readonly claims: TicketClaims }
  /** Send fresh ICE servers; `key` names the person in TURN credentials. */
  | { readonly type: 'ice'; readonly to: SocketId; readonly key: string }
  /** Close with this code. The room has forgotten the socket already. */
  | { readonly type: 'close'; readonly to: SocketId; readonly reason: CloseName }
  /** What a page tells of its call, for the service's metrics. */
  | { readonly type: 'report'; readonly metrics: Of<ClientMessage, 'report'>['metrics'] }
  /** Somebody ran into a limit: nothing to do, but worth counting. */
  | { readonly type: 'limit'; readonly limit: RoomLimit }
  /** Nobody is left and nothing is worth keeping: forget the room. */
  | { readonly type: 'dispose' };
