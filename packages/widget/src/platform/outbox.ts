import type { ClockPort } from '../session/ports.js';

/** Between two frames while the service finds that we say too much, ms. */
const SLOW_MS = 200;

/** What is to be said on the present socket: at once, or one by one where the service asked for that. */
export class Outbox {
  readonly #clock: ClockPort;
  readonly #say: (text: string) => void;
  #texts: string[] = [];
  #slowUntil = 0;
  #cancel: (() => void) | null = null;

  constructor(clock: ClockPort, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  push(text: string): void {
    this.#texts.push(text);
    if (!this.#cancel) this.#flush();
  }

  slowDown(ms: number): void {
    this.#slowUntil = this.#clock.now() + ms;
  }

  /** What was not said is said again by whoever said it, after the resume. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#texts = [];
  }

  #flush(): void {
    this.#cancel = null;
    for (let text = this.#texts.shift(); text !== undefined; text = this.#texts.shift()) {
      this.#say(text);
      if (this.#clock.now() < this.#slowUntil) {
        this.#cancel = this.#clock.after(SLOW_MS, () => this.#flush());
        return;
      }
    }
  }
}
