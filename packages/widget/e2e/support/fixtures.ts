import { test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { launch, newContext, type BrowserName } from './browsers.js';
import { HostSite } from './host-site.js';
import { installProbe } from './probe.js';
import { startTestService, type TestService } from './service.js';
import { JOIN_SECRET } from './tokens.js';

/** Which browsers a pair has; each project of playwright.config.ts names one pair. */
export interface PairOptions {
  pairing: { first: BrowserName; second: BrowserName };
}

/** Two people, each in a browser of their own. */
export interface Pair {
  readonly first: Page;
  readonly second: Page;
  /** A room that nobody has used. */
  readonly room: string;
  /** Opens the demo page in the room, for one of them or for both. */
  open(who?: Page, query?: Record<string, string>): Promise<void>;
}

interface TestFixtures {
  pair: Pair;
  /** Another person, in the first one's browser but with a profile of their own. */
  third: Page;
}

interface WorkerFixtures extends PairOptions {
  browsers: { first: Browser; second: Browser };
  /** A website on an origin of its own, of which the service knows. */
  site: HostSite;
  service: TestService;
}

async function newPerson(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await newContext(browser);
  await context.addInitScript(installProbe);
  return { context, page: await context.newPage() };
}

/** Two cores encode and decode for two people: a small picture keeps that quick, and proves as much. */
const SMALL = { resolution: '360p', 'frame-rate': '15' };

let rooms = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  pairing: [
    { first: 'chromium', second: 'chromium' },
    { option: true, scope: 'worker' },
  ],

  // A browser takes seconds to start and a context milliseconds: browsers live as long as the worker.
  browsers: [
    async ({ playwright, pairing }, use) => {
      const [first, second] = await Promise.all([
        launch(playwright, pairing.first),
        launch(playwright, pairing.second),
      ]);
      await use({ first, second });
      await Promise.all([first.close(), second.close()]);
    },
    { scope: 'worker' },
  ],

  site: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are needed from this pattern
    async ({}, use) => {
      const site = await HostSite.start();
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],

  service: [
    async ({ site }, use) => {
      const service = await startTestService({ JOIN_SECRET, ALLOWED_ORIGINS: site.origin });
      await use(service);
      await service.stop();
    },
    { scope: 'worker' },
  ],

  pair: async ({ browsers, service }, use) => {
    const [first, second] = await Promise.all([newPerson(browsers.first), newPerson(browsers.second)]);
    const room = `e2e-${process.pid}-${++rooms}`;
    const both = [first.page, second.page];
    await use({
      first: first.page,
      second: second.page,
      room,
      async open(who, query = {}) {
        const url = `${service.url}/?${new URLSearchParams({ room, ...SMALL, ...query })}`;
        await Promise.all((who === undefined ? both : [who]).map((page) => page.goto(url)));
      },
    });
    await Promise.all([first.context.close(), second.context.close()]);
  },

  third: async ({ browsers }, use) => {
    const { context, page } = await newPerson(browsers.first);
    await use(page);
    await context.close();
  },
});

export { expect } from '@playwright/test';
