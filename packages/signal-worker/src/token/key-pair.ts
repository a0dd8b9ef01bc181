import { base64url } from './bytes.js';
import type { PrivateJwk } from './signing-key.js';

/** The public half of a key, as the service is given it. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
  readonly kid: string;
  readonly alg: 'EdDSA' | 'ES256';
  readonly use: 'sig';
}

export interface KeyPair {
  /** Stays with the server that makes the tokens. */
  readonly privateJwk: PrivateJwk;
  /** For the service: the value of JOIN_JWKS, or what JOIN_JWKS_URL answers. */
  readonly jwks: { readonly keys: readonly [PublicJwk] };
}

const KID_BYTES = 9;

/**
 * A new pair of keys with a random `kid` (12 characters).
 * @param algorithm `EdDSA` makes an Ed25519 key, `ES256` a P-256 one
 * @throws TypeError for another algorithm
 */
export async function createKeyPair(algorithm: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<KeyPair> {
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', await generate(algorithm));
  if (kty === undefined || crv === undefined || x === undefined || d === undefined) {
    throw new Error('this runtime exports keys without their parts');
  }
  const kid = base64url(crypto.getRandomValues(new Uint8Array(KID_BYTES)));
  const shape = { kty, crv, x, ...(y === undefined ? {} : { y }), kid, alg: algorithm, use: 'sig' } as const;
  return { privateJwk: { ...shape, d }, jwks: { keys: [shape] } };
}

async function generate(algorithm: 'EdDSA' | 'ES256'): Promise<CryptoKey> {
  switch (algorithm) {
    case 'EdDSA':
      return privateHalf(await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']));
    case 'ES256':
      return privateHalf(
        await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']),
      );
    default:
      throw new TypeError('The algorithm is EdDSA or ES256.');
  }
}

/** The types of some runtimes do not know Ed25519 and leave open what comes. */
function privateHalf(made: CryptoKey | CryptoKeyPair): CryptoKey {
  return 'privateKey' in made ? made.privateKey : made;
}
