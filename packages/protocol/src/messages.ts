import type { clientMessages } from './client-messages.js';
import type { iceCandidate, iceServer, relayed, storedState } from './fields.js';
import type { serverMessages } from './server-messages.js';
import type { Value } from './shapes.js';

/** The WebSocket sub-protocol both ends agree on. */
export const SUBPROTOCOL = 'p2p-call.v1';

/** The messages that a table of shapes by type describes. */
export type MessageOf<Shapes> = {
  [Type in keyof Shapes]: { type: Type } & Value<Shapes[Type]>;
}[keyof Shapes];

/** A message a client sends. */
export type ClientMessage = MessageOf<typeof clientMessages>;
/** A message the service sends. */
export type ServerMessage = MessageOf<typeof serverMessages>;
/** One message of a union by its `type`. */
export type Of<Union extends { type: string }, Type extends Union['type']> = Extract<Union, { type: Type }>;
/** The types of message the service passes on to the other person. */
export type RelayedType = keyof typeof relayed;
export type IceCandidate = Value<typeof iceCandidate>;
export type IceServer = Value<typeof iceServer>;
/** What a person sends: `rev` rises with each change. */
export type MediaState = Value<typeof storedState>;
export type WireErrorCode = Of<ServerMessage, 'error'>['code'];
export type PeerLeftReason = Of<ServerMessage, 'peer-left'>['reason'];
