import type { ManagedApi } from './managed.js';
import { readServers } from './read-servers.js';

/** Cloudflare Realtime TURN. */
export interface CloudflareIce {
  readonly source: 'cloudflare';
  readonly stunUrls: readonly string[];
  readonly keyId: string;
  readonly apiToken: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly ttlSeconds: number;
}

export const CLOUDFLARE_API_URL = 'https://rtc.live.cloudflare.com';

/** https://developers.cloudflare.com/realtime/turn/generate-credentials/ */
export function cloudflareApi({ apiUrl, keyId, apiToken, ttlSeconds }: CloudflareIce): ManagedApi {
  return {
    name: 'cloudflare',
    url: `${apiUrl}/v1/turn/keys/${keyId}/credentials/generate-ice-servers`,
    headers: { Authorization: `Bearer ${apiToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ttl: ttlSeconds }),
    // Browsers block port 53 and only lose time on it.
    read: (answer) => readServers(answer.iceServers, ({ port }) => port !== 53),
  };
}
