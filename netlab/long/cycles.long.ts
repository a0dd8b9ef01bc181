// Elements come and go in one page, two hundred times, and nothing of them stays.
import type { Page } from '@playwright/test';
import { expectNothingOpen } from '../../packages/widget/e2e/support/media.js';
import type { CallSnapshot, Phase } from '../../packages/widget/src/core/snapshot.js';
import { expect, expectPhase, join, test } from '../support/fixtures.js';
import { ONLY } from './support/proof.js';
import {
  countTimers,
  forgetThings,
  listenersOf,
  sampleHeap,
  type HeapSample,
} from './support/page-things.js';
import { Rows } from './support/rows.js';
import { share } from './support/settings.js';

const CYCLES = share(200);
/** From this one on nothing may grow: caches are filled, by removing elements in calls, too. What leaks grows all the time. */
const SETTLED = Math.max(1, Math.floor(CYCLES / 2));
const EVERY_SAMPLE = Math.max(1, Math.floor(CYCLES / 4));
const EVERY_CALL = 10;
/** What the page's own heap may grow by in a cycle without being a leak of ours: code that is compiled once more, bytes. */
const NOISE_BYTES = 1_000;

interface SampleRow extends Partial<HeapSample> {
  readonly cycle: number;
  readonly timers: number;
}

declare global {
  interface Window {
    labElement?: HTMLElement;
  }
}

type Call = HTMLElement & { readonly snapshot: CallSnapshot; join(): Promise<void> };

/** Puts an element like the page's own in its place, joins, and removes it when it has come so far. @returns its last phase */
function oneCycle(page: Page, until: Phase, latest: number): Promise<string> {
  return page.evaluate(
    async ([goal, ms]) => {
      const original = window.labElement ?? document.querySelector<HTMLElement>('p2p-call');
      if (original === null) throw new Error('no element');
      if (original.isConnected) original.remove();
      window.labElement = original;
      const call = original.cloneNode() as Call;
      document.querySelector('main')?.append(call);
      const reached = (phase: string): Promise<void> =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`${call.snapshot.phase}, not ${phase}`)), ms);
          const look = (): void => {
            if (call.snapshot.phase !== phase) return;
            clearTimeout(timer);
            call.removeEventListener('p2p-phase-change', look);
            resolve();
          };
          call.addEventListener('p2p-phase-change', look);
          look();
        });
      await reached('lobby');
      call.join().catch(() => undefined);
      await reached(goal);
      const { phase } = call.snapshot;
      call.remove();
      return phase;
    },
    [until, latest] as const,
  );
}

const timersOf = (page: Page): Promise<number> => page.evaluate(() => window.labTimers.size);

/** Where an element is removed: in every tenth cycle in a call, else wherever the next comes to. */
const goalOf = (cycle: number): Phase =>
  cycle % EVERY_CALL === 0 ? 'connected' : cycle % 2 === 0 ? 'joining' : 'connecting';

const NOTHING_GROWS = ['connections', 'elements', 'detachedNodes', 'listeners'] as const;

function expectNoGrowth(samples: readonly SampleRow[]): void {
  const [first, last] = [samples.find(({ cycle }) => cycle >= SETTLED), samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no samples');
  for (const name of NOTHING_GROWS)
    expect(last[name] ?? 0, `${name}, at cycle ${first.cycle} ${first[name]}`).toBeLessThanOrEqual(
      (first[name] ?? 0) + (name === 'detachedNodes' || name === 'listeners' ? 2 : 0),
    );
  const grown = ((last.heapBytes ?? 0) - (first.heapBytes ?? 0)) / (last.cycle - first.cycle);
  expect(grown, 'bytes of heap a cycle').toBeLessThan(NOISE_BYTES);
}

test(`${CYCLES} elements come and go`, { tag: [ONLY.cc, ONLY.ff] }, async ({ lab }, info) => {
  info.setTimeout(120_000 + CYCLES * 8_000);
  await lab.reset({ delayMs: 10 });
  const { a, b } = lab.home;
  const isChromium = a.browserName === 'chromium';
  await a.context.addInitScript(countTimers);
  await lab.open('both');
  await join(b.page);
  await expectPhase(b.page, 'waiting');
  await oneCycle(a.page, 'connected', 20_000);
  await expectNothingOpen(a.page);
  const rows = Rows.of(lab, info);
  const samples: SampleRow[] = [];
  await expect.poll(() => timersOf(a.page), { message: 'timers before the first cycle' }).toBe(0);
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    await oneCycle(a.page, goalOf(cycle), 20_000);
    await expectNothingOpen(a.page);
    await expect.poll(() => timersOf(a.page), { message: `timers after cycle ${cycle}` }).toBe(0);
    await forgetThings(a.page);
    if (cycle % EVERY_SAMPLE !== 0 && cycle !== CYCLES) continue;
    const sample = { cycle, timers: await timersOf(a.page), ...(isChromium ? await sampleHeap(a.page) : {}) };
    console.log(`  ${JSON.stringify(sample)}`);
    rows.add(sample);
    samples.push(sample);
  }
  if (!isChromium) return;
  console.log(`  listeners: ${JSON.stringify(await listenersOf(a.page))}`);
  expectNoGrowth(samples);
});
