import type { JSONWebKeySet, JWK } from 'jose';
import { utf8 } from '../auth/bytes.js';
import type { JoinKeys } from '../auth/join-token.js';
import { readPublicKey } from '../auth/public-key.js';
import type { Problems, Reader } from './reader.js';

const MIN_SECRET_BYTES = 32;

const HOW_TO_MAKE_ONE = 'make one with "openssl rand -base64 32"';

/** One secret, or two while it is being changed (separated by a comma or white space); `null` if there is none or it is bad. */
export function readSecrets(read: Reader, problems: Problems, name: string): [string, ...string[]] | null {
  const text = read.secret(name);
  if (text === null) return null;
  const [first, ...more] = text.split(/[\s,]+/).filter((one) => one !== '');
  if (first === undefined) {
    problems.add(name, 'is empty', HOW_TO_MAKE_ONE);
    return null;
  }
  if (more.length > 1) {
    problems.add(
      name,
      'holds more than two secrets',
      'keep the new one and the one before, separated by a comma',
    );
    return null;
  }
  if ([first, ...more].some((one) => utf8(one).length < MIN_SECRET_BYTES)) {
    problems.add(name, `is shorter than ${MIN_SECRET_BYTES} bytes and could be guessed`, HOW_TO_MAKE_ONE);
    return null;
  }
  return [first, ...more];
}

/** The one family of join keys; `null` with a problem added if there is none, more than one, or a bad one. */
export function readJoinKeys(read: Reader, problems: Problems, demoSecret: string | null): JoinKeys | null {
  const names = ['JOIN_SECRET', 'JOIN_JWKS', 'JOIN_JWKS_URL'] as const;
  const set = names.filter((name) => read.isSet(name));
  const [only] = set;
  if (only === undefined) {
    if (demoSecret !== null) return { family: 'secret', secrets: [demoSecret] };
    problems.add(
      'JOIN_SECRET',
      'is missing, and neither JOIN_JWKS nor JOIN_JWKS_URL is set: no join token could be checked',
      `${HOW_TO_MAKE_ONE} and give it also to the server that signs the tokens`,
    );
    return null;
  }
  if (set.length > 1) {
    problems.add(set.join(' and '), 'are set together', 'keep one: a service takes one kind of join token');
    return null;
  }
  if (demoSecret !== null && only !== 'JOIN_SECRET') {
    problems.add(
      only,
      'cannot be used with DEMO=on: the demo signs its own tokens',
      'use JOIN_SECRET, or none',
    );
    return null;
  }
  if (only === 'JOIN_JWKS') return readJwks(read, problems);
  if (only === 'JOIN_JWKS_URL') return readJwksUrl(read, problems);
  const secrets = readSecrets(read, problems, 'JOIN_SECRET');
  return secrets && { family: 'secret', secrets };
}

function readJwksUrl(read: Reader, problems: Problems): JoinKeys | null {
  const text = read.secret('JOIN_JWKS_URL');
  if (text === null) return null;
  let url: URL | null = null;
  try {
    url = new URL(text);
  } catch {
    // Not a URL at all: reported below, like one of the wrong kind.
  }
  const isLocal = url !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  const hasPassword = url !== null && (url.username !== '' || url.password !== '');
  if (url !== null && !hasPassword && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) {
    return { family: 'jwks-url', url: url.href };
  }
  problems.add(
    'JOIN_JWKS_URL',
    'is not an https URL, or names a user, which no request for it would carry',
    'give the address of the key set, such as https://id.example.com/jwks.json',
  );
  return null;
}

function readJwks(read: Reader, problems: Problems): JoinKeys | null {
  const text = read.secret('JOIN_JWKS');
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    problems.add('JOIN_JWKS', 'is not JSON', 'give a JSON Web Key Set: {"keys": [ … ]}');
    return null;
  }
  const keys = isRecord(value) && Array.isArray(value.keys) ? (value.keys as unknown[]) : [];
  if (keys.length === 0) {
    problems.add('JOIN_JWKS', 'holds no keys', 'give a JSON Web Key Set: {"keys": [ … ]}');
    return null;
  }
  const jwks: JWK[] = [];
  for (const key of keys) {
    const verdict = readPublicKey(key);
    if (verdict.ok) jwks.push({ ...verdict.key });
    else
      problems.add(
        'JOIN_JWKS',
        KEY_PROBLEMS[verdict.why],
        'give public Ed25519 or P-256 keys, each with its own "kid"',
      );
  }
  const kids = new Set(jwks.map((key) => key.kid));
  if (jwks.length > 1 && (kids.size !== jwks.length || kids.has(undefined))) {
    problems.add(
      'JOIN_JWKS',
      'holds several keys without a "kid" of their own',
      'give each key its own "kid"',
    );
    return null;
  }
  const set: JSONWebKeySet = { keys: jwks };
  return jwks.length === keys.length ? { family: 'jwks', jwks: set } : null;
}

const KEY_PROBLEMS = {
  'not-a-key': 'holds something that is not a key',
  private: 'holds a private or secret key, which does not belong here',
  'wrong-kind': 'holds a key of a kind that is not accepted',
} as const;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
