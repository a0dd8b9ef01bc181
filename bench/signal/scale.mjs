// Ours with a crowd: does everybody get in quickly, does every message arrive, and is the memory free again when they have left?
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../support/statistics.mjs';
import { Fleet } from './fleet.mjs';
import { measureConnections } from './phases/connections.mjs';
import { settledMemory } from './phases/memory.mjs';
import { measureSteady } from './phases/steady.mjs';
import { ServerProcess } from './server-process.mjs';

/** Rooms are forgotten a second after the last one left (LIMIT_EMPTY_ROOM_MS); memory has this long to follow, ms. */
const EMPTY_MS = 20_000;
/** As much as before, but for this part. */
export const REMAINS = 1.1;

/** Everybody comes in their turn, `perSecond`, however long the others take. @returns ms from connecting to the seat, each */
async function arrive(fleet, perSecond) {
  const started = performance.now();
  const arrivals = [];
  const comeIn = async (link) => {
    const from = performance.now();
    await link.open();
    await link.join();
    return performance.now() - from;
  };
  while (arrivals.length < fleet.links.length) {
    await delay(1);
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
    for (const link of fleet.links.slice(arrivals.length, due)) arrivals.push(comeIn(link));
  }
  return Promise.all(arrivals);
}

async function leave(fleet) {
  await fleet.each(async (link) => {
    link.wire.leave(link);
    await link.close();
  });
}

async function memoryAfter(server, before) {
  const deadline = Date.now() + EMPTY_MS;
  let memory = await settledMemory(server);
  while (memory.heap > before.heap * REMAINS && Date.now() < deadline) memory = await settledMemory(server);
  return memory;
}

async function measureCrowd(server, wire, sizes) {
  const fleet = await Fleet.create(wire, server, sizes.crowd);
  try {
    const before = await settledMemory(server);
    const joins = await fleet.orFails(arrive(fleet, sizes.joinsPerSecond));
    const full = await settledMemory(server);
    fleet.pair();
    const cpuBefore = await server.cpu();
    const steady = { perSecond: sizes.perSecond, seconds: sizes.crowdSeconds };
    const { latencies, lost } = await measureSteady(fleet, steady);
    const busy = ((await server.cpu()) - cpuBefore) / (sizes.crowdSeconds * 1e6);
    await leave(fleet);
    const after = await memoryAfter(server, before);
    return {
      joins: { p50: quantile(joins, 0.5), p99: quantile(joins, 0.99) },
      relay: {
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
        messages: latencies.length,
        lost,
        busy,
      },
      memory: { before, full, after },
    };
  } finally {
    fleet.destroy();
  }
}

/** @returns the figures, or `error`: why there are none */
export async function measureScale({ server: plan, wire }, sizes, isPinned) {
  let server = null;
  try {
    server = await ServerProcess.start(plan, isPinned);
    await measureConnections(server, wire, { connections: sizes.warmUpConnections });
    return await measureCrowd(server, wire, sizes);
  } catch (error) {
    return { error: error.message };
  } finally {
    await server?.stop();
  }
}
