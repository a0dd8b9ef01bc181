import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LIMITS } from '@p2p-call/protocol';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { createApp, type App } from '../../app.js';
import { randomHex } from '../../auth/bytes.js';
import { createAuthenticator } from '../../auth/authenticate.js';
import { mintToken } from '../../auth/mint.js';
import { createTicketOffice, type TicketOffice } from '../../auth/ticket.js';
import type { Config } from '../../config.js';
import {
  addressKey,
  clientAddress,
  isWithin,
  parseAddress,
  parseNetwork,
  type Network,
} from '../../http/addresses.js';
import type { Demo } from '../../http/demo.js';
import { createIceSource, type IceSource, type TurnState } from '../../http/ice-servers.js';
import { isOriginAllowed } from '../../http/origins.js';
import { VERSION } from '../../version.js';
import { AddressBook } from './address-book.js';
import { describeRoom } from './describe-room.js';
import { Connection, type ConnectionDeps, type ConnectionPlace } from './connection.js';
import { demoFiles } from './demo-files.js';
import { sayGoodbye } from './drain.js';
import { hashId } from './hash-id.js';
import { createHttpServer } from './http-server.js';
import { listen } from './listen.js';
import { createLogger, errorFields, type Logger } from './logger.js';
import { startMetricsServer, type MetricsServer } from './metrics-server.js';
import { createPrometheusMeter } from './prometheus.js';
import { refuse } from './refuse.js';
import { Rooms } from './rooms.js';

/** A service that runs. */
export interface RunningService {
  /** Where it is reached over HTTP, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Where the metrics are, if they have a port of their own. */
  readonly metricsPort: number | null;
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
/** A socket that does not answer a close frame is given up after this, in ms. */
const CLOSE_MS = 5_000;
/** Browsers send a message in one piece; a proxy may cut it, but not into crumbs. */
const MAX_FRAGMENTS = 128;

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
  /** All there are, also those that are no WebSocket yet, and those that never become one. */
  private readonly lines = new Set<Socket>();
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly log: Logger;
  private readonly meter = createPrometheusMeter();
  private readonly app: App;
  private readonly rooms: Rooms;
  private readonly tickets: TicketOffice;
  private readonly deps: ConnectionDeps;
  private readonly server: Server;
  private readonly sockets: WebSocketServer;
  private readonly addresses: AddressBook;
  private readonly proxies: readonly Network[];
  private ownOrigins: readonly string[] = [];
  private metrics: MetricsServer | null = null;
  private sweep: NodeJS.Timeout | null = null;
  private closing: Promise<void> | null = null;
  private isProxyHinted = false;

  constructor(
    private readonly config: Config,
    private readonly options: ServiceOptions,
  ) {
    const { limits, join } = config;
    this.log = options.log ?? createLogger(config.logLevel);
    const now = Date.now;
    const { log, meter } = this;
    this.tickets = createTicketOffice(config.ticketSecrets);
    const ice = this.createIceSource();
    this.rooms = new Rooms({ tickets: this.tickets, ice, limits, meter, log, now });
    const auth = createAuthenticator(join, {
      tickets: this.tickets,
      roomAgeMs: limits.roomAgeMs,
      onKeyTrouble: (trouble) => log.warn('join-keys', { trouble }),
    });
    const { helloMs, unsentBytes } = limits;
    this.deps = { rooms: this.rooms, auth, log, meter, helloMs, unsentBytes, now };
    this.addresses = new AddressBook(limits);
    this.proxies = config.trustedProxies.flatMap((proxy) => parseNetwork(proxy) ?? []);
    this.app = this.createApp(() => ice.turn());
    this.server = createHttpServer({
      fetch: (request) => this.app.fetch(request),
      onUpgrade: (request, socket, head) => this.handleUpgrade(request, socket, head),
      log,
    });
    this.sockets = createSocketServer((request) => this.protocols.get(request) ?? false);
    this.server.on('connection', (line) => {
      this.lines.add(line);
      line.once('close', () => this.lines.delete(line));
    });
    meter.onScrape(() => this.measure());
  }

  get url(): string {
    const { host } = this.config;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }

  get metricsPort(): number | null {
    return this.metrics?.port ?? null;
  }

