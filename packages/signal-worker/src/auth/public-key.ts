/** A public key that join tokens may be signed with: Ed25519 (EdDSA) or P-256 (ES256). Only what is needed, and checked. */
export interface JoinPublicKey {
  readonly kty: 'OKP' | 'EC';
  readonly crv: 'Ed25519' | 'P-256';
  readonly x: string;
  readonly y?: string;
  readonly kid?: string;
}

/** A key, or why it is not taken. */
export type PublicKeyVerdict =
  | { readonly ok: true; readonly key: JoinPublicKey }
  | { readonly ok: false; readonly why: 'not-a-key' | 'private' | 'wrong-kind' };

const WRONG_KIND = { ok: false, why: 'wrong-kind' } as const;
/** Names of signatures by kind of key; `Ed25519` is the younger name of EdDSA with this curve (RFC 9864). */
const ALGORITHMS = { Ed25519: ['EdDSA', 'Ed25519'], 'P-256': ['ES256'] } as const;
/** 32 bytes, base64url. */
const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/** Reads one key of a set (RFC 7517). One that is made for something else is of the wrong kind. */
export function readPublicKey(value: unknown): PublicKeyVerdict {
  if (!isRecord(value)) return { ok: false, why: 'not-a-key' };
  if ('d' in value || 'k' in value) return { ok: false, why: 'private' };
  const { kid } = value;
  if (kid !== undefined && typeof kid !== 'string') return WRONG_KIND;
  const shape = readShape(value);
  if (shape === null || !isForTokens(value, shape.crv)) return WRONG_KIND;
  return { ok: true, key: { ...shape, ...(kid === undefined ? {} : { kid }) } };
}

function readShape({ kty, crv, x, y }: Record<string, unknown>): JoinPublicKey | null {
  if (!isCoordinate(x)) return null;
  if (kty === 'OKP' && crv === 'Ed25519') return { kty, crv, x };
  return kty === 'EC' && crv === 'P-256' && isCoordinate(y) ? { kty, crv, x, y } : null;
}

function isForTokens(
  { alg, use, key_ops: operations }: Record<string, unknown>,
  crv: JoinPublicKey['crv'],
): boolean {
  if (alg !== undefined && !ALGORITHMS[crv].some((name) => name === alg)) return false;
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && COORDINATE.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
