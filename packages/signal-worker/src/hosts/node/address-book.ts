import type { LimitName } from '../../metrics/catalogue.js';

/** Sockets of one address. */
interface Count {
  pending: number;
  all: number;
}

export interface AddressLimits {
  /** Sockets without a hello. */
  readonly pendingPerAddress: number;
  readonly socketsPerAddress: number;
}

/** One socket's place in the book. */
export interface AddressEntry {
  /** It said hello, and was let in. */
  welcomed(): void;
  /** It is gone. May be called twice. */
  gone(): void;
}

/** How many sockets each address has. Forgets an address with its last one. */
export class AddressBook {
  private readonly counts = new Map<string, Count>();

  constructor(private readonly limits: AddressLimits) {}

  /** Addresses that have a socket. */
  get size(): number {
    return this.counts.size;
  }

  /** Would one more socket of this address be too many? */
  limitHit(address: string): Extract<LimitName, 'pending-per-address' | 'sockets-per-address'> | null {
    const count = this.counts.get(address);
    if (count === undefined) return null;
    if (count.all >= this.limits.socketsPerAddress) return 'sockets-per-address';
    return count.pending >= this.limits.pendingPerAddress ? 'pending-per-address' : null;
  }

  enter(address: string): AddressEntry {
    const count = this.counts.get(address) ?? { pending: 0, all: 0 };
    this.counts.set(address, count);
    count.pending += 1;
    count.all += 1;
    return new Entry(count, () => {
      if (count.all === 0 && this.counts.get(address) === count) this.counts.delete(address);
    });
  }
}

class Entry implements AddressEntry {
  private stage: 'pending' | 'welcomed' | 'gone' = 'pending';

  constructor(
    private readonly count: Count,
    private readonly onGone: () => void,
  ) {}

  welcomed(): void {
    if (this.stage !== 'pending') return;
    this.stage = 'welcomed';
    this.count.pending -= 1;
  }

  gone(): void {
    if (this.stage === 'gone') return;
    if (this.stage === 'pending') this.count.pending -= 1;
    this.stage = 'gone';
    this.count.all -= 1;
    this.onGone();
  }
}
