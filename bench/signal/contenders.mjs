// Who is compared: how its server is started, and how it is spoken to.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ORIGIN } from './raw-socket.mjs';
import { oursWire } from './wires/ours.mjs';
import { peerjsWire } from './wires/peerjs.mjs';
import { plainWire } from './wires/plain.mjs';
import { socketIoWire } from './wires/socket-io.mjs';

/** What all figures are compared with. */
export const BARE = 'bare ws';
export const OURS = 'p2p-call';
/** Those to be beaten. */
export const OTHERS = ['peerjs-server', 'socket.io'];

/** A day, ms: longer than any run. */
const DAY_MS = '86400000';
/** The limits that the load would run into. Everything that they guard is still counted and checked, only the number is another. */
export const LIFTED = {
  LIMIT_MESSAGES_PER_SECOND: '1000000',
  LIMIT_MESSAGES_BURST: '10000000',
  LIMIT_OFFERS_PER_MINUTE: '100000000',
  LIMIT_PENDING_PER_ADDRESS: '100000',
  LIMIT_SOCKETS_PER_ADDRESS: '100000',
  LIMIT_SILENT_MS: DAY_MS,
  LIMIT_SILENT_IDLE_MS: DAY_MS,
  LIMIT_EMPTY_ROOM_MS: '1000',
};

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const own = (name) => ({ program: [path(`servers/${name}.mjs`)], environment: {} });

const secret = randomBytes(32).toString('hex');
const ours = {
  program: [path('../../packages/signal-worker/bin/p2p-call-signal.mjs'), 'serve'],
  environment: { JOIN_SECRET: secret, ALLOWED_ORIGINS: ORIGIN, ...LIFTED },
};

export const CONTENDERS = [
  { name: BARE, server: own('ws-bare'), wire: plainWire },
  { name: 'ws + JSON', server: own('ws-json'), wire: plainWire },
  { name: 'peerjs-server', server: own('peerjs'), wire: peerjsWire },
  { name: 'socket.io', server: own('socket-io'), wire: socketIoWire },
  { name: OURS, server: ours, wire: oursWire(secret) },
];
