// How long a message takes at a rate that leaves everybody time: sent when its moment has come, whatever became of the others.
import { setTimeout as delay } from 'node:timers/promises';
import { deferred } from '../link.mjs';

/** Messages of one sender that may be on their way; a power of two. */
const ON_THEIR_WAY = 1024;
/** The last one has this long, ms. */
const LATE_MS = 10_000;

/** When each message of a sender went out. */
class Departures {
  #times = new Float64Array(ON_THEIR_WAY);

  note(number) {
    this.#times[number & (ON_THEIR_WAY - 1)] = performance.now();
  }

  since(number) {
    return performance.now() - this.#times[number & (ON_THEIR_WAY - 1)];
  }
}

/** Everybody in turn, `perSecond` in all. */
async function sendAtRate(links, departures, perSecond, total) {
  const started = performance.now();
  for (let sent = 0; sent < total;) {
    await delay(1);
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * perSecond));
    for (; sent < due; sent++) {
      const link = links[sent % links.length];
      departures[sent % links.length].note(link.outgoing.number + 1);
      link.sendNextCopy();
    }
  }
}

/** @returns the ms that each message took, from sender to receiver, and how many never came */
export async function measureSteady(fleet, { perSecond, seconds }) {
  const { links } = fleet;
  const departures = links.map(() => new Departures());
  const total = perSecond * seconds;
  const latencies = [];
  const done = deferred();
  for (const [index, link] of links.entries()) {
    const theirs = departures[index ^ 1];
    link.onMessage = ({ incoming }) => {
      latencies.push(theirs.since(incoming.number));
      if (latencies.length === total) done.resolve();
    };
  }
  await fleet.orFails(sendAtRate(links, departures, perSecond, total));
  await Promise.race([fleet.orFails(done.promise), delay(LATE_MS, null, { ref: false })]);
  return { latencies, lost: total - latencies.length };
}
