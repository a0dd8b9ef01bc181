// Two people whose lines to the service are in the test's hands.
import type { Page, TestInfo } from '@playwright/test';
import { test as base, type Pair } from './fixtures.js';
import { installFirstFrames } from './first-frames.js';
import { Line } from './line.js';
import { installNegotiationLog } from './negotiations.js';
import type { HostSite } from './host-site.js';
import { startTestService, type TestService } from './service.js';
import { JOIN_SECRET, signToken } from './tokens.js';

/** A person: their page, and its line to the service. */
export interface Caller {
  readonly page: Page;
  readonly line: Line;
  /** Opens the demo page over the line, so that everything it asks for goes that way. */
  open(query?: Record<string, string>): Promise<void>;
}

interface TestFixtures {
  callers: readonly [Caller, Caller];
  /** A tab of Anna's and Ben in a call, and another tab of Anna's that is not open yet. */
  tabs: readonly [Caller, Caller, Caller];
}

interface WorkerFixtures {
  /** Both people's, and one for another tab. */
  lines: readonly [Line, Line, Line];
}

/** A service for pages that come over these lines, too. */
export function startLinedService(site: HostSite, lines: readonly Line[]): Promise<TestService> {
  const origins = [site, ...lines].map(({ origin }) => origin);
  return startTestService({ JOIN_SECRET, ALLOWED_ORIGINS: origins.join(',') });
}

export const portOf = ({ url }: TestService): number => Number(new URL(url).port);

/** Two cores encode and decode for two people. */
const SMALL = { resolution: '180p', 'frame-rate': '15' };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  lines: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are needed from this pattern
    async ({}, use) => {
      const lines = [await Line.start(), await Line.start(), await Line.start()] as const;
      await use(lines);
      for (const line of lines) await line.stop();
    },
    { scope: 'worker' },
  ],

  service: [
    async ({ site, lines }, use) => {
      const service = await startLinedService(site, lines);
      for (const line of lines) line.upstream = portOf(service);
      await use(service);
      await service.stop();
    },
    { scope: 'worker' },
  ],

  callers: async ({ pair, lines }, use, info) => {
    await resetLines(lines);
    const [first, second] = lines;
    await use([await caller(pair, pair.first, first), await caller(pair, pair.second, second)]);
    await attachFrames(lines, info);
  },

  tabs: async ({ pair, third, lines, site, service }, use, info) => {
    await resetLines(lines);
    const anna = signToken(pair.room, { sub: 'anna' });
    const tab = async (page: Page, line: Line, token: string): Promise<Caller> => {
      await prepare(page);
      const attributes = { room: pair.room, token, 'signaling-url': line.origin, ...SMALL };
      return { page, line, open: () => site.open(page, service, { attributes }) };
    };
    const [former, ben, latter] = [
      await tab(pair.first, lines[0], anna),
      await tab(pair.second, lines[1], signToken(pair.room, { sub: 'ben' })),
      await tab(third, lines[2], anna),
    ];
    await use([former, ben, latter]);
    await attachFrames(lines, info);
  },
});

/** At the start: when a test ends, its pages are still there and would come back. */
async function resetLines(lines: readonly Line[]): Promise<void> {
  for (const line of lines) await line.reset();
}

/** What was said on the lines goes with a test that failed. */
async function attachFrames(lines: readonly Line[], info: TestInfo): Promise<void> {
  if (info.status === info.expectedStatus) return;
  const told = lines.map((line) => line.describe()).join('\n\n');
  await info.attach('frames', { body: told, contentType: 'text/plain' });
}

async function prepare(page: Page): Promise<void> {
  await page.addInitScript(installNegotiationLog);
  await page.addInitScript(installFirstFrames);
}

async function caller({ room }: Pair, page: Page, line: Line): Promise<Caller> {
  await prepare(page);
  return {
    page,
    line,
    async open(query = {}) {
      await page.goto(`${line.origin}/?${new URLSearchParams({ room, ...SMALL, ...query })}`);
    },
  };
}

export { expect } from '@playwright/test';
