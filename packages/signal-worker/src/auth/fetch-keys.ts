import { readText } from '../http/read-text.js';
import { readPublicKey, type JoinPublicKey } from './public-key.js';

/** Why there is no key set: constant words, fit for a log. */
export type FetchTrouble =
  'not-reached' | 'too-slow' | 'status' | 'too-large' | 'not-json' | 'not-a-key-set' | 'too-many-keys';

/** The keys of the set that join tokens may be signed with (perhaps none), or why there is no set. */
export type FetchedKeys =
  | { readonly ok: true; readonly keys: readonly JoinPublicKey[] }
  | { readonly ok: false; readonly why: FetchTrouble };

export const KEY_SET_BYTES = 64 * 1024;
export const KEY_SET_KEYS = 64;
/** For everything, from the name to the last byte. */
const TIMEOUT_MS = 2_000;

/**
 * Fetches a key set (RFC 7517). Redirects are not followed: where the keys come from is configured, not negotiated.
 * Never throws.
 */
export async function fetchKeys(url: string): Promise<FetchedKeys> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/jwk-set+json, application/json' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { ok: false, why: 'status' };
    }
    const text = await readText(response, KEY_SET_BYTES);
    return text === null ? { ok: false, why: 'too-large' } : readKeySet(text);
  } catch {
    return { ok: false, why: signal.aborted ? 'too-slow' : 'not-reached' };
  }
}

function readKeySet(text: string): FetchedKeys {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return { ok: false, why: 'not-json' };
  }
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) {
    return { ok: false, why: 'not-a-key-set' };
  }
  const list: unknown[] = set.keys;
  if (list.length > KEY_SET_KEYS) return { ok: false, why: 'too-many-keys' };
  // A set may hold keys for other purposes: those are passed over.
  const keys = list.map(readPublicKey).flatMap((verdict) => (verdict.ok ? [verdict.key] : []));
  return { ok: true, keys };
}
