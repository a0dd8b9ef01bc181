import { createJoinToken } from '../token/join-token.js';
import type { JoinTokenRequest } from '../token/request.js';

export type { JoinTokenRequest } from '../token/request.js';

/**
 * Makes a join token (JWT, HS256) that this service accepts.
 * @param secret the service's JOIN_SECRET, at least 32 bytes
 * @param now ms since the epoch
 * @throws RangeError for a request that no service would accept
 */
export function mintToken(secret: string, request: JoinTokenRequest, now = Date.now()): Promise<string> {
  return createJoinToken(request, secret, now);
}
