import { setTimeout as delay } from 'node:timers/promises';
import { expect, test as base } from '@playwright/test';
import type { PairOptions } from '../../packages/widget/e2e/support/fixtures.js';
import { expectPhase, join } from '../../packages/widget/e2e/support/person.js';
import { Lab } from '../lab/lab.js';
import { whyNoLab } from '../lab/needs.js';
import { Media, type FlowTimes } from './media.js';
import { setupMs, watchSetup } from './setup-times.js';

interface TestFixtures {
  /** Healthy, plain NATs, no delay, a fresh page in each home; `lab.reset({…})` for another network. */
  lab: Lab;
  media: Media;
}

interface WorkerFixtures extends PairOptions {
  /** `null` where the machine cannot have one. */
  labOfWorker: Lab | null;
}

export const seconds = (count: number): Promise<void> => delay(count * 1000);

export const test = base.extend<TestFixtures, WorkerFixtures>({
  pairing: [
    { first: 'chromium', second: 'chromium' },
    { option: true, scope: 'worker' },
  ],

  // Browsers take seconds to start: the lab lives as long as the worker.
  labOfWorker: [
    async ({ pairing }, use) => {
      if (whyNoLab() !== null) return use(null);
      const lab = await Lab.open({
        homes: { a: { browser: pairing.first }, b: { browser: pairing.second } },
      });
      await use(lab);
      await lab.close();
    },
    { scope: 'worker', timeout: 150_000 },
  ],

  lab: async ({ labOfWorker: lab }, use, info) => {
    if (lab === null) return info.skip(true, whyNoLab() ?? '');
    await lab.reset();
    const dropped = lab.droppedByKernel();
    await use(lab);
    if (info.status !== info.expectedStatus)
      await info.attach('lab', { body: await lab.describe(), contentType: 'text/plain' });
    expect(lab.droppedByKernel() - dropped, 'packets that the lab itself lost').toBe(0);
  },

  media: async ({ lab }, use) => {
    await use(new Media(lab));
  },
});

/** How a call began; ms. */
export interface Setup {
  /** From the second person's click on "Join" until both are connected. */
  readonly connectedMs: number;
  /** From about that click until three frames and some sound had been received at each. */
  readonly flows: FlowTimes;
}

/** Both open the page; a joins and waits; b joins; both see and hear each other. */
export async function startCall(
  lab: Lab,
  {
    within = 10_000,
    query = {},
  }: { readonly within?: number; readonly query?: Readonly<Record<string, string>> } = {},
): Promise<Setup> {
  const { a, b } = lab.home;
  await lab.open('both', query);
  await join(a.page);
  await expectPhase(a.page, 'waiting');
  await Promise.all([a, b].map(({ page }) => watchSetup(page)));
  await join(b.page);
  const flows = await new Media(lab).flowsBothWays({ within });
  await Promise.all([a, b].map(({ page }) => expectPhase(page, 'connected')));
  const connectedMs = await setupMs(a.page, b.page);
  return { connectedMs, flows };
}

export { expect } from '@playwright/test';
export { expectPhase, join, phaseOf, snapshotOf } from '../../packages/widget/e2e/support/person.js';
