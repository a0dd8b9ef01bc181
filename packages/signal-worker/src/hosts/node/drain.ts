import { encode } from '@p2p-call/protocol';
import type { Connection } from './connection.js';

/** A batch of sockets is closed this often, ms. */
const BATCH_MS = 100;
/** Sockets that are closed together: few enough that their coming back is no storm, enough that a small service stops at once. */
const BATCH = 50;
/** Everybody comes back within so many ms of their time, each at another moment. */
const SPREAD_MS = 750;
const SOONEST_MS = 250;

/**
 * Tells everybody to come back, and closes their sockets with 1012, in batches. Media does not pass through here, so no call ends.
 * @param withinMs by then the last one has been told
 * @returns when that is done
 */
export async function sayGoodbye(connections: Iterable<Connection>, withinMs: number): Promise<void> {
  const all = [...connections];
  const batches = Math.max(1, Math.min(Math.floor(withinMs / BATCH_MS), Math.ceil(all.length / BATCH)));
  const size = Math.ceil(all.length / batches);
  for (let from = 0; from < all.length; from += size) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
    // Whoever is told first has to wait until the last one is gone and a new service listens.
    const left = ((all.length - from) / size) * BATCH_MS - BATCH_MS;
    for (const connection of all.slice(from, from + size)) {
      const retryAfterMs = Math.round(Math.max(0, left) + SOONEST_MS + Math.random() * SPREAD_MS);
      connection.sendText(encode({ type: 'going-away', retryAfterMs }));
      connection.close('restart');
    }
  }
}
