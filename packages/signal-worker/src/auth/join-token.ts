import { LIMITS, ROOM_PATTERN, type CloseName } from '@p2p-call/protocol';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { hmacKey } from './bytes.js';

/** The `typ` of a join token's header. */
export const JOIN_TOKEN_TYPE = 'p2p-join+jwt';

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

const MAX_SUB_LENGTH = 255;
const MAX_ORIGINS = 32;

/** Makes the verifier of a deployment. Keys are prepared once; a JWKS URL is fetched when the first token needs it, and cached. */
export function createJoinTokenVerifier(policy: JoinTokenPolicy): JoinTokenVerifier {
  const keys = prepareKeys(policy.keys);
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
    for (const key of await keys) {
      try {
        const { payload } = await jwtVerify(token, key, { ...options, currentDate: new Date(now) });
        return judgeClaims(payload, room);
      } catch (error) {
        failure = error;
        // With two secrets the wrong one is tried first while the newer is coming into use.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    return judgeFailure(failure, policy.keys.family === 'jwks-url');
  };
}

async function prepareKeys(keys: JoinKeys): Promise<readonly JWTVerifyGetKey[]> {
  switch (keys.family) {
    case 'secret': {
      const imported = await Promise.all(keys.secrets.map(hmacKey));
      return imported.map((key) => () => Promise.resolve(key));
    }
    case 'jwks':
      return [createLocalJWKSet(keys.jwks)];
    case 'jwks-url':
      return [createRemoteJWKSet(new URL(keys.url), { timeoutDuration: 2_000 })];
  }
}

/** A signature is right and the times hold; what does the token allow? */
function judgeClaims(payload: JWTPayload, room: string): JoinVerdict {
  const { sub, iat, exp, name, relay, org, smax } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUB_LENGTH) return INVALID;
  if (iat === undefined || exp === undefined || exp - iat > LIMITS.tokenLifeSeconds) return INVALID;
  if (typeof payload.room !== 'string') return INVALID;
  if (name !== undefined && typeof name !== 'string') return INVALID;
  if (relay !== undefined && typeof relay !== 'boolean') return INVALID;
  if (smax !== undefined && !(typeof smax === 'number' && Number.isFinite(smax) && smax > 0)) return INVALID;
  const origins = readOrigins(org);
  if (origins === undefined) return INVALID;
  // Equal, not matching: no pattern in a token ever opens more than one room.
  if (payload.room !== room || !ROOM_PATTERN.test(payload.room)) return FORBIDDEN;
  return {
    ok: true,
    claims: { sub, room, name: name ?? null, relay: relay === true, origins, longestSession: smax ?? null },
  };
}

/** The `org` claim: one origin or several; `undefined` if it is neither. */
function readOrigins(org: unknown): readonly string[] | null | undefined {
  if (org === undefined) return null;
  const list: unknown[] = Array.isArray(org) ? org : [org];
  if (list.length > MAX_ORIGINS) return undefined;
  return list.every((origin): origin is string => typeof origin === 'string') ? list : undefined;
}

function judgeFailure(error: unknown, areKeysFetched: boolean): JoinVerdict {
  if (error instanceof errors.JWTExpired) {
    const { iat, exp } = error.payload;
    const life = iat === undefined || exp === undefined ? Infinity : exp - iat;
    // A token that was made to live too long was never a good one; a new one of the same kind would not help.
    return life > LIMITS.tokenLifeSeconds ? INVALID : EXPIRED;
  }
  return areKeysFetched && isKeyFetchFailure(error) ? UNAVAILABLE : INVALID;
}

/** Could the keys not be had? That is our trouble, not the token's. */
function isKeyFetchFailure(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  // `fetch` rejects with a TypeError; a status other than 200 and a body that is not JSON are plain JOSEErrors.
  return (
    error instanceof TypeError || (error instanceof errors.JOSEError && error.code === errors.JOSEError.code)
  );
}
