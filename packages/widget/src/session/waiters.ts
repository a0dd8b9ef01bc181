import type { CallError } from '../core/errors.js';
import type { CallState } from '../core/state.js';

/** Has what a caller waits for come about? An error: it will not. */
export type Verdict = 'pending' | 'done' | CallError;

interface Waiter {
  judge(state: CallState): Verdict;
  resolve(): void;
  reject(error: CallError): void;
}

/** The promises of the public methods: each is settled by what the state says, never by a callback of its own. */
export class Waiters {
  #waiting: Waiter[] = [];

  until(state: CallState, judge: (state: CallState) => Verdict): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ judge, resolve, reject });
      this.check(state);
    });
  }

  check(state: CallState): void {
    this.#waiting = this.#waiting.filter(({ judge, resolve, reject }) => {
      const verdict = judge(state);
      if (verdict === 'pending') return true;
      if (verdict === 'done') resolve();
      else reject(verdict);
      return false;
    });
  }

  rejectAll(error: CallError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
