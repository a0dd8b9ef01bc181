import { LIMITS, ROOM_PATTERN } from '@p2p-call/protocol';
import { SignJWT } from 'jose';
import { hmacKey, utf8 } from './bytes.js';
import { JOIN_TOKEN_TYPE } from './join-token.js';

export interface JoinTokenRequest {
  /** `[A-Za-z0-9_-]{1,64}` */
  readonly room: string;
  /** Names a person: two tabs with one `sub` are one person. 1 to 255 characters. */
  readonly sub: string;
  /** Shown to the other person, at most 64 code points. */
  readonly name?: string;
  /** Life in seconds, 1 to 600. Default 300. */
  readonly ttl?: number;
  /** Relay candidates only. */
  readonly relay?: boolean;
  /** `aud`, default `p2p-call`. */
  readonly audience?: string;
  /** `iss`, where the service asks for one. */
  readonly issuer?: string;
}

/**
 * Makes a join token (JWT, HS256) that this service accepts.
 * @param secret the service's JOIN_SECRET, at least 32 bytes
 * @param now ms since the epoch
 * @throws RangeError for a request that no service would accept
 */
export async function mintToken(
  secret: string,
  request: JoinTokenRequest,
  now = Date.now(),
): Promise<string> {
  const { room, sub, name, relay, issuer, ttl = 300, audience = 'p2p-call' } = request;
  if (utf8(secret).length < 32) throw new RangeError('The secret has fewer than 32 bytes.');
  if (!ROOM_PATTERN.test(room)) throw new RangeError('A room is 1 to 64 of A–Z, a–z, 0–9, "_" and "-".');
  if (sub === '' || sub.length > 255) throw new RangeError('A sub has 1 to 255 characters.');
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > LIMITS.tokenLifeSeconds) {
    throw new RangeError(`A token lives 1 to ${LIMITS.tokenLifeSeconds} seconds.`);
  }
  const issuedAt = Math.floor(now / 1000);
  const optional = {
    ...(name === undefined ? {} : { name }),
    ...(relay === undefined ? {} : { relay }),
    ...(issuer === undefined ? {} : { iss: issuer }),
  };
  return new SignJWT({ room, ...optional })
    .setProtectedHeader({ alg: 'HS256', typ: JOIN_TOKEN_TYPE })
    .setSubject(sub)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttl)
    .sign(await hmacKey(secret));
}
