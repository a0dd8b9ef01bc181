// Whether pictures and sound really arrive, judged at both ends by what the browsers decoded and received.
import { expect, type Page } from '@playwright/test';
import '../../packages/widget/e2e/support/probe.js';
import type { Lab } from '../lab/lab.js';
import { SIDES, type Side } from '../lab/addresses.js';

const LOOK_MS = 50;
/** So much is a picture that moves and a sound that goes on, and no remnant of a buffer. */
const ENOUGH = { frames: 3, audioBytes: 200 };

/** Frames that were decoded and bytes of sound that arrived, of each stream by itself: connections come and go. */
type Streams = Readonly<Record<string, { readonly frames: number; readonly audioBytes: number }>>;
/** What came in since some moment. */
export interface Growth {
  frames: number;
  audioBytes: number;
}

function streamsOf(page: Page): Promise<Streams> {
  return page.evaluate(async () => {
    const streams: Record<string, { frames: number; audioBytes: number }> = {};
    const connections = [...((window.e2eProbe as typeof window.e2eProbe | undefined)?.connections ?? [])];
    for (const [index, connection] of connections.entries()) {
      if (connection.signalingState === 'closed') continue;
      // Firefox never answers for a connection that is closed meanwhile.
      const answer = await Promise.race([
        connection.getStats(),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), 1_000)),
      ]);
      for (const report of (answer?.values() ?? []) as Iterable<Record<string, unknown>>) {
        if (report.type !== 'inbound-rtp') continue;
        streams[`${index} ${String(report.ssrc)}`] = {
          frames: report.kind === 'video' ? Number(report.framesDecoded ?? 0) : 0,
          audioBytes: report.kind === 'audio' ? Number(report.bytesReceived ?? 0) : 0,
        };
      }
    }
    return streams;
  });
}

/** Adds up what arrives at a page, over connections that replace each other. */
class Meter {
  readonly growth: Growth = { frames: 0, audioBytes: 0 };
  readonly #page: Page;
  #last: Streams | null = null;

  constructor(page: Page) {
    this.#page = page;
  }

  async look(): Promise<void> {
    const now = await streamsOf(this.#page);
    const last = this.#last;
    this.#last = now;
    if (last === null) return;
    for (const [id, stream] of Object.entries(now)) {
      const before = last[id] ?? { frames: 0, audioBytes: 0 };
      // Firefox counts anew where a renegotiation, or other parameters of what it sends, made it decode anew.
      this.growth.frames += stream.frames - (stream.frames < before.frames ? 0 : before.frames);
      this.growth.audioBytes +=
        stream.audioBytes - (stream.audioBytes < before.audioBytes ? 0 : before.audioBytes);
    }
  }
}

const isEnough = ({ frames, audioBytes }: Growth): boolean =>
  frames >= ENOUGH.frames && audioBytes >= ENOUGH.audioBytes;

/** When pictures and sound had arrived at both, ms after the call. */
export type FlowTimes = Readonly<Record<Side, number>>;

export class Media {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /**
   * From now on video frames are decoded and bytes of sound arrive, at both ends. What came before does not count.
   * @param within ms
   * @returns how long it took at each end
   */
  async flowsBothWays({ within }: { readonly within: number }): Promise<FlowTimes> {
    const begin = performance.now();
    const entries = await Promise.all(
      SIDES.map(async (side) => [side, await this.#flows(side, begin, within)] as const),
    );
    return Object.fromEntries(entries) as Record<Side, number>;
  }

  /** The same at one end. */
  async flowsTo(side: Side, { within }: { readonly within: number }): Promise<number> {
    return this.#flows(side, performance.now(), within);
  }

  /** What arrives at each end in the next `ms`. */
  async during(ms: number): Promise<Readonly<Record<Side, Growth>>> {
    const [a, b] = await Promise.all([this.duringAt('a', ms), this.duringAt('b', ms)]);
    return { a, b };
  }

  async duringAt(side: Side, ms: number): Promise<Growth> {
    const meter = new Meter(this.#lab.home[side].page);
    await meter.look();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await meter.look();
    return meter.growth;
  }

  /** Nothing arrives any more, at either end: what was cut is really cut. */
  async stopsBothWays({ within }: { readonly within: number }): Promise<void> {
    await expect
      .poll(async () => Object.values(await this.during(500)), {
        message: 'nothing arrives',
        timeout: within,
        intervals: [0],
      })
      .toEqual([
        { frames: 0, audioBytes: 0 },
        { frames: 0, audioBytes: 0 },
      ]);
  }

  async #flows(side: Side, begin: number, within: number): Promise<number> {
    const meter = new Meter(this.#lab.home[side].page);
    await meter.look();
    while (!isEnough(meter.growth)) {
      const ms = Math.round(performance.now() - begin);
      if (ms > within)
        throw new Error(
          `media at ${side}: after ${ms} ms ${JSON.stringify(meter.growth)}, less than ${JSON.stringify(ENOUGH)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      await meter.look();
    }
    return Math.round(performance.now() - begin);
  }
}
