// What people and their machines do in the middle of a call: reload, crash, open it twice, fall asleep, change the network.
import type { Page } from '@playwright/test';
import { firstFrameOf, installFirstFrames } from '../../packages/widget/e2e/support/first-frames.js';
import { expectError } from '../../packages/widget/e2e/support/person.js';
import { expectTogether } from '../../packages/widget/e2e/support/together.js';
import { SIDES, type Side } from '../lab/addresses.js';
import type { Home } from '../lab/home.js';
import type { Lab } from '../lab/lab.js';
import type { AddressKind } from '../lab/router.js';
import {
  expect,
  expectPhase,
  join,
  phaseOf,
  seconds,
  snapshotOf,
  startCall,
  test,
} from '../support/fixtures.js';
import { expectClean } from '../support/paths.js';
import { ONLY, call, callHere, expectTrue, flowsForGood, ms, prove, worst } from './support/proof.js';
import { meansOf } from './support/watch.js';

const BEN = '6b1f0ad6-9d6f-4c0c-a2a5-1d5cbe0f5a11';

/** Who this person is for the service, in every page of this home. The demo looks there for it. */
const isAlways = (home: Home, name: string): Promise<unknown> =>
  home.context.addInitScript((person) => sessionStorage.setItem('p2p-call-demo-person', person), name);

test.describe('another address in the middle of a call', () => {
  const WITHIN_MS = 15_000;
  for (const kind of ['inside', 'outside', 'both'] satisfies AddressKind[]) {
    const what = `another address in the middle of a call: ${kind === 'both' ? 'inside and outside' : kind}`;
    test(what, ({ lab, media }) =>
      prove(lab, { what, bound: `media within ${WITHIN_MS} ms` }, async () => {
        const { watch } = await call(lab);
        lab.home.b.changeAddress(kind);
        const back = await flowsForGood(media, WITHIN_MS);
        await expectTogether(lab.homes);
        await expectTrue(watch);
        await expectClean(lab);
        return `${ms(back)}, by ${meansOf(await watch.seen())}`;
      }),
    );
  }
});

test.describe('a reload', () => {
  const WITHIN_MS = 4_000;
  for (const side of SIDES) {
    const what = `a page is reloaded: ${side === 'a' ? 'who came first' : 'who came second'}`;
    test(what, ({ lab, media }) =>
      prove(lab, { what, bound: `a picture at both within ${WITHIN_MS} ms` }, async () => {
        await lab.reset({ delayMs: 10 });
        for (const { context } of lab.homes) await context.addInitScript(installFirstFrames);
        // By itself: nobody has to press a button again.
        await lab.open('a', { autojoin: 'on' });
        await expectPhase(lab.home.a.page, 'waiting');
        await lab.open('b', { autojoin: 'on' });
        await media.flowsBothWays({ within: 15_000 });
        await expectTogether(lab.homes);
        const since = Date.now();
        // The element is there from then on: its script is deferred.
        await lab.home[side].page.reload({ waitUntil: 'domcontentloaded' });
        await expectTogether(lab.homes);
        await media.flowsBothWays({ within: 15_000 });
        const took = await Promise.all(lab.homes.map(async ({ page }) => (await firstFrameOf(page)) - since));
        for (const one of took) {
          expect(one, 'a frame of the new connection').toBeGreaterThan(0);
          expect(one).toBeLessThan(WITHIN_MS);
        }
        return `${took.join(' and ')} ms`;
      }),
    );
  }
});

/** Resolves when the page says that something is wrong with the other one; ms since the moment of the call. */
async function toldAfter(page: Page, within: number): Promise<{ ms: number; words: string }> {
  const since = Date.now();
  const told = await page.evaluate(
    (longest) =>
      new Promise<{ at: number; words: string } | null>((resolve) => {
        const end = Date.now() + longest;
        const root = (): ParentNode | null | undefined =>
          document.querySelector('p2p-call')?.shadowRoot?.querySelector('p2p-call-status')?.shadowRoot;
        const look = (): void => {
          const shown = [...(root()?.querySelectorAll<HTMLElement>('.panel, .banner') ?? [])];
          const words = shown.map(({ innerText }) => innerText.trim()).join(' ');
          if (words !== '') return resolve({ at: Date.now(), words });
          if (Date.now() > end) return resolve(null);
          setTimeout(look, 50);
        };
        look();
      }),
    within,
  );
  if (told === null) throw new Error(`told nothing within ${within} ms`);
  return { ms: told.at - since, words: told.words.split('\n')[0] ?? '' };
}

