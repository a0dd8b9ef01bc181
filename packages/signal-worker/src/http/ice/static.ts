import type { IceServer } from '@p2p-call/protocol';
import type { IceGrant } from './grant.js';
import { hasTurn } from './urls.js';

/** As configured, word for word. */
export interface StaticIce {
  readonly source: 'static';
  readonly servers: readonly IceServer[];
  readonly ttlSeconds: number;
}

/** The same servers for everybody. */
export function staticGrant({ servers, ttlSeconds }: StaticIce): IceGrant {
  return { iceServers: [...servers], iceTtl: ttlSeconds, turn: hasTurn(servers) ? 'ok' : 'none' };
}
