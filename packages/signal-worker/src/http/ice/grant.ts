import type { Of, ServerMessage } from '@p2p-call/protocol';

/** The part of a `welcome`, and all of an `ice` message. */
export type IceGrant = Pick<Of<ServerMessage, 'ice'>, 'iceServers' | 'iceTtl' | 'turn'>;

/** `none`: no TURN is configured. `unavailable`: it is, but its credentials cannot be had right now. */
export type TurnState = IceGrant['turn'];
