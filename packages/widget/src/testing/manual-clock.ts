import type { ClockPort } from '../session/ports.js';

/** A clock that a test holds in its hand. */
export class ManualClock implements ClockPort {
  #now = 0;
  #waiting: { at: number; run: () => void }[] = [];
  chance = 0.5;
  /** How long the machine slept, ms: no timer ran. */
  slept = 0;

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.slept;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  get pending(): number {
    return this.#waiting.length;
  }

  /** Lets time pass, running what is due in order; promises settle in between. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#next();
      if (!next || next.at > until) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = until;
  }

  /** What is due first; of several, what was asked for first. */
  #next() {
    let first = this.#waiting[0];
    for (const entry of this.#waiting) if (first && entry.at < first.at) first = entry;
    return first;
  }
}

/** Lets everything that waits for a promise, and not for time, go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
