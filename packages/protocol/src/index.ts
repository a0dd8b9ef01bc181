export {
  SUBPROTOCOL,
  type ClientMessage,
  type IceCandidate,
  type IceServer,
  type MediaState,
  type Of,
  type PeerLeftReason,
  type RelayedType,
  type ServerMessage,
  type WireErrorCode,
} from './messages.js';
export { decodeClientMessage, decodeServerMessage, type Decoded } from './decode.js';
export { decodeChannelMessage, type ChannelMessage } from './channel-messages.js';
export * from './encode.js';
export * from './close-codes.js';
export * as LIMITS from './limits.js';
export { ROOM_PATTERN } from './room-pattern.js';
