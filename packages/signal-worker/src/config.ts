import { LIMITS } from '@p2p-call/protocol';
import type { JoinTokenPolicy } from './auth/join-token.js';
import { readIce } from './config/ice.js';
import { readJoinKeys, readSecrets } from './config/keys.js';
import { Problems, Reader, type Environment, type ReadFile } from './config/reader.js';
import { rejectUnsupported } from './config/unsupported.js';
import type { IceConfig } from './http/ice-servers.js';
import { parseNetwork } from './http/addresses.js';
import { normaliseOrigin, type OriginPolicy } from './http/origins.js';
import { randomHex } from './auth/bytes.js';
import type { RoomLimits } from './room/state.js';

export type { Environment, ReadFile } from './config/reader.js';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the service allows, besides what a room does. Times are in ms. */
export interface ServiceLimits extends RoomLimits {
  /** A socket has this long for its `hello`. */
  readonly helloMs: number;
  /** A socket of a pair that said nothing for so long is dropped; and one of somebody who is alone or in the lobby. */
  readonly silentMs: number;
  readonly silentIdleMs: number;
  /** Sockets without a hello, and all sockets, of one address (IPv6: of one /64). */
  readonly pendingPerAddress: number;
  readonly socketsPerAddress: number;
  /** Bytes that may wait for one socket. */
  readonly unsentBytes: number;
}

/** Who may read the metrics, and where. */
export interface MetricsAccess {
  /** A port of their own on the same host; `null`: `/metrics` of the service, for those who have the token. */
  readonly port: number | null;
  /** Bearer; `null`: none needed on a port of their own, and no `/metrics` on the service's. */
  readonly token: string | null;
}

/** Everything a service needs to know to start. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly join: JoinTokenPolicy;
  /** The first one signs tickets, all are good for checking them. */
  readonly ticketSecrets: readonly [string, ...string[]];
  readonly origins: OriginPolicy;
  readonly ice: IceConfig;
  readonly limits: ServiceLimits;
  /** Bearer of the routes that show and remove people; `null`: these routes do not exist. */
  readonly serviceKey: string | null;
  readonly metrics: MetricsAccess;
  /** Addresses and networks (CIDR) whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** Serves the demo page, hands tokens to whoever asks, and lets its own pages in. On a loopback address only. */
  readonly demo: boolean;
}

/** A configuration, or everything that is wrong with it, in plain words. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the environment. Never stops at the first mistake: all of them are listed, each with what to do about it.
 * @param readFile for the variables that name a file (`…_FILE`)
 */
export function parseConfig(environment: Environment, readFile: ReadFile): ConfigResult {
  const problems = new Problems();
  const read = new Reader(environment, readFile, problems);
  rejectUnsupported(environment, problems);
  const demo = read.flag('DEMO', false);
  const host = readHost(read, problems, demo);
  const port = read.wholeNumber('PORT', 8787, { min: 0, max: 65_535 });
  const keys = readJoinKeys(read, problems, demo ? randomHex(32) : null);
  const join: JoinTokenPolicy | null = keys && {
    keys,
    audience: read.text('JOIN_AUDIENCE') ?? 'p2p-call',
    issuer: read.text('JOIN_ISSUER'),
  };
  const ticketSecrets = readTicketSecrets(read, problems, join);
  const origins = readOrigins(read, problems, demo);
  const ice = readIce(read, problems);
  const limits = readLimits(read);
  const serviceKey = readBearer(read, problems, 'SERVICE_KEY');
  const metrics = readMetrics(read, problems, port);
  const trustedProxies = readProxies(read, problems);
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS, demo ? 'warn' : 'info');
  if (problems.list.length > 0 || join === null || ticketSecrets === null || ice === null) {
    return { ok: false, problems: problems.list };
  }
  const access = { serviceKey, metrics, trustedProxies };
  return {
    ok: true,
    config: { host, port, join, ticketSecrets, origins, ice, limits, ...access, logLevel, demo },
  };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

function readHost(read: Reader, problems: Problems, demo: boolean): string {
  const host = read.text('HOST') ?? '127.0.0.1';
  if (/[\s/]|:\/\//.test(host)) {
    problems.add(
      'HOST',
      'is not an address to listen on',
      'use an IP address or a host name, such as 127.0.0.1 or 0.0.0.0',
    );
  } else if (demo && !LOOPBACK.test(host)) {
    problems.add(
      'DEMO',
      'is on, but HOST is not a loopback address, and the demo gives a token to anybody who asks',
      'set HOST=127.0.0.1, or DEMO=off',
    );
  }
  return host;
}

function readTicketSecrets(
  read: Reader,
  problems: Problems,
  join: JoinTokenPolicy | null,
): readonly [string, ...string[]] | null {
  const own = readSecrets(read, problems, 'TICKET_SECRET');
  if (own !== null) return own;
  if (read.isSet('TICKET_SECRET') || join === null) return null;
  if (join.keys.family === 'secret') {
    const [first, ...more] = join.keys.secrets;
    return first === undefined ? null : [first, ...more];
  }
  problems.add(
    'TICKET_SECRET',
    'is missing: with public join keys there is no secret it could be derived from',
    'set it to at least 32 random bytes, for example from "openssl rand -base64 32", the same on every instance',
  );
  return null;
}

