import type { IceServer, Of, ServerMessage } from '@p2p-call/protocol';
import { base64, utf8 } from '../auth/bytes.js';

/** Which ICE servers people get. */
export type IceConfig =
  /** As configured, word for word. */
  | { readonly source: 'static'; readonly servers: readonly IceServer[]; readonly ttlSeconds: number }
  | {
      readonly source: 'urls';
      readonly stunUrls: readonly string[];
      readonly turnUrls: readonly string[];
      /** Shared with the TURN server (coturn: `static-auth-secret`); `null` without TURN. */
      readonly turnSecret: string | null;
      /** Seconds that TURN credentials live. */
      readonly ttlSeconds: number;
    };

/** The part of a `welcome`, and all of an `ice` message. */
export type IceGrant = Pick<Of<ServerMessage, 'ice'>, 'iceServers' | 'iceTtl' | 'turn'>;

/** Is there a relay for those who cannot reach each other directly? */
export function turnState(config: IceConfig): 'ok' | 'none' {
  if (config.source === 'urls')
    return config.turnUrls.length > 0 && config.turnSecret !== null ? 'ok' : 'none';
  return config.servers.some((server) => [server.urls].flat().some((url) => /^turns?:/i.test(url)))
    ? 'ok'
    : 'none';
}

/**
 * ICE servers for one person. Credentials follow coturn's REST scheme (draft-uberti-behave-turn-rest-00): the username is
 * `expiry:person`, the password base64(HMAC-SHA1(secret, username)).
 * @param person what names them to the TURN server: a keyed hash, so that its logs hold nobody's name
 * @param now ms since the epoch
 */
export async function iceServersFor(config: IceConfig, person: string, now: number): Promise<IceGrant> {
  const turn = turnState(config);
  if (config.source === 'static') return { iceServers: [...config.servers], iceTtl: config.ttlSeconds, turn };
  const iceServers: IceServer[] = [];
  if (config.stunUrls.length > 0) iceServers.push({ urls: [...config.stunUrls] });
  if (turn === 'ok' && config.turnSecret !== null) {
    const username = `${Math.floor(now / 1000) + config.ttlSeconds}:${person}`;
    const credential = await hmacSha1(config.turnSecret, username);
    iceServers.push({ urls: [...config.turnUrls], username, credential });
  }
  return { iceServers, iceTtl: config.ttlSeconds, turn };
}

async function hmacSha1(secret: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', utf8(secret), { name: 'HMAC', hash: 'SHA-1' }, false, [
    'sign',
  ]);
  return base64(await crypto.subtle.sign('HMAC', key, utf8(text)));
}
