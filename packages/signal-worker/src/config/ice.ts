import type { IceServer } from '@p2p-call/protocol';
import type { IceConfig } from '../http/ice-servers.js';
import type { Problems, Reader } from './reader.js';

/** RFC 7064 and 7065, as far as browsers take them. */
const STUN = /^stuns?:[^\s,?]+$/i;
const TURN = /^turns?:[^\s,?]+(\?transport=(udp|tcp))?$/i;
const MAX_URLS = 16;

/** Which ICE servers people get; `null` with problems added if that is not clear. */
export function readIce(read: Reader, problems: Problems): IceConfig | null {
  const ttlSeconds = read.wholeNumber('TURN_TTL', 3600, { min: 60, max: 24 * 3600 });
  if (!read.isSet('ICE_SERVERS')) return readUrls(read, problems, ttlSeconds);
  const others = ['STUN_URLS', 'TURN_URLS', 'TURN_SECRET'].filter((name) => read.isSet(name));
  if (others.length > 0) {
    problems.add(
      'ICE_SERVERS',
      `is set together with ${others.join(', ')}`,
      'keep ICE_SERVERS or the others',
    );
    return null;
  }
  return readStatic(read, problems, ttlSeconds);
}

function readUrls(read: Reader, problems: Problems, ttlSeconds: number): IceConfig | null {
  const before = problems.list.length;
  const stunUrls = readList(read, problems, 'STUN_URLS', STUN, 'stun:stun.example.com:3478');
  const turnUrls = readList(read, problems, 'TURN_URLS', TURN, 'turn:turn.example.com:3478?transport=udp');
  // The one before may still be in use at the TURN server, but new credentials are made with the first.
  const turnSecret = read.secret('TURN_SECRET')?.split(/[\s,]+/)[0] ?? null;
  if (turnUrls.length > 0 && !read.isSet('TURN_SECRET')) {
    problems.add(
      'TURN_SECRET',
      'is missing, but TURN_URLS is set',
      'give the secret of the TURN server (coturn: static-auth-secret)',
    );
  }
  if (read.isSet('TURN_SECRET') && !read.isSet('TURN_URLS')) {
    problems.add('TURN_URLS', 'is missing, but TURN_SECRET is set', 'give the URLs of the TURN server');
  }
  if (problems.list.length > before) return null;
  return { source: 'urls', stunUrls, turnUrls, turnSecret, ttlSeconds };
}

function readList(
  read: Reader,
  problems: Problems,
  name: string,
  pattern: RegExp,
  example: string,
): string[] {
  const urls = read.list(name);
  for (const url of urls) {
    if (!pattern.test(url))
      problems.add(name, `has an entry that is not such a URL: "${url}"`, `write it as ${example}`);
  }
  if (urls.length > MAX_URLS)
    problems.add(name, `has more than ${MAX_URLS} entries`, 'keep the nearest ones');
  return urls;
}

function readStatic(read: Reader, problems: Problems, ttlSeconds: number): IceConfig | null {
  const text = read.secret('ICE_SERVERS');
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON at all: reported below, like JSON of the wrong shape.
  }
  const servers = Array.isArray(value) ? value.map(readServer) : [];
  const good = servers.filter((server): server is IceServer => server !== null);
  if (servers.length > 0 && servers.length <= MAX_URLS && good.length === servers.length) {
    return { source: 'static', servers: good, ttlSeconds };
  }
  problems.add(
    'ICE_SERVERS',
    'is not a JSON list of ICE servers',
    'write it as [{"urls": "stun:stun.example.com"}, {"urls": ["turn:turn.example.com"], "username": "…", "credential": "…"}]',
  );
  return null;
}

function readServer(value: unknown): IceServer | null {
  if (typeof value !== 'object' || value === null) return null;
  const { urls, username, credential } = value as Record<string, unknown>;
  const list: unknown[] = Array.isArray(urls) ? urls : [urls];
  const areUrls = list.every(
    (url): url is string => typeof url === 'string' && (STUN.test(url) || TURN.test(url)),
  );
  if (!areUrls || list.length === 0 || list.length > MAX_URLS) return null;
  const needsPassword = list.some((url) => TURN.test(url));
  if (!needsPassword && username === undefined && credential === undefined) return { urls: list };
  if (typeof username !== 'string' || typeof credential !== 'string') return null;
  return { urls: list, username, credential };
}
