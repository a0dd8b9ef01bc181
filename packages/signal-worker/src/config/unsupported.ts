import type { Environment, Problems } from './reader.js';

/** Variables that have a meaning to this service, but not in this version: to ignore them could do harm. */
const NOT_YET: Readonly<Record<string, string>> = {
  REDIS_URL: 'run one instance; rooms are kept in its memory',
};

/** Variables that are no secrets, and so are not read from files: a `…_FILE` of theirs would be ignored. */
const NEVER_IN_FILES = new Set([
  'HOST',
  'PORT',
  'JOIN_ISSUER',
  'JOIN_AUDIENCE',
  'ALLOWED_ORIGINS',
  'ALLOW_NO_ORIGIN',
  'STUN_URLS',
  'TURN_URLS',
  'TURN_TTL',
  'METRICS_PORT',
  'TRUSTED_PROXIES',
  'LOG_LEVEL',
  'DEMO',
]);

const KNOWN_LIMITS = new Set(
  [
    'HELLO_MS',
    'SILENT_MS',
    'GRACE_IN_CALL_MS',
    'GRACE_ALONE_MS',
    'OFFER_MS',
    'EMPTY_ROOM_MS',
    'ROOM_AGE_MS',
    'SILENT_IDLE_MS',
    'LOBBY',
    'SOCKETS_PER_SUB',
    'MESSAGES_PER_SECOND',
    'MESSAGES_BURST',
    'OFFERS_PER_MINUTE',
    'CANDIDATES',
    'PENDING_PER_ADDRESS',
    'SOCKETS_PER_ADDRESS',
    'UNSENT_BYTES',
  ].map((name) => `LIMIT_${name}`),
);

/** Names every variable that somebody set in vain. */
export function rejectUnsupported(environment: Environment, problems: Problems): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value.trim() === '') continue;
    const instead = NOT_YET[name.replace(/_FILE$/, '')];
    if (instead !== undefined) problems.add(name, 'is not supported by this version', `unset it: ${instead}`);
    const plain = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : '';
    if (NEVER_IN_FILES.has(plain))
      problems.add(name, 'is not read: this is no secret', `set ${plain} itself`);
    if (name.startsWith('LIMIT_') && !KNOWN_LIMITS.has(name)) {
      problems.add(
        name,
        'is not a limit of this version',
        `unset it; there are ${[...KNOWN_LIMITS].join(', ')}`,
      );
    }
  }
}
