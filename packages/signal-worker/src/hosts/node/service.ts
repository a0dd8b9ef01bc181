import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { encode, LIMITS } from '@p2p-call/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import { createApp, type App } from '../../app.js';
import { randomHex } from '../../auth/bytes.js';
import { createJoinTokenVerifier } from '../../auth/join-token.js';
import { mintToken } from '../../auth/mint.js';
import { createTicketOffice } from '../../auth/ticket.js';
import type { Config } from '../../config.js';
import type { Demo } from '../../http/demo.js';
import { createIceSource } from '../../http/ice-servers.js';
import { isOriginAllowed } from '../../http/origins.js';
import { VERSION } from '../../version.js';
import { Connection, type ConnectionDeps } from './connection.js';
import { demoFiles } from './demo-files.js';
import { listen } from './listen.js';
import { createLogger, errorFields, type Logger } from './logger.js';
import { Rooms } from './rooms.js';

/** A service that runs. */
export interface RunningService {
  /** Where it is reached over HTTP, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Tells everybody to come back later, closes with 1012 and stops. Resolves when nothing is open; may be called twice. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** Instead of one JSON line per event on standard output. */
  readonly log?: Logger;
  /** The demo page's folder, instead of where the build puts it. */
  readonly demoFolder?: string;
  /** The port was busy and the next one is tried (demo mode only). */
  readonly onPortBusy?: (port: number, next: number) => void;
  /** How long sockets get to close by themselves when the service stops, in ms. */
  readonly drainMs?: number;
}

/** How often silent sockets are looked for, in ms. */
const SWEEP_MS = 1_000;
const DRAIN_MS = 2_000;
/** More headers than any browser or proxy sends; Node itself would take 2,000. */
const MAX_HEADERS = 100;

/**
 * Starts a service in this process.
 * @throws ListenError if the address is taken or not to be had
 */
export async function startService(config: Config, options: ServiceOptions = {}): Promise<RunningService> {
  const service = new NodeService(config, options);
  await service.start();
  return service;
}

class NodeService implements RunningService {
  port = 0;
  private readonly connections = new Set<Connection>();
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly log: Logger;
  private readonly app: App;
  private readonly rooms: Rooms;
  private readonly deps: ConnectionDeps;
  private readonly server: Server;
  private readonly sockets: WebSocketServer;
  private ownOrigins: readonly string[] = [];
  private sweep: NodeJS.Timeout | null = null;
  private closing: Promise<void> | null = null;

