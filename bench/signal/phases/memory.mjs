// What one socket takes that does nothing. Counted from a first crowd on: an empty process has room left from
// its start and warm-up, which the first ones fill before the process grows at all.
import { setTimeout as delay } from 'node:timers/promises';
import { Fleet } from '../fleet.mjs';

/** Until buffers of the handshakes are let go and timers of the first moments have run, ms. */
export const SETTLE_MS = 1_500;

export async function settledMemory(server) {
  await delay(SETTLE_MS);
  return server.memory();
}

/** Bytes per socket: of the process, and of JavaScript with its buffers. */
const perSocket = (before, after, sockets) => ({
  used: (after.used - before.used) / sockets,
  heap: (after.heap - before.heap) / sockets,
});

/** Of the sockets that are counted, this part comes before them, and stays. */
const FIRST = 0.2;

/** @returns `seated`: people in rooms of two; `lobby`: the same people before that, `null` where there is no lobby */
async function measureMore(server, wire, sockets) {
  const fleet = await Fleet.create(wire, server, sockets);
  try {
    const before = await settledMemory(server);
    await fleet.open();
    const welcomed = wire.lobby ? await settledMemory(server) : null;
    await fleet.join();
    const seated = await settledMemory(server);
    await fleet.close();
    return {
      seated: perSocket(before, seated, sockets),
      lobby: welcomed === null ? null : perSocket(before, welcomed, sockets),
    };
  } finally {
    fleet.destroy();
  }
}

export async function measureMemory(server, wire, { sockets }) {
  const first = await Fleet.create(wire, server, 2 * Math.ceil((sockets * FIRST) / 2));
  try {
    await first.open();
    await first.join();
    const memory = await measureMore(server, wire, sockets);
    await first.close();
    return memory;
  } finally {
    first.destroy();
  }
}
