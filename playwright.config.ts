// End to end: real browsers, a real service, two people. Each project is a pair: who comes first, who comes second.
import { defineConfig } from '@playwright/test';
import type { PairOptions } from './packages/widget/e2e/support/fixtures.js';

const PAIRS = {
  cc: ['chromium', 'chromium'],
  cf: ['chromium', 'firefox'],
  fc: ['firefox', 'chromium'],
  ff: ['firefox', 'firefox'],
} as const;

/**
 * What depends on how browsers talk to each other is tagged and runs in every pair, or if it takes long in one mixed pair
 * too; what depends on the browser alone runs in each; the rest in one pair. What is tagged `@long`, since other tests prove as much in
 * less time, is for `npm run test:long`; and so are the pairs that `@mixed-pair` leaves out.
 */
const TAGS = {
  usual: {
    cc: /^(?!.*@long)/,
    cf: /^(?!.*@long).*@(every|mixed)-pair/,
    fc: /^(?!.*@long).*@every-pair/,
    ff: /^(?!.*@long).*@every-(pair|browser)/,
  },
  long: {
    cc: /@long/,
    cf: /^(?=.*@long).*@(every|mixed)-pair/,
    fc: /^(?=.*@long).*@every-pair|@mixed-pair/,
    ff: /^(?=.*@long).*@every-(pair|browser)|@mixed-pair/,
  },
} as const;

const isLong = process.env.E2E_LONG === 'on';

export default defineConfig<object, PairOptions>({
  testDir: 'packages/widget/e2e',
  // Emptied when a run starts: two runs at a time need two folders.
  outputDir: process.env.E2E_RESULTS ?? 'test-results',
  forbidOnly: true,
  // A call that fails once in ten times is broken: no second chances.
  retries: 0,
  // Each test runs two browsers that encode and decode video: more at once than cores only makes all of them slow.
  workers: 1,
  timeout: 60_000,
  globalTimeout: (isLong ? 40 : 18) * 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./scripts/reporters/playwright.mjs', { report: isLong ? 'e2e-long' : 'e2e' }]],
  // Without a film of both pages: that takes a quarter of the time on two cores, and the trace has every action without it.
  use: { trace: { mode: 'retain-on-failure', screenshots: false }, screenshot: 'only-on-failure' },
  projects: Object.entries(PAIRS).map(([name, [first, second]]) => ({
    name,
    use: { pairing: { first, second } },
    grep: TAGS[isLong ? 'long' : 'usual'][name as keyof typeof PAIRS],
  })),
});
