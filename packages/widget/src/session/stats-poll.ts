import type { CallStats } from '../core/call-stats.js';
import type { ClockPort } from './ports.js';

/** Asks how the call does, again and again while there is one. */
export class StatsPoll {
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: ClockPort,
    private readonly ask: () => Promise<CallStats | null>,
    private readonly tell: (report: CallStats) => void,
  ) {}

  /** @param ms to the next time; a running wait keeps its own */
  keep(isOn: boolean, ms: number): void {
    if (!isOn) {
      this.#cancel?.();
      this.#cancel = null;
      return;
    }
    this.#cancel ??= this.clock.after(ms, () => {
      void this.ask().then((report) => {
        // Stopped meanwhile.
        if (this.#cancel === null) return;
        this.#cancel = null;
        if (report) this.tell(report);
        else this.keep(true, ms);
      });
    });
  }
}
