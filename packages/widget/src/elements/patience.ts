import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CallSnapshot } from '../core/snapshot.js';
import type { Status } from './status-words.js';

/** Words that could be gone sooner than this are not shown, and nothing that is shown is gone sooner, ms. */
const BLIP_MS = 500;
/** While media flows, the service may be out of reach for this long before it is worth a word, ms. */
const QUIET_MS = 3_000;

/** Keeps words from flashing, and live regions from chattering: what passes by itself is not told. */
export class Patience implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #shown: Status | null = null;
  #next: Status | null = null;
  #nextTimer: ReturnType<typeof setTimeout> | undefined;
  #isAway = false;
  #isLong = false;
  #awayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#nextTimer);
    clearTimeout(this.#awayTimer);
    this.#shown = this.#next = null;
    this.#isAway = this.#isLong = false;
  }

  /** One of the two has been out of the service's reach for a while. */
  isLongAway({ signaling, peer }: CallSnapshot): boolean {
    const isAway = signaling !== 'open' || peer?.here === false;
    if (isAway !== this.#isAway) {
      this.#isAway = isAway;
      this.#isLong = false;
      clearTimeout(this.#awayTimer);
      if (isAway)
        this.#awayTimer = setTimeout(() => {
          this.#isLong = true;
          this.#host.requestUpdate();
        }, QUIET_MS);
    }
    return this.#isLong;
  }

  /** @returns what to show now: the status given, or for a moment yet the one before */
  settle(status: Status): Status {
    const shown = this.#shown;
    // After trouble, calm too has to last: else the words would come and go with each packet.
    const isDoubtful = status.isPassing || (shown?.isPassing && !status.panel && !status.assertive);
    if (shown === null || !isDoubtful || isSame(shown, status)) return this.#show(status);
    if (!isSame(this.#next, status)) {
      clearTimeout(this.#nextTimer);
      this.#next = status;
      this.#nextTimer = setTimeout(() => {
        this.#show(status);
        this.#host.requestUpdate();
      }, BLIP_MS);
    }
    return shown;
  }

  #show(status: Status): Status {
    clearTimeout(this.#nextTimer);
    this.#next = null;
    this.#shown = status;
    return status;
  }
}

/** They are plain data, made anew each time. */
function isSame(one: Status | null, other: Status): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
