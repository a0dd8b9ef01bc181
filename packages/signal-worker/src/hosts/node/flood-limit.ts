// Whoever makes the service write a line can make it write a million: of each event only so many lines a second are written.

/** An event of which lines were left out, and how many, within one second. */
export interface Suppressed {
  readonly event: string;
  readonly count: number;
}

const WINDOW_MS = 1_000;
/** Events are constant words of the code. Whoever makes them up gets one common allowance beyond this many. */
const EVENTS = 256;
const BEYOND = 'others';

/** Counts the lines of each event, second by second. */
export class FloodLimit {
  private readonly counts = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private readonly flushAtExit = (): void => this.flush();

  /**
   * @param linesPerSecond of one event
   * @param summarise is told at the end of a second, or of the process, what was left out
   */
  constructor(
    private readonly linesPerSecond: number,
    private readonly summarise: (suppressed: Suppressed) => void,
  ) {}

  /** May one more line of this event be written? */
  admits(event: string): boolean {
    const key = this.counts.has(event) || this.counts.size < EVENTS ? event : BEYOND;
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    this.startWindow();
    if (count === this.linesPerSecond + 1) this.waitForExit();
    return count <= this.linesPerSecond;
  }

  private startWindow(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => this.flush(), WINDOW_MS);
    this.timer.unref();
  }

  private waitForExit(): void {
    this.forgetExit();
    // Ahead of the stream's own listeners, which write out what is left and close it.
    process.prependListener('beforeExit', this.flushAtExit).prependListener('exit', this.flushAtExit);
  }

  private forgetExit(): void {
    process.off('beforeExit', this.flushAtExit).off('exit', this.flushAtExit);
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.forgetExit();
    const counts = [...this.counts];
    this.counts.clear();
    for (const [event, lines] of counts) {
      const count = lines - this.linesPerSecond;
      if (count > 0) this.summarise({ event, count });
    }
  }
}