  async start(): Promise<void> {
    const { host, port, demo, metrics } = this.config;
    const onBusy = this.options.onPortBusy ?? ((busy, next) => this.log.warn('port-busy', { busy, next }));
    try {
      if (metrics.port !== null) {
        const { port: own, token } = metrics;
        this.metrics = await startMetricsServer(this.meter, { host, port: own, token, log: this.log });
      }
      this.port = await listen(this.server, { host, port, orNext: demo, onBusy });
    } catch (error) {
      await this.metrics?.close();
      this.meter.close();
      throw error;
    }
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

  private createIceSource(): IceSource {
    return createIceSource(this.config.ice, {
      fetch: (...request) => fetch(...request),
      onResult: (result) => this.meter.count('p2p_turn_credentials_total', { result }),
      onProblem: ({ source, what, status }) =>
        this.log.warn('turn-unavailable', { source, what, status: status ?? 0 }),
    });
  }

  private createApp(turn: () => TurnState): App {
    const { metrics, serviceKey, demo } = this.config;
    return createApp({
      version: VERSION,
      isOriginAllowed: (origin) => this.allows(origin),
      isDraining: () => this.closing !== null,
      turn,
      now: Date.now,
      onError: (error) => this.log.error('route-failed', errorFields(error)),
      demo: demo ? this.createDemo() : null,
      metrics: metrics.token === null ? null : { source: this.meter, token: metrics.token },
      rooms:
        serviceKey === null
          ? null
          : {
              key: serviceKey,
              describe: (room) => describeRoom(this.rooms.look(room)),
              remove: async (room, sub) => this.rooms.remove(room, await this.tickets.identify(sub)),
            },
    });
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

  private handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { headers, url = '' } = request;
    const decision = this.app.decideUpgrade({
      url,
      upgrade: headers.upgrade ?? null,
      origin: headers.origin ?? null,
      protocols: headers['sec-websocket-protocol'] ?? null,
    });
    if (!decision.accept) {
      this.refuse(socket, decision.status, decision.text);
      return;
    }
    const address = this.addressOf(request);
    const limit = this.addresses.limitHit(address);
    if (limit !== null) {
      this.meter.count('p2p_limits_hit_total', { limit });
      this.log.info('limit', { limit, address: hashId(address) });
      this.refuse(socket, 429, 'Too many connections');
      return;
    }
    this.protocols.set(request, decision.protocol);
    this.sockets.handleUpgrade(request, socket, head, (accepted) => {
      const { room } = decision;
      const place = { room, origin: headers.origin ?? null, address: this.addresses.enter(address) };
      this.connect(accepted, socket, place, decision.isSupported);
    });
  }

  private refuse(socket: Duplex, status: number, text: string): void {
    this.log.info('upgrade-refused', { status });
    this.meter.count('p2p_upgrades_refused_total', { status: String(status) });
    refuse(socket, status, text);
  }

  /** What the limits per address count by. */
  private addressOf(request: IncomingMessage): string {
    const peer = request.socket.remoteAddress ?? '';
    const header = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(header) ? header.join(',') : (header ?? null);
    if (forwardedFor !== null && !this.isProxyHinted && !isTrusted(peer, this.proxies)) {
      this.isProxyHinted = true;
      const hint =
        'X-Forwarded-For came from an address that TRUSTED_PROXIES does not name: it is not believed';
      this.log.warn('proxy-not-trusted', { hint });
    }
    const address = clientAddress(peer, forwardedFor, this.proxies);
    return address === null ? 'unknown' : addressKey(address);
  }

  private connect(socket: WebSocket, line: Duplex, place: ConnectionPlace, isSupported: boolean): void {
    const connection = new Connection(socket, line, place, this.deps);
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
    if (!isSupported) connection.close('version-unsupported');
  }

  private dropSilent(): void {
    const { silentMs, silentIdleMs } = this.config.limits;
    for (const connection of this.connections) {
      const silence = connection.silenceMs();
      if (silence <= Math.min(silentMs, silentIdleMs)) continue;
      if (silence > (this.rooms.isInPair(connection.room, connection.id) ? silentMs : silentIdleMs))
        connection.dropSilent();
    }
  }

  /** Gauges, at the moment somebody asks. */
  private measure(): void {
    let welcomed = 0;
    for (const connection of this.connections) if (connection.isWelcomed) welcomed += 1;
    this.meter.set('p2p_sockets', welcomed, { state: 'welcomed' });
    this.meter.set('p2p_sockets', this.connections.size - welcomed, { state: 'pending' });
    for (const [state, count] of Object.entries(this.rooms.census()))
      this.meter.set('p2p_rooms', count, { state });
  }

  /** `closing` is set by now: nobody new is let in, and `/readyz` says so. */
  private async drain(): Promise<void> {
    this.log.info('draining', { sockets: this.connections.size });
    const drainMs = this.options.drainMs ?? DRAIN_MS;
    const deadline = setTimeout(() => {
      for (const connection of this.connections) connection.terminate();
      this.server.closeAllConnections();
      // Refused upgrades whose answer nobody reads belong to neither.
      for (const line of this.lines) line.destroy();
    }, drainMs);
    await sayGoodbye(this.connections, drainMs / 2);
    if (this.sweep !== null) clearInterval(this.sweep);
    // Rooms end with the process, without a word: everybody keeps a ticket and comes back to the same place.
    this.rooms.clear();
    const stopped = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    await stopped;
    clearTimeout(deadline);
    await this.metrics?.close();
    this.meter.close();
    this.log.info('stopped');
  }
}

function createSocketServer(chooseProtocol: (request: IncomingMessage) => string | false): WebSocketServer {
  // Its types do not know `closeTimeout` yet.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIMITS.frameBytes,
    maxFragments: MAX_FRAGMENTS,
    closeTimeout: CLOSE_MS,
    handleProtocols: (_offered, request) => chooseProtocol(request),
  };
  return new WebSocketServer(options);
}

function isTrusted(peer: string, proxies: readonly Network[]): boolean {
  const address = parseAddress(peer);
  return address !== null && proxies.some((network) => isWithin(address, network));
}