  constructor(
    private readonly config: Config,
    private readonly options: ServiceOptions,
  ) {
    this.log = options.log ?? createLogger(config.logLevel);
    const now = Date.now;
    const tickets = createTicketOffice(config.ticketSecrets);
    const ice = createIceSource(config.ice, {
      onProblem: ({ source, what, status }) =>
        this.log.warn('turn-unavailable', { source, what, status: status ?? 0 }),
    });
    this.rooms = new Rooms({ tickets, ice, limits: config.limits, now });
    const verifyToken = createJoinTokenVerifier(config.join);
    const auth = { verifyToken, tickets, roomAgeMs: config.limits.roomAgeMs };
    this.deps = { rooms: this.rooms, auth, log: this.log, helloMs: config.limits.helloMs, now };
    this.app = createApp({
      version: VERSION,
      isOriginAllowed: (origin) => this.allows(origin),
      isDraining: () => this.closing !== null,
      turn: () => ice.turn(),
      now,
      onError: (error) => this.log.error('route-failed', errorFields(error)),
      demo: config.demo ? this.createDemo() : null,
    });
    this.server = this.createHttpServer();
    this.sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: LIMITS.frameBytes,
      handleProtocols: (_offered, request) => this.protocols.get(request) ?? false,
    });
  }

  get url(): string {
    const { host } = this.config;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }

  async start(): Promise<void> {
    const { host, port, demo } = this.config;
    const onBusy = this.options.onPortBusy ?? ((busy, next) => this.log.warn('port-busy', { busy, next }));
    this.port = await listen(this.server, { host, port, orNext: demo, onBusy });
    if (demo) {
      this.ownOrigins = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${this.port}`);
    }
    this.sweep = setInterval(() => this.dropSilent(), SWEEP_MS);
    this.sweep.unref();
    this.log.info('listening', { port: this.port, version: VERSION });
  }

  close(): Promise<void> {
    this.closing ??= this.drain();
    return this.closing;
  }

  private allows(origin: string | null): boolean {
    return (
      isOriginAllowed(this.config.origins, origin) || (origin !== null && this.ownOrigins.includes(origin))
    );
  }

  private createDemo(): Demo {
    const { keys, audience, issuer } = this.config.join;
    if (keys.family !== 'secret') throw new Error('the demo signs its tokens with a secret');
    const [secret = ''] = keys.secrets;
    const claims = { audience, ...(issuer === null ? {} : { issuer }) };
    return {
      file: demoFiles(this.options.demoFolder),
      mint: (room, sub) => mintToken(secret, { room, sub, ...claims }),
      newRoom: () => randomHex(6),
      newSub: () => randomHex(12),
    };
  }

  private createHttpServer(): Server {
    const listener = getRequestListener((request) => this.app.fetch(request), {
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        this.log.error('request-failed', errorFields(error));
        return new Response('Internal error', { status: 500 });
      },
    });
    const server = createServer(
      {
        maxHeaderSize: 16 * 1024,
        headersTimeout: LIMITS.helloMs,
        requestTimeout: 2 * LIMITS.helloMs,
        // Node looks for late headers only every 30 s unless told otherwise.
        connectionsCheckingInterval: 1_000,
      },
      (request, response) => {
        if (hasTooManyHeaders(request)) {
          response.writeHead(431, { Connection: 'close' }).end();
          return;
        }
        listener(request, response).catch((error: unknown) => {
          this.log.error('request-failed', errorFields(error));
          response.destroy();
        });
      },
    );
    server.on('upgrade', (request, socket, head) => this.handleUpgrade(request, socket, head));
    return server;
  }

  private handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { headers, url = '' } = request;
    if (hasTooManyHeaders(request)) {
      refuse(socket, 431, 'Too many headers');
      return;
    }
    const decision = this.app.decideUpgrade({
      url,
      upgrade: headers.upgrade ?? null,
      origin: headers.origin ?? null,
      protocols: headers['sec-websocket-protocol'] ?? null,
    });
    if (!decision.accept) {
      this.log.info('upgrade-refused', { status: decision.status });
      refuse(socket, decision.status, decision.text);
      return;
    }
    this.protocols.set(request, decision.protocol);
    this.sockets.handleUpgrade(request, socket, head, (accepted) => {
      this.connect(accepted, decision.room, headers.origin ?? null, decision.isSupported);
    });
  }

  private connect(socket: WebSocket, room: string, origin: string | null, isSupported: boolean): void {
    const connection = new Connection(socket, room, origin, this.deps);
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
    if (!isSupported) connection.close('version-unsupported');
  }

  private dropSilent(): void {
    const oldest = Date.now() - this.config.limits.silentMs;
    for (const connection of this.connections) if (connection.heardAt < oldest) connection.terminate();
  }

  private async drain(): Promise<void> {
    this.log.info('draining', { sockets: this.connections.size });
    if (this.sweep !== null) clearInterval(this.sweep);
    const stopped = new Promise<void>((resolve) => this.server.close(() => resolve()));
    // Rooms end with the process, without a word: everybody keeps a ticket and comes back to the same place.
    this.rooms.clear();
    for (const connection of this.connections) {
      // Spread out, so that they do not all come back in the same moment.
      const retryAfterMs = 250 + Math.floor(Math.random() * 750);
      connection.sendText(encode({ type: 'going-away', retryAfterMs }));
      connection.close('restart');
    }
    const terminate = setTimeout(() => {
      for (const connection of this.connections) connection.terminate();
      this.server.closeAllConnections();
    }, this.options.drainMs ?? DRAIN_MS);
    this.server.closeIdleConnections();
    await stopped;
    clearTimeout(terminate);
    this.log.info('stopped');
  }
}

function hasTooManyHeaders(request: IncomingMessage): boolean {
  // Names and values in turn.
  return request.rawHeaders.length > 2 * MAX_HEADERS;
}

/** Answers a request for an upgrade with an HTTP status, and closes. */
function refuse(socket: Duplex, status: number, text: string): void {
  const words: Record<number, string> = {
    400: 'Bad Request',
    403: 'Forbidden',
    404: 'Not Found',
    426: 'Upgrade Required',
    431: 'Request Header Fields Too Large',
    503: 'Service Unavailable',
  };
  socket.on('error', () => socket.destroy());
  const lines = [
    `HTTP/1.1 ${status} ${words[status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ];
  socket.end(lines.join('\r\n'), () => socket.destroy());
}
