import type { TimerName } from '../core/inputs.js';
import type { ClockPort } from './ports.js';

/** The machine's timers: at most one of each name. */
export class Timers {
  readonly #running = new Map<TimerName, () => void>();

  constructor(
    private readonly clock: ClockPort,
    private readonly fire: (name: TimerName) => void,
  ) {}

  start(name: TimerName, ms: number, jitter = 0): void {
    this.stop(name);
    const spread = 1 + jitter * (2 * this.clock.random() - 1);
    this.#running.set(
      name,
      this.clock.after(ms * spread, () => {
        this.#running.delete(name);
        this.fire(name);
      }),
    );
  }

  stop(name: TimerName): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }
}