test.describe('a browser that ends', () => {
  const WITHIN_MS = 10_000;
  const killed = 'the other browser is killed: one is told';
  test(killed, { tag: [ONLY.cf, ONLY.fc] }, ({ lab }) =>
    prove(lab, { what: killed, bound: `within ${WITHIN_MS} ms` }, async () => {
      await call(lab);
      const [told] = await Promise.all([toldAfter(lab.home.a.page, WITHIN_MS), lab.home.b.kill()]);
      return `${told.ms} ms: “${told.words}”`;
    }),
  );

  const BACK_WITHIN_MS = 15_000;
  const crashed = 'a browser crashes and comes back: the call goes on';
  test(crashed, { tag: [ONLY.cf, ONLY.fc] }, ({ lab, media }) =>
    prove(lab, { what: crashed, bound: `media within ${BACK_WITHIN_MS} ms of joining again` }, async () => {
      await lab.reset({ delayMs: 10 });
      const { a, b } = lab.home;
      await isAlways(b, BEN);
      await callHere(lab);
      await b.kill();
      await b.fresh();
      await isAlways(b, BEN);
      await lab.open('b');
      await join(b.page);
      const back = await media.flowsBothWays({ within: BACK_WITHIN_MS });
      await expectTogether([a, b]);
      return ms(worst(back));
    }),
  );
});

const twice = 'the same person in a second tab: it takes over, and the first one is told';
test(twice, { tag: [ONLY.cf, ONLY.fc] }, ({ lab, media }) =>
  prove(lab, { what: twice, bound: 'media at the other one within 5000 ms' }, async () => {
    await lab.reset({ delayMs: 10 });
    const { a, b } = lab.home;
    await isAlways(b, BEN);
    await startCall(lab);
    const tab = await b.context.newPage();
    await tab.goto(b.page.url());
    await join(tab);
    const back = await media.flowsTo('a', { within: 5_000 });
    await expectPhase(tab, 'connected');
    await expectPhase(b.page, 'ended');
    await expectError(b.page, 'replaced');
    await expectTogether([a, { page: tab }]);
    return ms(back);
  }),
);

const SLEEP_S = 90;
const asleep = `a browser stands still for ${SLEEP_S} s, as on a machine that sleeps`;

/** After its sleep: in the call again, or over and said so. */
async function wake(lab: Lab, side: Side, within: number): Promise<string> {
  const { page } = lab.home[side];
  const since = Date.now();
  await lab.home[side].resume();
  await expect
    .poll(async () => /^(connected|ended|waiting)$/.test(await phaseOf(page)), { timeout: within })
    .toBe(true);
  // It takes a moment to notice how long it slept.
  await seconds(3);
  await expect
    .poll(async () => /^(connected|ended|waiting)$/.test(await phaseOf(page)), { timeout: within })
    .toBe(true);
  return `${await phaseOf(page)} after ${Date.now() - since} ms`;
}

test(asleep, { tag: [ONLY.cf, ONLY.fc] }, ({ lab, media }) => {
  test.setTimeout(240_000);
  const bound =
    'the other one is told within 10000 ms; then both are in a call again or told that it is over';
  return prove(lab, { what: asleep, bound }, async () => {
    const { watch } = await call(lab);
    const { a, b } = lab.home;
    const [told] = await Promise.all([toldAfter(a.page, 10_000), b.pause()]);
    await seconds(SLEEP_S - told.ms / 1000);
    const woken = await wake(lab, 'b', 20_000);
    if ((await phaseOf(b.page)) === 'ended') {
      expect((await snapshotOf(b.page)).reason).not.toBe('error');
      await expectPhase(a.page, 'waiting');
    } else {
      await media.flowsBothWays({ within: 15_000 });
      await expectTogether(lab.homes);
    }
    return `told after ${told.ms} ms; ${woken}; by ${meansOf(await watch.seen())}`;
  });
});
