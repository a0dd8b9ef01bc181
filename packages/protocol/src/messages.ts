import type * as v from 'valibot';
import type { clientMessage } from './client-messages.js';
import type { iceCandidate, iceServer, relayed, storedState } from './fields.js';
import type { serverMessage } from './server-messages.js';

/** The WebSocket sub-protocol both ends agree on. */
export const SUBPROTOCOL = 'p2p-call.v1';

/** A message a client sends. */
export type ClientMessage = v.InferOutput<typeof clientMessage>;
/** A message the service sends. */
export type ServerMessage = v.InferOutput<typeof serverMessage>;
/** One message of a union by its `type`. */
export type Of<Union extends { type: string }, Type extends Union['type']> = Extract<Union, { type: Type }>;
/** The types of message the service passes on to the other person. */
export type RelayedType = keyof typeof relayed;
export type IceCandidate = v.InferOutput<typeof iceCandidate>;
export type IceServer = v.InferOutput<typeof iceServer>;
/** What a person sends: `rev` rises with each change. */
export type MediaState = v.InferOutput<typeof storedState>;
export type WireErrorCode = Of<ServerMessage, 'error'>['code'];
export type PeerLeftReason = Of<ServerMessage, 'peer-left'>['reason'];
