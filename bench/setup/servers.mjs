// Everything the pages talk to, each on a free port of the loopback address, all in this one process: no contender's server has
// more of the machine than another's.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { loadConfig, mintToken, startService } from '../../packages/signal-worker/dist/index.mjs';
import { freePort, HOST } from '../support/ports.mjs';
import { startRelay } from './relay.mjs';
import { loadSite } from './site.mjs';
import { servePages } from './static-server.mjs';
import { WebSocketServer } from './ws.mjs';

// Not its ES module: that one does not start beside an older ws, even if it is given another.
const { PeerServer } = createRequire(import.meta.url)('peer');

/** Our service as an operator runs it, with the benchmark's page as the one site that it serves. */
function startOurs(secret, origin) {
  const { ok, config, problems } = loadConfig({
    HOST,
    PORT: '0',
    JOIN_SECRET: secret,
    ALLOWED_ORIGINS: origin,
    LOG_LEVEL: 'warn',
  });
  if (!ok) throw new Error(problems.join('\n'));
  return startService(config);
}

async function startPeerServer() {
  const port = await freePort();
  const createWebSocketServer = (options) => new WebSocketServer(options);
  const server = await new Promise((resolve) =>
    PeerServer({ host: HOST, port, path: '/', createWebSocketServer }, resolve),
  );
  return { port, server };
}

export async function startServers(contenders) {
  const secret = randomBytes(32).toString('hex');
  const token = (room, sub) => mintToken(secret, { room, sub });
  const pages = await servePages(HOST, await loadSite(contenders), token);
  const [ours, peers, relay] = await Promise.all([
    startOurs(secret, pages.url),
    startPeerServer(),
    startRelay(HOST),
  ]);
  const addresses = { ours: ours.url, peerjs: String(peers.port), relay: relay.url };
  for (const contender of contenders) {
    contender.query = { ...addresses, ...(contender.element ? { element: contender.element } : {}) };
  }
  return {
    pages: pages.url,
    async close() {
      peers.server.closeAllConnections();
      peers.server.close();
      await Promise.all([ours.close(), relay.close(), pages.close()]);
    },
  };
}
