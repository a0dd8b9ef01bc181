// Both pages want another offer in the same moment: one of them yields, both get what they wanted, and the call does not notice.
import type { Page } from '@playwright/test';
import { expect, test } from './support/lines.js';
import { stopWatching, watchDecoding } from './support/media-gap.js';
import { expectGrowingAudio } from './support/media.js';
import { expectDecoding, expectTogether, startCall } from './support/together.js';

/** Media may not stop for longer, ms. */
const LONGEST_GAP_MS = 1_000;

/** How the one connection of a page stands. */
interface Standing {
  readonly made: number;
  readonly state: string;
  /** Kinds and current directions, in order. */
  readonly media: readonly string[];
}

const standingOf = (page: Page): Promise<Standing> =>
  page.evaluate(() => {
    const connections = [...window.e2eProbe.connections];
    const open = connections.find(({ signalingState }) => signalingState !== 'closed');
    return {
      made: connections.length,
      state: `${open?.signalingState} ${open?.connectionState}`,
      media: (open?.getTransceivers() ?? []).map(
        ({ receiver, currentDirection }) => `${receiver.track.kind} ${currentDirection}`,
      ),
    };
  });

/** At a moment of the clock, which both pages share. */
const addAt = (page: Page, at: number): Promise<void> =>
  page.evaluate(async (moment) => {
    await new Promise((resolve) => setTimeout(resolve, moment - Date.now()));
    for (const connection of window.e2eProbe.connections)
      if (connection.signalingState !== 'closed')
        connection.addTransceiver('video', { direction: 'recvonly' });
  }, at);

test(
  'glare in a call: both are served, nothing is rebuilt, and media never stops',
  { tag: '@mixed-pair' },
  async ({ callers }) => {
    const pages = callers.map(({ page }) => page);
    await startCall(callers);
    const before = await Promise.all(pages.map(standingOf));
    for (const page of pages) await watchDecoding(page);
    const at = Date.now() + 500;
    await Promise.all(pages.map((page) => addAt(page, at)));
    const media = ['audio sendrecv', 'video sendrecv', 'video inactive', 'video inactive'];
    for (const [i, page] of pages.entries())
      await expect
        .poll(() => standingOf(page))
        .toEqual({ made: before[i]?.made, state: 'stable connected', media });
    for (const page of pages) {
      expect((await stopWatching(page)).longestGap, 'media never stops').toBeLessThan(LONGEST_GAP_MS);
      await expectDecoding(page);
      await expectGrowingAudio(page);
    }
    await expectTogether(callers);
    // After the first offer: one for each wish, and one again where they crossed and somebody had to yield. An offer that is sent
    // again, since its answer takes long, keeps its number.
    const [ofFirst, ofSecond] = callers.map(
      ({ line }) =>
        new Set(
          line.frames.flatMap(({ from, type, body }) =>
            from === 'page' && type === 'offer' ? [body.neg] : [],
          ),
        ),
    );
    console.log(
      `  offers, by number: ${[...(ofFirst ?? [])].join(' ')} and ${[...(ofSecond ?? [])].join(' ')}`,
    );
    expect(ofFirst?.size).toBe(2);
    expect([1, 2]).toContain(ofSecond?.size);
  },
);
