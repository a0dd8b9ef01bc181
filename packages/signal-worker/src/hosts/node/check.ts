import { fetchKeys } from '../../auth/fetch-keys.js';
import type { JoinKeys } from '../../auth/join-token.js';
import type { Config } from '../../config.js';
import { createIceSource } from '../../http/ice-servers.js';
import { probeIce, type Finding } from './check-ice.js';
import { wordsOfKeys } from './check-words.js';
import type { CliIo } from './cli-io.js';

/** sysexits.h: EX_UNAVAILABLE. */
const EXIT_UNAVAILABLE = 69;

/**
 * Says what the service would do with this configuration, and tries whatever it depends on.
 * @returns the exit code: 0, or 69 if something does not work
 */
export async function check(io: CliIo, config: Config): Promise<number> {
  for (const line of describe(config)) io.out(line);
  const tried = await Promise.all([probeKeys(config.join.keys), probeIce(config.ice)]);
  const findings = tried.flat();
  if (findings.length === 0) return 0;
  io.out('');
  io.out('Tried from this machine:');
  for (const { subject, isFine, words } of findings)
    io.out(`  ${isFine ? 'ok    ' : 'FAILED'}  ${subject}: ${words}`);
  return findings.every(({ isFine }) => isFine) ? 0 : EXIT_UNAVAILABLE;
}

/** Shorter than this, a secret that is sent as it is can be guessed. */
const BEARER_LENGTH = 16;

function weakBearers(bearers: Readonly<Record<string, string | null>>): string[] {
  const weak = Object.entries(bearers).filter(([, value]) => value !== null && value.length < BEARER_LENGTH);
  return weak.map(
    ([name]) =>
      `  careful          ${name} is short and could be guessed; make one with "openssl rand -hex 32"`,
  );
}

function describe({ host, port, join, origins, ice, demo, serviceKey, metrics }: Config): string[] {
  const keys = {
    secret: 'HS256, by secret',
    jwks: 'EdDSA or ES256, by JOIN_JWKS',
    'jwks-url': 'EdDSA or ES256, by JOIN_JWKS_URL',
  } as const;
  const hasTurn = createIceSource(ice).turn() !== 'none';
  return [
    'The configuration is fine.',
    `  listens on       ${host}, port ${port}`,
    `  join tokens      ${keys[join.keys.family]}`,
    `  allowed origins  ${origins.allowed.join(', ') || (demo ? 'its own pages' : 'none')}`,
    `  TURN             ${hasTurn ? 'yes' : 'none: people behind strict firewalls will not be connected'}`,
    ...weakBearers({ SERVICE_KEY: serviceKey, METRICS_TOKEN: metrics.token }),
    ...(demo ? ['  demo             on: anybody on this machine gets a token'] : []),
  ];
}

async function probeKeys(keys: JoinKeys): Promise<readonly Finding[]> {
  if (keys.family !== 'jwks-url') return [];
  const fetched = await fetchKeys(keys.url);
  const subject = 'JOIN_JWKS_URL';
  if (!fetched.ok) return [{ subject, isFine: false, words: wordsOfKeys(fetched.why) }];
  const count = fetched.keys.length;
  return [
    count === 0
      ? { subject, isFine: false, words: 'holds no public Ed25519 or P-256 key that signs tokens' }
      : { subject, isFine: true, words: count === 1 ? 'holds a key' : `holds ${count} keys` },
  ];
}
