/** Whom an outbox tells that something could not be made. */
export interface OutboxOwner {
  fail(error: unknown): void;
}

/**
 * Keeps the order of what one socket is sent, though a ticket takes a moment to sign: while something is in the making,
 * whatever comes after it waits.
 */
export class Outbox {
  private tail: Promise<void> | null = null;

  constructor(private readonly owner: OutboxOwner) {}

  /** Is something in the making? Then what comes next has to wait its turn. */
  get isBusy(): boolean {
    return this.tail !== null;
  }

  /** Runs `act` once everything before it is done; at once if nothing is in the making. */
  push(act: () => void): void {
    if (this.tail === null) act();
    else this.chain(() => Promise.resolve(act()));
  }

  /** Runs `use` with the result of `made`, in its turn. */
  pushLater<Result>(made: Promise<Result>, use: (result: Result) => void): void {
    // Waited for in its turn; if it fails before that, this keeps the process from seeing it as unhandled.
    made.catch(() => undefined);
    this.chain(async () => use(await made));
  }

  private chain(act: () => Promise<void>): void {
    const next = (this.tail ?? Promise.resolve()).then(act).catch((error: unknown) => this.owner.fail(error));
    this.tail = next;
    void next.then(() => {
      if (this.tail === next) this.tail = null;
    });
  }
}
