// The net lab: calls between real browsers through real NATs. Each project is a pair: who is at home a, who at home b.
import { defineConfig } from '@playwright/test';
import type { PairOptions } from '../packages/widget/e2e/support/fixtures.js';

const PAIRS = {
  cc: ['chromium', 'chromium'],
  cf: ['chromium', 'firefox'],
  fc: ['firefox', 'chromium'],
  ff: ['firefox', 'firefox'],
} as const;

export default defineConfig<object, PairOptions>({
  testDir: '.',
  // Emptied when a run starts: two runs at a time need two folders.
  outputDir: process.env.NETLAB_RESULTS ?? '../test-results/netlab',
  forbidOnly: true,
  // A call that fails once in ten times is broken: no second chances.
  retries: 0,
  workers: 1,
  timeout: 60_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['../scripts/reporters/playwright.mjs', { report: 'netlab' }]],
  projects: Object.entries(PAIRS).map(([name, [first, second]]) => ({
    name,
    use: { pairing: { first, second } },
    // A trial that takes long names the pairs it runs in; what the lab does with packets is the same for every browser (`@lab`).
    grepInvert: [new RegExp(`^(?!.*@${name}\\b).*@(cc|cf|fc|ff)\\b`), ...(name === 'cc' ? [] : [/@lab/])],
  })),
});
