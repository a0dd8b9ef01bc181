// As many messages as the server can pass on: everybody always has one on its way, and sends the next one when it has arrived.
import { deferred } from '../link.mjs';

/** @returns `cpu`: µs per message; `perSecond`; `busy`: which part of the time the server had its core */
export async function measureSaturation(server, fleet, messages) {
  const each = Math.ceil(messages / fleet.links.length);
  const done = deferred();
  let left = each * fleet.links.length;
  for (const link of fleet.links) {
    const last = link.incoming.number + each;
    link.onMessage = (receiver) => {
      left -= 1;
      if (receiver.incoming.number < last) receiver.peer.sendNext();
      else if (left === 0) done.resolve();
    };
  }
  const total = left;
  const cpuBefore = await server.cpu();
  const started = performance.now();
  for (const link of fleet.links) link.sendNext();
  await fleet.orFails(done.promise);
  const ms = performance.now() - started;
  const cpu = (await server.cpu()) - cpuBefore;
  return { cpu: cpu / total, perSecond: (total / ms) * 1000, busy: cpu / (ms * 1000) };
}
