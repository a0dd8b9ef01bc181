// A round: every contender in a new process, all of them in turns, a short while each, so that whatever else the machine does
// falls on all alike.
import { quantile } from '../support/statistics.mjs';
import { Fleet } from './fleet.mjs';
import { measureConnections } from './phases/connections.mjs';
import { measureMemory } from './phases/memory.mjs';
import { measureSaturation } from './phases/saturation.mjs';
import { measureSteady } from './phases/steady.mjs';
import { ServerProcess } from './server-process.mjs';

/** A room for every second socket; each always has a message on its way while the server is saturated. */
const TALKERS = 100;

/** One contender in one round. */
class Runner {
  error = null;
  memory = null;
  connection = NaN;
  /** One entry for each turn. */
  saturated = [];
  latencies = [];
  #server = null;
  #fleet = null;

  constructor(contender, sizes, isPinned) {
    Object.assign(this, { contender, sizes, isPinned });
  }

  /** Does something, unless something before has failed already. */
  async attempt(act) {
    if (this.error !== null) return;
    try {
      await act();
    } catch (error) {
      this.error = error.message;
    }
  }

  async prepare() {
    const { contender, sizes } = this;
    const { wire } = contender;
    this.#server = await ServerProcess.start(contender.server, this.isPinned);
    await measureConnections(this.#server, wire, { connections: sizes.warmUpConnections });
    this.memory = await measureMemory(this.#server, wire, sizes);
    this.connection = await measureConnections(this.#server, wire, sizes);
    this.#fleet = await Fleet.create(wire, this.#server, TALKERS);
    await this.#fleet.open();
    await this.#fleet.join();
    this.#fleet.pair();
    // The compiler has seen all of it by then.
    await measureSaturation(this.#server, this.#fleet, sizes.warmUp);
  }

  async saturate(messages) {
    this.saturated.push(await measureSaturation(this.#server, this.#fleet, messages));
  }

  async talk(seconds) {
    const { latencies, lost } = await measureSteady(this.#fleet, {
      perSecond: this.sizes.perSecond,
      seconds,
    });
    if (lost > 0) throw new Error(`${lost} messages never came`);
    this.latencies.push(...latencies);
  }

  async end() {
    await this.attempt(() => this.#fleet.close());
    this.#fleet?.destroy();
    await this.#server?.stop();
  }

  figures() {
    const { error, memory, connection, saturated, latencies, contender } = this;
    const name = { contender: contender.name };
    if (error !== null) return { ...name, error };
    return {
      ...name,
      memory,
      connection,
      saturated,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
    };
  }
}

/** Each turn begins with another one. */
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];

/** @param onReady hears of each contender that may take its turns. @returns the figures of each, or `error`: why there are none */
export async function measureRound(contenders, sizes, isPinned, onReady) {
  const runners = contenders.map((contender) => new Runner(contender, sizes, isPinned));
  try {
    for (const runner of runners) {
      await runner.attempt(() => runner.prepare());
      onReady(runner.contender.name);
    }
    for (let turn = 0; turn < sizes.turns; turn++)
      for (const runner of rotated(runners, turn))
        await runner.attempt(() => runner.saturate(sizes.messages / sizes.turns));
    for (let turn = 0; turn < sizes.seconds; turn++)
      for (const runner of rotated(runners, turn)) await runner.attempt(() => runner.talk(1));
  } finally {
    for (const runner of runners) await runner.end();
  }
  return runners.map((runner) => runner.figures());
}