function readOrigins(read: Reader, problems: Problems, demo: boolean): OriginPolicy {
  const allowNone = read.flag('ALLOW_NO_ORIGIN', false);
  const allowed: string[] = [];
  for (const text of read.list('ALLOWED_ORIGINS')) {
    const origin = normaliseOrigin(text);
    if (origin === null) {
      problems.add(
        'ALLOWED_ORIGINS',
        `has an entry that is not an exact origin: "${text}"`,
        'write scheme, host and port only, such as https://www.example.com; there are no wildcards',
      );
    } else if (!allowed.includes(origin)) allowed.push(origin);
  }
  if (!read.isSet('ALLOWED_ORIGINS') && !demo) {
    problems.add(
      'ALLOWED_ORIGINS',
      'is missing: no page could connect',
      'list the origins of the pages that hold the element, such as https://www.example.com',
    );
  }
  return { allowed, allowNone };
}

/** A secret that is sent as `Authorization: Bearer …`; `null` where it is not set, or bad. */
function readBearer(read: Reader, problems: Problems, name: string): string | null {
  const value = read.secret(name);
  if (value === null) return null;
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  problems.add(name, 'has a character that a header cannot carry', 'make one with "openssl rand -hex 32"');
  return null;
}

function readMetrics(read: Reader, problems: Problems, servicePort: number): MetricsAccess {
  const port = read.isSet('METRICS_PORT')
    ? read.wholeNumber('METRICS_PORT', 0, { min: 0, max: 65_535 })
    : null;
  if (port !== null && port !== 0 && port === servicePort)
    problems.add('METRICS_PORT', 'is the same as PORT', 'give the metrics a port of their own');
  return { port, token: readBearer(read, problems, 'METRICS_TOKEN') };
}

function readProxies(read: Reader, problems: Problems): readonly string[] {
  const proxies = read.list('TRUSTED_PROXIES');
  for (const proxy of proxies) {
    if (parseNetwork(proxy) === null) {
      problems.add(
        'TRUSTED_PROXIES',
        `has an entry that is neither an address nor a network: "${proxy}"`,
        'write them as 127.0.0.1, 10.0.0.0/8 or fd00::/8',
      );
    }
  }
  return proxies;
}

function readLimits(read: Reader): ServiceLimits {
  const time = (name: string, fallback: number): number =>
    read.wholeNumber(name, fallback, { min: 50, max: 7 * 24 * 60 * 60_000 });
  const number = (name: string, fallback: number): number =>
    read.wholeNumber(name, fallback, { min: 1, max: 1_000_000_000 });
  const silentMs = time('LIMIT_SILENT_MS', LIMITS.silentMs);
  const messagesPerSecond = number('LIMIT_MESSAGES_PER_SECOND', LIMITS.messagesPerSecond);
  const burst = (messagesPerSecond / LIMITS.messagesPerSecond) * LIMITS.messagesBurst;
  return {
    helloMs: time('LIMIT_HELLO_MS', LIMITS.helloMs),
    silentMs,
    // Whoever changes one of the two and not the other keeps their proportion.
    silentIdleMs: time('LIMIT_SILENT_IDLE_MS', silentMs * (LIMITS.silentIdleMs / LIMITS.silentMs)),
    graceInCallMs: time('LIMIT_GRACE_IN_CALL_MS', LIMITS.graceInCallMs),
    graceAloneMs: time('LIMIT_GRACE_ALONE_MS', LIMITS.graceAloneMs),
    offerForgetMs: time('LIMIT_OFFER_MS', LIMITS.offerForgetMs),
    emptyRoomMs: time('LIMIT_EMPTY_ROOM_MS', LIMITS.emptyRoomMs),
    roomAgeMs: time('LIMIT_ROOM_AGE_MS', LIMITS.roomAgeMs),
    lobby: number('LIMIT_LOBBY', LIMITS.lobby),
    socketsPerSub: number('LIMIT_SOCKETS_PER_SUB', LIMITS.socketsPerSub),
    messagesPerSecond,
    messagesBurst: number('LIMIT_MESSAGES_BURST', burst),
    offersPerMinute: number('LIMIT_OFFERS_PER_MINUTE', LIMITS.offersPerMinute),
    candidatesPerDescription: number('LIMIT_CANDIDATES', LIMITS.candidatesPerDescription),
    pendingPerAddress: number('LIMIT_PENDING_PER_ADDRESS', LIMITS.pendingPerAddress),
    socketsPerAddress: number('LIMIT_SOCKETS_PER_ADDRESS', LIMITS.socketsPerAddress),
    unsentBytes: number('LIMIT_UNSENT_BYTES', LIMITS.unsentBytes),
  };
}
