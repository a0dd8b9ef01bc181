import type { IceServer } from '@p2p-call/protocol';
import { base64, utf8 } from '../../auth/bytes.js';
import type { IceGrant } from './grant.js';

/** One's own STUN and TURN servers. */
export interface OwnIce {
  readonly source: 'urls';
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  /** Shared with the TURN server (coturn: `static-auth-secret`); `null` without TURN. */
  readonly turnSecret: string | null;
  /** Seconds that TURN credentials live. */
  readonly ttlSeconds: number;
}

/**
 * ICE servers for one person. Credentials follow coturn's REST scheme (draft-uberti-behave-turn-rest-00): the username is
 * `expiry:person`, the password base64(HMAC-SHA1(secret, username)).
 * @param person what names them to the TURN server: a keyed hash, so that its logs hold nobody's name
 * @param now ms since the epoch
 */
export async function ownGrant(config: OwnIce, person: string, now: number): Promise<IceGrant> {
  const { stunUrls, turnUrls, turnSecret, ttlSeconds } = config;
  const iceServers: IceServer[] = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
  if (turnUrls.length === 0 || turnSecret === null) return { iceServers, iceTtl: ttlSeconds, turn: 'none' };
  const username = `${Math.floor(now / 1000) + ttlSeconds}:${person}`;
  iceServers.push({ urls: [...turnUrls], username, credential: await hmacSha1(turnSecret, username) });
  return { iceServers, iceTtl: ttlSeconds, turn: 'ok' };
}

async function hmacSha1(secret: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', utf8(secret), { name: 'HMAC', hash: 'SHA-1' }, false, [
    'sign',
  ]);
  return base64(await crypto.subtle.sign('HMAC', key, utf8(text)));
}
