import { utf8 } from './bytes.js';

/** A private key as JSON (RFC 7517): Ed25519 signs with EdDSA, P-256 with ES256. */
export interface PrivateJwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
  /** Tells the service which of its public keys to take. */
  readonly kid?: string;
}

/** What signs: the JOIN_SECRET of the service (HS256), or a private key whose public half the service has. */
export type SigningKey = string | PrivateJwk;

export type Algorithm = 'HS256' | 'EdDSA' | 'ES256';

/** A key that is ready to sign. */
export interface Signer {
  readonly algorithm: Algorithm;
  readonly kid: string | null;
  sign(data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

const MIN_SECRET_BYTES = 32;

/** What WebCrypto wants to know, by what a token's header says. */
const PARAMETERS = {
  EdDSA: { key: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  ES256: { key: { name: 'ECDSA', namedCurve: 'P-256' }, sign: { name: 'ECDSA', hash: 'SHA-256' } },
} as const;

/**
 * @throws TypeError for something that is no key, or a public one
 * @throws RangeError for a key that no service accepts
 */
export async function prepareSigner(key: SigningKey): Promise<Signer> {
  return typeof key === 'string' ? bySecret(key) : byPrivateKey(key);
}

async function bySecret(secret: string): Promise<Signer> {
  if (utf8(secret).length < MIN_SECRET_BYTES) {
    throw new RangeError(`The secret has fewer than ${MIN_SECRET_BYTES} bytes.`);
  }
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', utf8(secret), hmac, false, ['sign']);
  return { algorithm: 'HS256', kid: null, sign: (data) => crypto.subtle.sign('HMAC', key, data) };
}

async function byPrivateKey(jwk: PrivateJwk): Promise<Signer> {
  if (typeof jwk !== 'object' || jwk === null) {
    throw new TypeError('A token is signed with a secret (string) or a private key (JWK).');
  }
  const { kty, crv, x, y, d, kid } = jwk;
  const algorithm = algorithmOf(jwk);
  if (typeof kid !== 'string' || kid === '') {
    throw new TypeError('The key has no "kid": the service could not tell it from the next one.');
  }
  if (typeof d !== 'string')
    throw new TypeError('This is a public key; a token is signed with the private one.');
  if (typeof x !== 'string' || (algorithm === 'ES256' && typeof y !== 'string')) {
    throw new TypeError('The key is not complete.');
  }
  const parameters = PARAMETERS[algorithm];
  // Without `use`, `alg` and `key_ops`, on which runtimes do not agree.
  const bare = { kty, x, d, ...(crv === undefined ? {} : { crv }), ...(y === undefined ? {} : { y }) };
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('jwk', bare, parameters.key, false, ['sign']);
  } catch {
    // What is thrown differs from runtime to runtime, and could repeat parts of the key.
    throw new TypeError('The key cannot be read: its parts do not fit each other.');
  }
  return { algorithm, kid, sign: (data) => crypto.subtle.sign(parameters.sign, imported, data) };
}

function algorithmOf({ kty, crv }: PrivateJwk): 'EdDSA' | 'ES256' {
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA';
  if (kty === 'EC' && crv === 'P-256') return 'ES256';
  throw new RangeError('The service accepts Ed25519 and P-256 keys only.');
}
