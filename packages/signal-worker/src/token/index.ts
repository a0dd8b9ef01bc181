/** Makes join tokens. Web standards only: it runs wherever WebCrypto is, and brings nothing along. */
export { createJoinToken, JOIN_TOKEN_TYPE } from './join-token.js';
export { createKeyPair, type KeyPair, type PublicJwk } from './key-pair.js';
export type { JoinTokenRequest } from './request.js';
export type { PrivateJwk, SigningKey } from './signing-key.js';
