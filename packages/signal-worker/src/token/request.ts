import { LIMITS, ROOM_PATTERN } from '@p2p-call/protocol';

/** Who may enter which room, and how. */
export interface JoinTokenRequest {
  /** `[A-Za-z0-9_-]{1,64}` */
  readonly room: string;
  /** Names a person: two tabs with one `sub` are one person. 1 to 255 characters. */
  readonly sub: string;
  /** Shown to the other person, who reads at most 64 code points of it. */
  readonly name?: string;
  /** Life in seconds, 1 to 600. Default 300. It only opens the door: a call may last longer. */
  readonly ttl?: number;
  /** Relay candidates only: neither person learns the other's address. */
  readonly relay?: boolean;
  /** The origin that the page must come from, such as `https://www.example.com`; or up to 32 of them. */
  readonly org?: string | readonly string[];
  /** The longest session, in seconds. */
  readonly smax?: number;
  /** Names this token, which is then good for one use: 1 to 128 characters, never the same twice. `crypto.randomUUID()` makes one. */
  readonly jti?: string;
  /** `aud`, default `p2p-call`. */
  readonly audience?: string;
  /** `iss`, where the service asks for one. */
  readonly issuer?: string;
}

/** What a token says, as it is signed. */
export interface JoinTokenPayload {
  readonly aud: string;
  readonly sub: string;
  readonly room: string;
  readonly iat: number;
  readonly exp: number;
  readonly iss?: string;
  readonly name?: string;
  readonly relay?: boolean;
  readonly org?: string | readonly string[];
  readonly smax?: number;
  readonly jti?: string;
}

export const MAX_SUB_LENGTH = 255;
export const MAX_ORIGINS = 32;
export const MAX_JTI_LENGTH = 128;

const DEFAULT_TTL = 300;

/**
 * The claims for a request.
 * @param now ms since the epoch
 * @throws TypeError for a value of the wrong kind
 * @throws RangeError for one that no service accepts
 */
export function payloadOf(request: JoinTokenRequest, now: number): JoinTokenPayload {
  const {
    room,
    sub,
    name,
    relay,
    org,
    smax,
    jti,
    issuer,
    ttl = DEFAULT_TTL,
    audience = 'p2p-call',
  } = request;
  checkText('room', room);
  if (!ROOM_PATTERN.test(room)) throw new RangeError('A room is 1 to 64 of A–Z, a–z, 0–9, "_" and "-".');
  checkLength('sub', sub, MAX_SUB_LENGTH);
  if (typeof ttl !== 'number') throw new TypeError('"ttl" is a number of seconds.');
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > LIMITS.tokenLifeSeconds) {
    throw new RangeError(`A token lives 1 to ${LIMITS.tokenLifeSeconds} seconds.`);
  }
  checkNamed('audience', audience);
  if (name !== undefined) checkText('name', name);
  if (relay !== undefined && typeof relay !== 'boolean') throw new TypeError('"relay" is true or false.');
  if (org !== undefined) checkOrigins(org);
  if (smax !== undefined) checkSession(smax);
  if (jti !== undefined) checkLength('jti', jti, MAX_JTI_LENGTH);
  if (issuer !== undefined) checkNamed('issuer', issuer);
  const iat = Math.floor(now / 1000);
  return {
    aud: audience,
    sub,
    room,
    iat,
    exp: iat + ttl,
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(name === undefined ? {} : { name }),
    ...(relay === undefined ? {} : { relay }),
    ...(org === undefined ? {} : { org }),
    ...(smax === undefined ? {} : { smax }),
    ...(jti === undefined ? {} : { jti }),
  };
}

// The types say so already; callers in plain JavaScript are told in words.

function checkText(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw new TypeError(`"${name}" is a string.`);
}

function checkLength(name: string, value: unknown, longest: number): void {
  checkText(name, value);
  if (value === '' || value.length > longest) {
    throw new RangeError(`A ${name} has 1 to ${longest} characters.`);
  }
}

function checkNamed(name: string, value: unknown): void {
  checkText(name, value);
  if (value === '') throw new RangeError(`"${name}" is empty.`);
}

function checkSession(smax: unknown): void {
  if (typeof smax !== 'number') throw new TypeError('"smax" is a number of seconds.');
  if (!Number.isFinite(smax) || smax <= 0) throw new RangeError('A session lasts more than 0 seconds.');
}

/** The service compares to the letter: an origin that no browser sends would lock everybody out. */
function checkOrigins(org: unknown): void {
  const list: unknown[] = Array.isArray(org) ? org : [org];
  if (list.length === 0 || list.length > MAX_ORIGINS) {
    throw new RangeError(`"org" holds 1 to ${MAX_ORIGINS} origins.`);
  }
  for (const origin of list) {
    checkText('org', origin);
    if (!isOrigin(origin)) {
      throw new RangeError(
        `"${origin}" is not an exact origin: write scheme, host and port only, such as https://www.example.com.`,
      );
    }
  }
}

function isOrigin(text: string): boolean {
  try {
    return /^https?:/.test(text) && !text.includes('*') && new URL(text).origin === text;
  } catch {
    return false;
  }
}
