import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readSecrets } from '../../config/keys.js';
import { Problems, Reader } from '../../config/reader.js';
import { createJoinToken } from '../../token/join-token.js';
import type { JoinTokenRequest } from '../../token/request.js';
import type { PrivateJwk, SigningKey } from '../../token/signing-key.js';
import { EXIT_CONFIG, EXIT_USAGE, usage, wordsOf, type CliIo } from './cli-io.js';

interface TokenArguments {
  readonly request: JoinTokenRequest;
  /** The file that `--key` names. */
  readonly keyFile: string | null;
}

const readFile = (path: string): string => readFileSync(path, 'utf8');

/** `token`: prints a join token. @returns the exit code */
export async function token(args: readonly string[], io: CliIo): Promise<number> {
  const asked = readArguments(args);
  if (typeof asked === 'string') return usage(io, asked);
  const problems = new Problems();
  const read = new Reader(io.environment, readFile, problems);
  const key = readKey(read, problems, asked.keyFile);
  if (key === null) {
    for (const problem of problems.list) io.error(problem);
    return EXIT_CONFIG;
  }
  const audience = read.text('JOIN_AUDIENCE');
  const issuer = read.text('JOIN_ISSUER');
  const fixed = { ...(audience === null ? {} : { audience }), ...(issuer === null ? {} : { issuer }) };
  try {
    io.out(await createJoinToken({ ...asked.request, ...fixed }, key));
    return 0;
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
    io.error(error.message);
    return EXIT_USAGE;
  }
}

/** The secret or private key to sign with; `null` with problems added. */
function readKey(read: Reader, problems: Problems, file: string | null): SigningKey | null {
  if (file !== null) return readKeyFile(problems, file);
  const isSecret = read.isSet('JOIN_SECRET');
  const isKey = read.isSet('JOIN_PRIVATE_JWK');
  if (isSecret && isKey) {
    problems.add('JOIN_SECRET and JOIN_PRIVATE_JWK', 'are set together', 'keep the one the service knows');
    return null;
  }
  if (isKey) {
    const text = read.secret('JOIN_PRIVATE_JWK');
    return text === null ? null : parseKey(problems, 'JOIN_PRIVATE_JWK', text);
  }
  if (isSecret) return readSecrets(read, problems, 'JOIN_SECRET')?.[0] ?? null;
  problems.add(
    'JOIN_SECRET',
    'is missing, and so is JOIN_PRIVATE_JWK',
    'set JOIN_SECRET to the one the service has, or make keys with "p2p-call-signal keys"',
  );
  return null;
}

function readKeyFile(problems: Problems, path: string): SigningKey | null {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    problems.add('--key', `names a file that cannot be read${code}`, 'check the path and its permissions');
    return null;
  }
  return parseKey(problems, '--key', text);
}

function parseKey(problems: Problems, name: string, text: string): PrivateJwk | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Reported below, like JSON that is something else.
  }
  if (isJwk(value)) return value;
  problems.add(name, 'is not a private key in JSON (JWK)', 'make one with "p2p-call-signal keys"');
  return null;
}

/** Whether it is a good one is said by the library, which looks at each part. */
function isJwk(value: unknown): value is PrivateJwk {
  return typeof value === 'object' && value !== null && 'kty' in value && typeof value.kty === 'string';
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const OPTIONS = {
  room: TEXT,
  sub: TEXT,
  name: TEXT,
  ttl: TEXT,
  relay: FLAG,
  org: { type: 'string', multiple: true },
  smax: TEXT,
  once: FLAG,
  key: TEXT,
} as const;

/** What is asked for, or what is wrong with the arguments. */
function readArguments(args: readonly string[]): TokenArguments | string {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
    const { room, sub, name, ttl, relay, org, smax, once, key } = values;
    if (room === undefined || sub === undefined) return 'token needs --room and --sub';
    if (ttl !== undefined && !isSeconds(ttl)) return '--ttl is a number of seconds';
    if (smax !== undefined && !isSeconds(smax)) return '--smax is a number of seconds';
    const request = {
      room,
      sub,
      ...(name === undefined ? {} : { name }),
      ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
      ...(relay === true ? { relay } : {}),
      ...(org === undefined ? {} : { org }),
      ...(smax === undefined ? {} : { smax: Number(smax) }),
      ...(once === true ? { jti: randomUUID() } : {}),
    };
    return { request, keyFile: key ?? null };
  } catch (error) {
    return wordsOf(error);
  }
}

function isSeconds(text: string): boolean {
  return /^\d{1,6}$/.test(text);
}
