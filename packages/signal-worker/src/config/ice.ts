import type { IceServer } from '@p2p-call/protocol';
import { MAX_ICE_ENTRIES, parseIceUrl, readIceServer } from '../http/ice/urls.js';
import type { IceConfig } from '../http/ice-servers.js';
import { readCloudflare, readTwilio } from './managed-turn.js';
import type { Problems, Reader } from './reader.js';

/** Each source of ICE servers, and the variables that choose it. One of them at most is set. */
const SOURCES = {
  static: ['ICE_SERVERS'],
  urls: ['TURN_URLS', 'TURN_SECRET'],
  cloudflare: ['CLOUDFLARE_TURN_KEY_ID', 'CLOUDFLARE_TURN_API_TOKEN'],
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
} as const satisfies Record<IceConfig['source'], readonly string[]>;

/** Which ICE servers people get; `null` with problems added if that is not clear. */
export function readIce(read: Reader, problems: Problems): IceConfig | null {
  // A day is the longest that Twilio gives; a minute is time enough to connect.
  const ttlSeconds = read.wholeNumber('TURN_TTL', 3600, { min: 60, max: 24 * 3600 });
  const source = chooseSource(read, problems);
  if (source === null) return null;
  if (source === 'static') return readStatic(read, problems, ttlSeconds);
  const before = problems.list.length;
  const stunUrls = readUrls(read, problems, 'STUN_URLS', 'stun', 'stun:stun.example.com:3478');
  const config = readTurn(source, read, problems, { stunUrls, ttlSeconds });
  return problems.list.length > before ? null : config;
}

function chooseSource(read: Reader, problems: Problems): IceConfig['source'] | null {
  const set = (Object.keys(SOURCES) as (keyof typeof SOURCES)[]).filter((source) =>
    SOURCES[source].some((name) => read.isSet(name)),
  );
  const names = set.map((source) => SOURCES[source].find((name) => read.isSet(name)) ?? source);
  if (set[0] === 'static') {
    const others = ['STUN_URLS', ...set.slice(1).flatMap((source) => SOURCES[source])];
    const given = others.filter((name) => read.isSet(name));
    if (given.length === 0) return 'static';
    problems.add('ICE_SERVERS', `is set together with ${given.join(', ')}`, 'keep ICE_SERVERS or the others');
    return null;
  }
  if (set.length > 1) {
    problems.add(
      names.join(' and '),
      'are set together',
      'keep one source of TURN: your own server, Cloudflare or Twilio',
    );
    return null;
  }
  return set[0] ?? 'urls';
}

/** What all sources but `ICE_SERVERS` have. */
export interface CommonIce {
  readonly stunUrls: readonly string[];
  readonly ttlSeconds: number;
}

function readTurn(
  source: Exclude<IceConfig['source'], 'static'>,
  read: Reader,
  problems: Problems,
  common: CommonIce,
): IceConfig | null {
  switch (source) {
    case 'urls':
      return readOwn(read, problems, common);
    case 'cloudflare':
      return readCloudflare(read, problems, common);
    case 'twilio':
      return readTwilio(read, problems, common);
  }
}

function readOwn(read: Reader, problems: Problems, common: CommonIce): IceConfig {
  const turnUrls = readUrls(read, problems, 'TURN_URLS', 'turn', 'turn:turn.example.com:3478?transport=udp');
  // The one before may still be in use at the TURN server, but new credentials are made with the first.
  const [turnSecret = null, ...more] =
    read
      .secret('TURN_SECRET')
      ?.split(/[\s,]+/)
      .filter(Boolean) ?? [];
  if (more.length > 1) {
    problems.add(
      'TURN_SECRET',
      'holds more than two secrets',
      'keep the new one and the one before, separated by a comma',
    );
  }
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
  return { source: 'urls', ...common, turnUrls, turnSecret };
}

function readUrls(
  read: Reader,
  problems: Problems,
  name: string,
  kind: 'stun' | 'turn',
  example: string,
): string[] {
  const urls = read.list(name);
  for (const url of urls) {
    if (parseIceUrl(url)?.kind !== kind)
      problems.add(name, `has an entry that is not such a URL: "${url}"`, `write it as ${example}`);
  }
  if (urls.length > MAX_ICE_ENTRIES)
    problems.add(name, `has more than ${MAX_ICE_ENTRIES} entries`, 'keep the nearest ones');
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
  const servers = Array.isArray(value) ? value.map(readIceServer) : [];
  const good = servers.filter((server): server is IceServer => server !== null);
  if (servers.length > 0 && servers.length <= MAX_ICE_ENTRIES && good.length === servers.length) {
    return { source: 'static', servers: good, ttlSeconds };
  }
  problems.add(
    'ICE_SERVERS',
    'is not a JSON list of ICE servers',
    'write it as [{"urls": "stun:stun.example.com"}, {"urls": ["turn:turn.example.com"], "username": "…", "credential": "…"}]',
  );
  return null;
}
