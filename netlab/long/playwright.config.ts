// The long suite of the net lab: what takes more than an afternoon's patience, with its figures written down.
// NETLAB_PARTS: names of parts (or how they begin), all of them otherwise. Each part is a file here.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import type { PairOptions } from '../../packages/widget/e2e/support/fixtures.js';
import { PARTS, beginRun } from './support/settings.js';

const PAIRS = {
  cc: ['chromium', 'chromium'],
  cf: ['chromium', 'firefox'],
  fc: ['firefox', 'chromium'],
  ff: ['firefox', 'firefox'],
} as const;

// Workers read it from the environment: all of them write for the same run.
beginRun();

const parts = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter((file) => file.endsWith('.long.ts'))
  .filter((file) => PARTS.length === 0 || PARTS.some((part) => file.startsWith(part)));
if (parts.length === 0) throw new Error(`NETLAB_PARTS names no part: ${PARTS.join(', ')}`);

export default defineConfig<object, PairOptions>({
  testDir: '.',
  testMatch: parts,
  outputDir: process.env.NETLAB_RESULTS ?? '../../test-results/netlab-long',
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 120_000,
  globalTimeout: 90 * 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['../../scripts/reporters/playwright.mjs', { report: 'netlab-long' }]],
  projects: Object.entries(PAIRS).map(([name, [first, second]]) => ({
    name,
    use: { pairing: { first, second } },
    // A trial that does not run in every pair is tagged with those in which it does.
    grepInvert: new RegExp(`^(?=.*@(cc|cf|fc|ff)\\b)(?!.*@${name}\\b)`),
  })),
});
