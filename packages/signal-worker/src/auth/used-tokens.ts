/** `first`: nobody used it before, and from now on it is used. `unavailable`: it cannot be said, so nobody gets in. */
export type TokenClaim = 'first' | 'used' | 'unavailable';

/**
 * Remembers which single-use tokens were used. Of any number of claims to one id, at the same time too, one is the first:
 * an implementation looks and writes in one step, with nothing awaited between.
 */
export interface UsedTokens {
  /**
   * @param id names the token (43 characters, base64url; says nothing about it)
   * @param expiresAtMs from then on no token of this id is valid, and it may be forgotten; ms since the epoch
   * @param nowMs when the hello was said, ms since the epoch
   */
  claim(id: string, expiresAtMs: number, nowMs: number): TokenClaim | Promise<TokenClaim>;
}

/** About 30 MB, and 300 such tokens a second that live the longest. */
const CAPACITY = 200_000;
/** How often expired ones are looked for, at most, in ms. */
const SWEEP_MS = 10_000;
/** The same while it is full: each look goes through everything. */
const SWEEP_FULL_MS = 500;

/** In the memory of this process: good for one instance. Bounded: while it is full, a token it does not know is not let in. */
export class UsedTokensInMemory implements UsedTokens {
  private readonly expiries = new Map<string, number>();
  private sweptAt = 0;
  /** The latest expiry of all that was forgotten. */
  private forgottenUntil = 0;

  constructor(private readonly capacity = CAPACITY) {}

  /** How many tokens are remembered. */
  get size(): number {
    return this.expiries.size;
  }

  claim(id: string, expiresAtMs: number, nowMs: number): TokenClaim {
    this.sweep(nowMs);
    const known = this.expiries.get(id);
    if (known !== undefined) {
      // Two tokens with one id are one: it is not free again before the last of them is over.
      if (expiresAtMs > known) this.expiries.set(id, expiresAtMs);
      return 'used';
    }
    // A hello that was checked for long may come after its token was forgotten. It could have been used: so it was.
    if (expiresAtMs <= this.forgottenUntil) return 'used';
    if (this.expiries.size >= this.capacity) return 'unavailable';
    this.expiries.set(id, expiresAtMs);
    return 'first';
  }

  private sweep(nowMs: number): void {
    const pause = this.expiries.size >= this.capacity ? SWEEP_FULL_MS : SWEEP_MS;
    // Either way: a clock that was set back must not stop it.
    if (Math.abs(nowMs - this.sweptAt) < pause) return;
    this.sweptAt = nowMs;
    for (const [id, expiresAtMs] of this.expiries) {
      if (expiresAtMs > nowMs) continue;
      this.expiries.delete(id);
      this.forgottenUntil = Math.max(this.forgottenUntil, expiresAtMs);
    }
  }
}
