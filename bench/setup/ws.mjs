// The one WebSocket library of all three servers: that of our service. What npm puts at the top for the tools is a much older
// one, without the names that PeerServer asks for.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../packages/signal-worker/package.json', import.meta.url));

export const { WebSocketServer } = require('ws');
