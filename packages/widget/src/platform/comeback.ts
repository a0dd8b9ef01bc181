import { backoff, type WaitKind } from './backoff.js';
import { Lookout, type LookoutDeps } from './lookout.js';
import type { serviceUrls } from './signaling-url.js';

/** Whatever happens, so much lies between a failure and the next attempt, ms. */
const GAP_MS = 250;
/** Before another way is looked for, a socket has this long to open, or to answer, ms. */
const DOUBT_MS = 500;
/** A socket that is not open by then never will be; with a path that is just back it takes no more than the second, ms. */
export const CONNECT_MS = 8_000;
const QUICK_MS = 2_500;
/** A service that is away for longer than any call waits is tried less often. */
const MANY = 20;
/** A request that failed at once counts as much as so many that nothing was heard of: the line is told lost once for each. */
const FAILED = 6;
/** Some pages may not ask plainly (a strict Content-Security-Policy): so often in vain, and a socket is tried all the same. */
const VAIN = 20 * FAILED;

/** Whose comeback it is. */
interface ComebackListener {
  /** Where the service is; `null` where that is not known. */
  urls(): ReturnType<typeof serviceUrls> | null;
  /** Now is the time for a socket. */
  connect(): void;
  /** Still no sign of the service. */
  missed(): void;
  /** The service does not want pages of this origin. */
  refused(): void;
  /** There is a socket that was doubted, and the service answered a plain request, which took so many ms. */
  answered(tookMs: number): void;
}

/** When the next socket is tried after one was lost: after a wait, once the service gives a sign of life, or at once. */
export class Comeback {
  /** Attempts, with a socket or for want of one, since all was well. */
  attempts = 0;
  /** The service answered a plain request right before the present attempt. */
  isThere = false;
  readonly #deps: LookoutDeps;
  readonly #listener: ComebackListener;
  readonly #lookout: Lookout;
  /** It was there, and yet it closed the socket without a welcome. */
  #isOdd = false;
  /** Plain requests in vain since one was answered. */
  #vain = 0;
  /** There is no socket, and none before the first of these times; with good news of the network, none before the second. */
  #isWaiting = false;
  #due = 0;
  #earliest = 0;
  /** What the timer waits for. */
  #next: (() => unknown) | null = null;
  #cancel: () => void = () => undefined;

  constructor(deps: LookoutDeps, listener: ComebackListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#lookout = new Lookout(deps, {
      health: () => listener.urls()?.health ?? null,
      answered: (tookMs) => this.#handleAnswer(tookMs),
      missed: (isSilent) => this.#handleMiss(isSilent),
    });
  }

  /** From when on an attempt may be made. */
  get earliest(): number {
    return this.#isWaiting ? this.#earliest : 0;
  }

  /** Another line: nothing has failed yet. */
  reset(): void {
    this.attempts = this.#vain = 0;
    this.settle();
  }

  /** The service let us in. */
  settle(): void {
    this.isThere = this.#isOdd = false;
  }

  /** The socket is doubted: the service is looked for while it may yet show that it lives. */
  doubt(): void {
    this.#lookout.look(DOUBT_MS);
  }

  /** Nothing is heard of the service: is another socket as good a question as a plain request? */
  get #canTry(): boolean {
    return this.#deps.areSocketsFresh && this.#deps.isOnline();
  }

  /**
   * A socket is being opened.
   * @param took how long one took before, ms
   * @returns how long it may take, ms. In turns: two that are given up soon, since the path may be back, and one that gets its time.
   */
  open(took: number): number {
    this.attempts += 1;
    if (!this.#canTry || took === 0) this.doubt();
    else if (this.attempts % 3 !== 0) return Math.max(QUICK_MS, 3 * took);
    return CONNECT_MS;
  }

  /** Something was heard of it. */
  trust(): void {
    this.#lookout.stop();
  }

  /**
   * There is no socket any more.
   * @param asked the service asked for this much, ms
   * @param isSilent the socket was given up since nothing was heard of it
   */
  begin(reason: WaitKind, asked: number, isSilent: boolean): void {
    const { clock, isOnline } = this.#deps;
    const now = clock.now();
    const gap = this.attempts > 0 ? GAP_MS : 0;
    const own = backoff(isOnline() ? reason : 'offline', this.attempts, clock.random());
    const wait = Math.max(asked, gap, own);
    this.#due = now + wait;
    // Good news of the network shortens our own waits, not those that the service asked for.
    this.#earliest = now + Math.min(wait, reason === 'wait' ? wait : Math.max(asked, GAP_MS));
    if (isOnline() && (isSilent ? this.isThere : this.attempts === 0))
      return this.#waitUntil(this.#due, () => this.#connect());
    if (isSilent && asked === 0 && this.#canTry) {
      this.#lookout.stop();
      return this.#waitUntil(now + (this.attempts > MANY ? own : gap), () => this.#connect());
    }
    this.#isOdd = this.isThere && !isSilent;
    this.isThere = false;
    const isPatient = reason === 'wait' || asked > 0 || !isOnline();
    if (isPatient) this.#lookout.stop();
    this.#waitUntil(isPatient ? this.#due : now + gap, () => this.#look());
  }

  /** Comes back from then on, as soon as the service is there. */
  beginAt(at: number): void {
    this.#due = this.#earliest = at;
    this.#waitUntil(at, () => this.#look());
  }

  /** There may be good news of the network. */
  hurry(): void {
    if (!this.#isWaiting) return;
    this.#due = this.#earliest;
    if (this.#next) this.#waitUntil(this.#due, this.#next);
    this.#lookout.hurry();
  }

  /** Waits no more. Whoever looks out goes on. */
  pause(): void {
    this.#isWaiting = false;
    this.#next = null;
    this.#cancel();
  }

  stop(): void {
    this.pause();
    this.#lookout.stop();
  }

  #waitUntil(at: number, next: () => unknown): void {
    this.#isWaiting = true;
    this.#next = next;
    this.#cancel();
    this.#cancel = this.#deps.clock.after(Math.max(at - this.#deps.clock.now(), 0), () => {
      this.#next = null;
      next();
    });
  }

  #connect(): void {
    this.pause();
    this.#listener.connect();
  }

  async #look(): Promise<void> {
    const urls = this.#listener.urls();
    if (!urls) return this.#connect();
    if (this.#isOdd) {
      this.#isOdd = false;
      // One question at a time: those that still wait would be one too many with this.
      this.#lookout.stop();
      const isRefused = await this.#lookout.isOriginRefused(urls.check);
      if (isRefused === null) return;
      if (isRefused) return this.#listener.refused();
    }
    this.#lookout.look(0);
  }

  #handleAnswer(tookMs: number): void {
    if (!this.#isWaiting) return this.#listener.answered(tookMs);
    this.#vain = 0;
    this.isThere = true;
    this.#waitUntil(this.#due, () => this.#connect());
  }

  #handleMiss(isSilent: boolean): void {
    if (!this.#isWaiting) return;
    const weight = isSilent ? 1 : FAILED;
    this.#vain += weight;
    if (this.#vain >= VAIN) {
      this.#vain = 0;
      this.#connect();
    } else if (this.#vain % FAILED < weight) this.#listener.missed();
  }
}
