// One line about a running call, for a person to read.
import { received } from '../../packages/widget/e2e/support/media.js';
import { phaseOf } from '../../packages/widget/e2e/support/person.js';
import { SIDES, type Side } from '../lab/addresses.js';
import type { Home } from '../lab/home.js';
import type { Lab } from '../lab/lab.js';
import { pathOf } from '../support/paths.js';

interface Seen {
  readonly at: number;
  readonly frames: number;
  readonly bytes: number;
}

/** Asked from time to time, says what has changed since it was asked last. */
export class Status {
  readonly #lab: Lab;
  readonly #begin = performance.now();
  readonly #last: Partial<Record<Side, Seen>> = {};

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async line(): Promise<string> {
    const sides = await Promise.all(this.#lab.homes.map((home) => this.#ofHome(home)));
    const { a, b } = this.#lab.offersSent;
    const seconds = String(Math.round((performance.now() - this.#begin) / 1000)).padStart(4);
    return [`${seconds} s`, ...sides, `offers ${a} + ${b}`].join(' | ');
  }

  async #ofHome({ side, page }: Home): Promise<string> {
    const [phase, path, { framesDecoded, audioBytes, videoBytes }] = await Promise.all([
      phaseOf(page),
      pathOf(page),
      received(page),
    ]);
    const now = { at: performance.now(), frames: framesDecoded, bytes: audioBytes + videoBytes };
    const last = this.#last[side] ?? now;
    this.#last[side] = now;
    const perSecond = (count: number): string =>
      now.at > last.at ? String(Math.max(0, Math.round((count * 1000) / (now.at - last.at)))) : '0';
    const way =
      path === null
        ? 'no path'
        : `${path.local}${path.relayProtocol === null ? '' : `/${path.relayProtocol}`} to ${path.remote}`;
    const roundTrip = path?.roundTripSeconds == null ? '' : ` ${Math.round(path.roundTripSeconds * 1000)} ms`;
    const frames = perSecond(now.frames - last.frames).padStart(2);
    const kbit = perSecond(((now.bytes - last.bytes) * 8) / 1000).padStart(4);
    return `${side} ${phase.padEnd(10)} ${way}${roundTrip}, in ${frames} frames/s ${kbit} kbit/s`;
  }
}

export const titleOf = (lab: Lab): string =>
  SIDES.map((side) => `${side}: ${lab.home[side].browserName}, ${lab.home[side].nat} NAT`).join('; ');
