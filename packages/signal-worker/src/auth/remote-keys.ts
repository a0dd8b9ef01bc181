import { createLocalJWKSet, errors, type CryptoKey, type JWTHeaderParameters } from 'jose';
import { fetchKeys, type FetchTrouble } from './fetch-keys.js';
import type { JoinPublicKey } from './public-key.js';

/** No keys could be had: our trouble, not the token's. */
export class KeysUnavailable extends Error {}

/** What is told about a key set that could not be had, or that holds no key of use. */
export type KeyTrouble = FetchTrouble | 'no-usable-keys';

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** After this long the set is looked at again, so that a withdrawn key is no longer taken. */
export const KEYS_FRESH_MS = 10 * 60_000;
/** Tokens with unknown keys make it look again, but not more often than this. */
export const UNKNOWN_KEY_PAUSE_MS = 10_000;
/** After a failure, with keys from before and without any. */
export const RETRY_MS = 30_000;
export const RETRY_EMPTY_MS = 1_000;

const NEVER = Number.NEGATIVE_INFINITY;
/** Either way: a clock that was set back must not hold anything up. */
const isWithin = (now: number, at: number, ms: number): boolean => Math.abs(now - at) < ms;

/**
 * The public keys behind a URL, cached. jose's own would let nobody in while the URL fails and its cache is old, fetch anew
 * for each token while it fails, and read an answer of any size; so only its choice of the right key is used.
 */
export class RemoteKeys {
  private set: KeySet | null = null;
  private fetchedAt = NEVER;
  private failedAt = NEVER;
  private askedForUnknownAt = NEVER;
  private pending: Promise<void> | null = null;

  /** @param onTrouble told once for each fetch that failed */
  constructor(
    private readonly url: string,
    private readonly onTrouble: (why: KeyTrouble) => void = () => undefined,
  ) {}

  /**
   * The key that a token names in its header.
   * @param now ms since the epoch
   * @throws KeysUnavailable if it could not be found out
   * @throws JOSEError (of jose) if there is no such key
   */
  async find(header: JWTHeaderParameters, now: number): Promise<CryptoKey> {
    if (this.set === null || !isWithin(now, this.fetchedAt, KEYS_FRESH_MS)) await this.refresh(now);
    try {
      return await this.choose(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.refreshForUnknown(now);
      // While the set cannot be seen, a key that is not in the old one may well be in the new one.
      if (this.failedAt !== NEVER) throw new KeysUnavailable();
      return this.choose(header);
    }
  }

  private choose(header: JWTHeaderParameters): Promise<CryptoKey> {
    if (this.set === null) throw new KeysUnavailable();
    return this.set(header);
  }

  private async refreshForUnknown(now: number): Promise<void> {
    if (this.pending === null) {
      if (isWithin(now, this.askedForUnknownAt, UNKNOWN_KEY_PAUSE_MS)) return;
      this.askedForUnknownAt = now;
    }
    await this.refresh(now);
  }

  /** All who ask while one fetch is under way share it. */
  private async refresh(now: number): Promise<void> {
    if (this.pending === null) {
      if (isWithin(now, this.failedAt, this.set === null ? RETRY_EMPTY_MS : RETRY_MS)) return;
      this.pending = this.fetch(now).finally(() => (this.pending = null));
    }
    await this.pending;
  }

  private async fetch(now: number): Promise<void> {
    const fetched = await fetchKeys(this.url);
    if (!fetched.ok) {
      // The last good set stays: who has a known key gets in.
      this.failedAt = now;
      this.onTrouble(fetched.why);
      return;
    }
    this.fetchedAt = now;
    this.failedAt = NEVER;
    // A set without a key of use is an answer too: what was withdrawn is not taken any more.
    this.set = fetched.keys.length === 0 ? null : localSet(fetched.keys);
    if (this.set !== null) return;
    this.failedAt = now;
    this.onTrouble('no-usable-keys');
  }
}

/** Chooses by `alg` and `kid`. */
export function localSet(keys: readonly JoinPublicKey[]): KeySet {
  return createLocalJWKSet({ keys: keys.map((key) => ({ ...key })) });
}
