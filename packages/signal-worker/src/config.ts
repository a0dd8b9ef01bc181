import { LIMITS } from '@p2p-call/protocol';
import type { JoinTokenPolicy } from './auth/join-token.js';
import { readIce } from './config/ice.js';
import { readJoinKeys, readSecrets } from './config/keys.js';
import { Problems, Reader, type Environment, type ReadFile } from './config/reader.js';
import { rejectUnsupported } from './config/unsupported.js';
import type { IceConfig } from './http/ice-servers.js';
import { normaliseOrigin, type OriginPolicy } from './http/origins.js';
import { randomHex } from './auth/bytes.js';
import type { RoomLimits } from './room/state.js';

export type { Environment, ReadFile } from './config/reader.js';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Times of the service, in ms. */
export interface ServiceLimits extends RoomLimits {
  /** A socket has this long for its `hello`. */
  readonly helloMs: number;
  /** A socket that said nothing for so long is dropped. */
  readonly silentMs: number;
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
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS, demo ? 'warn' : 'info');
  if (problems.list.length > 0 || join === null || ticketSecrets === null || ice === null) {
    return { ok: false, problems: problems.list };
  }
  return { ok: true, config: { host, port, join, ticketSecrets, origins, ice, limits, logLevel, demo } };
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

function readLimits(read: Reader): ServiceLimits {
  const time = (name: string, fallback: number): number =>
    read.wholeNumber(name, fallback, { min: 50, max: 7 * 24 * 60 * 60_000 });
  return {
    helloMs: time('LIMIT_HELLO_MS', LIMITS.helloMs),
    silentMs: time('LIMIT_SILENT_MS', LIMITS.silentMs),
    graceInCallMs: time('LIMIT_GRACE_IN_CALL_MS', LIMITS.graceInCallMs),
    graceAloneMs: time('LIMIT_GRACE_ALONE_MS', LIMITS.graceAloneMs),
    offerForgetMs: time('LIMIT_OFFER_MS', LIMITS.offerForgetMs),
    emptyRoomMs: time('LIMIT_EMPTY_ROOM_MS', LIMITS.emptyRoomMs),
    roomAgeMs: time('LIMIT_ROOM_AGE_MS', LIMITS.roomAgeMs),
  };
}
