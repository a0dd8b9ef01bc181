import { backoff } from './backoff.js';
import { isOriginRefused, isThere, type KnockDeps } from './knock.js';

/** How long a plain request may take, ms: as long as a slow network needs. */
const ANSWER_MS = 10_000;
/** So many at a time: browsers have six connections for one host, and the page may want some. */
const MOST = 4;
/** Whoever hurries leaves this much between two, ms. */
const GAP_MS = 250;
/** The answer about our origin comes from a service that was just there, ms. */
const REFUSAL_MS = 3_000;

export interface LookoutDeps extends KnockDeps {
  /** Does the browser think that there is a network? */
  readonly isOnline: () => boolean;
  /**
   * A socket that is closed while it connects is gone, and the next one begins at once (Chromium). There a plain request that is
   * called off goes on connecting, ever more slowly; six of those, and every fresh one waits for them, up to half a minute after
   * the path is back. In Firefox it is the other way round.
   */
  readonly areSocketsFresh: boolean;
}

/** Who says where to look, and hears of what was seen. */
interface LookoutListener {
  /** The address to ask; `null` where there is none. */
  health(): string | null;
  /** Something answered, after so many ms; nobody looks any more. */
  answered(tookMs: number): void;
  /** A request failed, or was called off since nothing was heard of it. */
  missed(isSilent: boolean): void;
}

/**
 * Asks plainly whether the service is there, again and again, until it is. A packet lost on a path that is cut is sent
 * again after 1, 3, 7 s …, and only then learns that the path is back: so a fresh request goes out every half second,
 * while older ones still wait. Plain requests, since Firefox holds back WebSockets after a few that failed, for up to
 * 10 s, and lets a new one wait for the connection that one before it, closed while it was connecting, still tries.
 */
export class Lookout {
  readonly #deps: LookoutDeps;
  readonly #listener: LookoutListener;
  readonly #pending = new Set<AbortController>();
  #patient: AbortController | null = null;
  #isLooking = false;
  /** Requests since one was answered. */
  #count = 0;
  #lastAt = -Infinity;
  #cancel: () => void = () => undefined;

  constructor(deps: LookoutDeps, listener: LookoutListener) {
    this.#deps = deps;
    this.#listener = listener;
  }

  /** Begins to look after so many ms; who looks already goes on. */
  look(ms: number): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#after(ms);
  }

  /** There is reason to hope. */
  hurry(): void {
    if (this.#isLooking) this.#after(this.#lastAt + GAP_MS - this.#deps.clock.now());
  }

  stop(): void {
    this.#isLooking = false;
    this.#patient = null;
    this.#cancel();
    for (const knock of this.#pending) {
      this.#pending.delete(knock);
      knock.abort();
    }
  }

  /** The service was there, and yet a socket was refused: does it not want this page? `null` where that was called off. */
  async isOriginRefused(url: string): Promise<boolean | null> {
    const abort = new AbortController();
    this.#pending.add(abort);
    const isRefused = await isOriginRefused(this.#deps, { url, patience: REFUSAL_MS, abort });
    return this.#pending.delete(abort) ? isRefused : null;
  }

  #after(ms: number): void {
    this.#cancel();
    this.#cancel = this.#deps.clock.after(Math.max(ms, 0), () => {
      const { isOnline, clock } = this.#deps;
      this.#after(backoff(isOnline() ? 'poll' : 'offline', this.#count, clock.random()));
      this.#makeRoom();
      const url = this.#isLooking ? this.#listener.health() : null;
      if (url !== null) void this.#knock(url);
    });
  }

  /** The patient one is given its time; of the others the oldest is called off, and the fresh one's first packet goes out sooner. */
  #makeRoom(): void {
    if (this.#pending.size < MOST) return;
    for (const knock of this.#pending) {
      if (knock === this.#patient) continue;
      this.#pending.delete(knock);
      knock.abort();
      return this.#listener.missed(true);
    }
  }

  async #knock(url: string): Promise<void> {
    const { clock } = this.#deps;
    const abort = new AbortController();
    this.#pending.add(abort);
    this.#patient ??= abort;
    this.#count += 1;
    const since = (this.#lastAt = clock.now());
    const isHere = await isThere(this.#deps, { url, patience: ANSWER_MS, abort });
    if (!this.#pending.delete(abort)) return;
    if (this.#patient === abort) this.#patient = null;
    if (!isHere) return this.#listener.missed(abort.signal.aborted);
    this.#count = 0;
    this.stop();
    this.#listener.answered(clock.now() - since);
  }
}
