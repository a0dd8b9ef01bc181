// What it costs the server that somebody comes (connection, upgrade, and all that is said before messages can flow) and goes.
import { setTimeout as delay } from 'node:timers/promises';
import { Fleet } from '../fleet.mjs';

/** What follows from leaving is part of the cost: a room that is forgotten a second later, for one. */
const AFTERMATH_MS = 1_500;
const CONCURRENCY = 16;

/** @returns CPU µs per connection */
export async function measureConnections(server, wire, { connections }) {
  const fleet = await Fleet.create(wire, server, connections);
  try {
    const before = await server.cpu();
    await fleet.each(async (link) => {
      await link.open();
      await link.join();
      await link.close();
    }, CONCURRENCY);
    await delay(AFTERMATH_MS);
    return ((await server.cpu()) - before) / connections;
  } finally {
    fleet.destroy();
  }
}
