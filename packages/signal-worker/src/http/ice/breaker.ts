/** Nobody is asked for so long after a failure, in ms. */
const PAUSE_MS = 5_000;

/** Which stretch of good or bad days an attempt belongs to. */
export type Attempt = number;

/**
 * Keeps a service that fails from being asked by everybody: after a failure nobody asks for a while, then one does; the
 * others are let through again once that one succeeded.
 */
export class Breaker {
  private era = 0;
  private broken: { readonly until: number; isTrying: boolean } | null = null;

  /** Did the latest attempt that ended fail? */
  get isBroken(): boolean {
    return this.broken !== null;
  }

  /** @param now ms since the epoch. @returns `null`: do not ask */
  begin(now: number): Attempt | null {
    if (this.broken === null) return this.era;
    if (this.broken.isTrying || now < this.broken.until) return null;
    this.broken.isTrying = true;
    return this.era;
  }

  /** Has nothing failed since this attempt began? */
  isCurrent(attempt: Attempt): boolean {
    return attempt === this.era;
  }

  /** What began before a failure says nothing of the time after it. */
  succeeded(attempt: Attempt): void {
    if (this.isCurrent(attempt)) this.broken = null;
  }

  /** @returns is this news? Others that began as early fail for the same reason */
  failed(attempt: Attempt, now: number): boolean {
    if (!this.isCurrent(attempt)) return false;
    this.era += 1;
    this.broken = { until: now + PAUSE_MS, isTrying: false };
    return true;
  }
}
