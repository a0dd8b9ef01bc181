/** Lets a few do something at once; the others wait, the first come first. */
export class Permits {
  private free: number;
  private readonly waiting = new Set<() => void>();

  constructor(count: number) {
    this.free = count;
  }

  /** @throws what `act` throws, or an error if the signal is aborted before its turn */
  async run<Result>(act: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await this.turn(signal);
    try {
      return await act();
    } finally {
      this.passOn();
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        this.waiting.delete(start);
        reject(new Error('waited too long'));
      };
      this.waiting.add(start);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  private passOn(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.free += 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
