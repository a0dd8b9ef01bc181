// One contender, once: a new process, warmed up, then one figure after the other.
import { quantile } from '../support/statistics.mjs';
import { Fleet } from './fleet.mjs';
import { measureConnections } from './phases/connections.mjs';
import { measureMemory } from './phases/memory.mjs';
import { measureSaturation } from './phases/saturation.mjs';
import { measureSteady } from './phases/steady.mjs';
import { ServerProcess } from './server-process.mjs';

/** A room for every second socket; each always has a message on its way while the server is saturated. */
const TALKERS = 100;

async function measureMessages(server, wire, sizes) {
  const fleet = await Fleet.create(wire, server, TALKERS);
  try {
    await fleet.open();
    await fleet.join();
    fleet.pair();
    // The compiler has seen all of it by then.
    await measureSaturation(server, fleet, sizes.warmUp);
    const saturation = await measureSaturation(server, fleet, sizes.messages);
    const { latencies, lost } = await measureSteady(fleet, sizes);
    if (lost > 0) throw new Error(`${lost} messages never came`);
    await fleet.close();
    return { ...saturation, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
  } finally {
    fleet.destroy();
  }
}

/** @returns the figures, or `error`: why there are none */
export async function measureRound({ server: plan, wire }, sizes, isPinned) {
  let server = null;
  try {
    server = await ServerProcess.start(plan, isPinned);
    await measureConnections(server, wire, { connections: sizes.warmUpConnections });
    const memory = await measureMemory(server, wire, sizes);
    const connection = await measureConnections(server, wire, sizes);
    return { ...(await measureMessages(server, wire, sizes)), connection, memory };
  } catch (error) {
    return { error: error.message };
  } finally {
    await server?.stop();
  }
}
