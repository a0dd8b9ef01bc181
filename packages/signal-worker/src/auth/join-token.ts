import { LIMITS, ROOM_PATTERN, type CloseName } from '@p2p-call/protocol';
import {
  errors,
  jwtVerify,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { JOIN_TOKEN_TYPE } from '../token/join-token.js';
import { MAX_JTI_LENGTH, MAX_ORIGINS, MAX_SUB_LENGTH } from '../token/request.js';
import { base64url, hmacKey, utf8 } from './bytes.js';
import { readPublicKey } from './public-key.js';
import { KeysUnavailable, localSet, RemoteKeys, type KeyTrouble } from './remote-keys.js';

export { JOIN_TOKEN_TYPE } from '../token/join-token.js';

/** The one family of keys that a deployment accepts. It comes from configuration, never from a token's header. */
export type JoinKeys =
  /** HS256: one secret, or two while it is being changed. Each has at least 32 bytes. */
  | { readonly family: 'secret'; readonly secrets: readonly string[] }
  /** EdDSA or ES256, public keys in the configuration. */
  | { readonly family: 'jwks'; readonly jwks: JSONWebKeySet }
  /** The same, fetched. */
  | { readonly family: 'jwks-url'; readonly url: string };

export interface JoinTokenPolicy {
  readonly keys: JoinKeys;
  readonly audience: string;
  /** `null`: any issuer. */
  readonly issuer: string | null;
}

/** What a good join token says. */
export interface JoinClaims {
  readonly sub: string;
  readonly room: string;
  /** As it came: not yet fit to be shown. */
  readonly name: string | null;
  /** Relay candidates only. */
  readonly relay: boolean;
  /** Origins the page may come from; `null`: not restricted by the token. */
  readonly origins: readonly string[] | null;
  /** The longest session in seconds; `null`: the service's own limit. */
  readonly longestSession: number | null;
  /** When it was made out, in ms since the epoch, rounded down. */
  readonly issuedAt: number;
  /** Good for one use; `null`: for any number of them. */
  readonly singleUse: SingleUse | null;
}

export interface SingleUse {
  /** A hash of `iss` and `jti` (43 characters, base64url). */
  readonly id: string;
  /** From then on the token is refused anyway, in ms since the epoch. */
  readonly expiresAt: number;
}

/** A verdict: what the token says, or the name of the code to close with. */
export type JoinVerdict =
  | { readonly ok: true; readonly claims: JoinClaims }
  | {
      readonly ok: false;
      readonly close: Extract<CloseName, 'token-invalid' | 'token-expired' | 'forbidden' | 'unavailable'>;
    };

/** Checks a join token for a room. @param now ms since the epoch. Never throws: what is wrong is a value. */
export type JoinTokenVerifier = (token: string, room: string, now: number) => Promise<JoinVerdict>;

const INVALID = { ok: false, close: 'token-invalid' } as const;
const EXPIRED = { ok: false, close: 'token-expired' } as const;
const FORBIDDEN = { ok: false, close: 'forbidden' } as const;
const UNAVAILABLE = { ok: false, close: 'unavailable' } as const;

/** Headers by which a token would bring its own key, or say where one is. Ours come from configuration. */
const KEY_HEADERS = ['jwk', 'jku', 'x5c', 'x5u'] as const;

/** Finds the key for a header. @param now ms since the epoch */
type FindKey = (header: JWTHeaderParameters, now: number) => Promise<CryptoKey>;

/**
 * Makes the verifier of a deployment. Keys are prepared once; a JWKS URL is fetched when the first token needs it, and cached.
 * @param onKeyTrouble told each time the JWKS URL fails
 */
export function createJoinTokenVerifier(
  policy: JoinTokenPolicy,
  onKeyTrouble?: (why: KeyTrouble) => void,
): JoinTokenVerifier {
  const keys = prepareKeys(policy.keys, onKeyTrouble);
  const algorithms = policy.keys.family === 'secret' ? (['HS256'] as const) : (['EdDSA', 'ES256'] as const);
  const options = {
    algorithms: [...algorithms],
    typ: JOIN_TOKEN_TYPE,
    audience: policy.audience,
    ...(policy.issuer === null ? {} : { issuer: policy.issuer }),
    requiredClaims: ['aud', 'sub', 'room', 'iat', 'exp'],
    maxTokenAge: LIMITS.tokenLifeSeconds,
    clockTolerance: LIMITS.clockToleranceSeconds,
  };
  return async (token, room, now) => {
    let failure: unknown;
    for (const find of await keys) {
      try {
        const at = { ...options, currentDate: new Date(now) };
        const { payload, protectedHeader } = await jwtVerify(
          token,
          (header: JWTHeaderParameters) => find(header, now),
          at,
        );
        if (KEY_HEADERS.some((name) => name in protectedHeader)) return INVALID;
        return await judgeClaims(payload, room);
      } catch (error) {
        failure = error;
        // With two secrets the wrong one is tried first while the newer is coming into use.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    return judgeFailure(failure);
  };
}

async function prepareKeys(
  keys: JoinKeys,
  onKeyTrouble?: (why: KeyTrouble) => void,
): Promise<readonly FindKey[]> {
  switch (keys.family) {
    case 'secret': {
      const imported = await Promise.all(keys.secrets.map(hmacKey));
      return imported.map((key) => () => Promise.resolve(key));
    }
    case 'jwks': {
      const verdicts = keys.jwks.keys.map(readPublicKey);
      const set = localSet(verdicts.flatMap((verdict) => (verdict.ok ? [verdict.key] : [])));
      return [(header) => set(header)];
    }
    case 'jwks-url': {
      const remote = new RemoteKeys(keys.url, onKeyTrouble);
      return [(header, now) => remote.find(header, now)];
    }
  }
}

/** A signature is right and the times hold; what does the token allow? */
async function judgeClaims(payload: JWTPayload, room: string): Promise<JoinVerdict> {
  const { sub, iat, exp, name, relay, org, smax } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUB_LENGTH) return INVALID;
  if (iat === undefined || exp === undefined || exp - iat > LIMITS.tokenLifeSeconds) return INVALID;
  if (typeof payload.room !== 'string') return INVALID;
  if (name !== undefined && typeof name !== 'string') return INVALID;
  if (relay !== undefined && typeof relay !== 'boolean') return INVALID;
  if (smax !== undefined && !(typeof smax === 'number' && Number.isFinite(smax) && smax > 0)) return INVALID;
  const origins = readOrigins(org);
  const singleUse = await readSingleUse(payload, exp);
  if (origins === undefined || singleUse === undefined) return INVALID;
  // Equal, not matching: no pattern in a token ever opens more than one room.
  if (payload.room !== room || !ROOM_PATTERN.test(payload.room)) return FORBIDDEN;
  const claims = {
    sub,
    room,
    name: name ?? null,
    relay: relay === true,
    origins,
    longestSession: smax ?? null,
    issuedAt: Math.floor(iat * 1000),
    singleUse,
  };
  return { ok: true, claims };
}

/** What a `jti` makes of a token; `undefined` if it or the `iss` it belongs to is not fit for that. */
async function readSingleUse(payload: JWTPayload, exp: number): Promise<SingleUse | null | undefined> {
  // jose promises strings here, but looks at `iss` only where one is configured, and at `jti` never.
  const { iss = null, jti }: Record<string, unknown> = payload;
  if (iss !== null && typeof iss !== 'string') return undefined;
  if (jti === undefined) return null;
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) return undefined;
  // As JSON, since no two pairs have the same one; hashed, so that it is short whatever the issuer is called.
  const digest = await crypto.subtle.digest('SHA-256', utf8(JSON.stringify([iss, jti])));
  // In whole seconds, as it is checked.
  return { id: base64url(digest), expiresAt: Math.ceil(exp + LIMITS.clockToleranceSeconds) * 1000 };
}

/** Characters: a host name has 253 at most. All of them go into each ticket. */
const MAX_ORIGIN_LENGTH = 300;

/** The `org` claim: one origin or several; `undefined` if it is neither. */
function readOrigins(org: unknown): readonly string[] | null | undefined {
  if (org === undefined) return null;
  const list: unknown[] = Array.isArray(org) ? org : [org];
  if (list.length > MAX_ORIGINS) return undefined;
  const isFit = (origin: unknown): origin is string =>
    typeof origin === 'string' && origin.length <= MAX_ORIGIN_LENGTH;
  return list.every(isFit) ? list : undefined;
}

function judgeFailure(error: unknown): JoinVerdict {
  if (error instanceof KeysUnavailable) return UNAVAILABLE;
  if (!(error instanceof errors.JWTExpired)) return INVALID;
  const { iat, exp } = error.payload;
  const life = iat === undefined || exp === undefined ? Infinity : exp - iat;
  // A token that was made to live too long was never a good one; a new one of the same kind would not help.
  return life > LIMITS.tokenLifeSeconds ? INVALID : EXPIRED;
}
