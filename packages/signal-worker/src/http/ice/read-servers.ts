import type { IceServer } from '@p2p-call/protocol';
import { hasTurn, MAX_ICE_ENTRIES, parseIceUrl, readIceServer, type IceAddress } from './urls.js';

/**
 * What a managed service calls its ICE servers, field by field. What is not understood is left out: one new kind of
 * URL must not cost people the others.
 * @returns `null` if no TURN server with credentials is among them
 */
export function readServers(
  value: unknown,
  keeps: (address: IceAddress) => boolean = () => true,
): readonly IceServer[] | null {
  if (!Array.isArray(value)) return null;
  const servers = value
    // One place is for the STUN servers that are configured.
    .slice(0, MAX_ICE_ENTRIES - 1)
    .map((one) => readIceServer(withUrls(one, keeps)))
    .filter((one): one is IceServer => one !== null);
  return hasTurn(servers) ? servers : null;
}

function withUrls(server: unknown, keeps: (address: IceAddress) => boolean): unknown {
  if (typeof server !== 'object' || server === null || !('urls' in server)) return null;
  const urls = [server.urls].flat().filter((url) => {
    const address = typeof url === 'string' ? parseIceUrl(url) : null;
    return address !== null && keeps(address);
  });
  return { ...server, urls: urls.slice(0, MAX_ICE_ENTRIES) };
}
