// The service goes away, dies, or its line swallows everything: who is in a call does not notice.
import { stopWatching, watchDecoding } from '../../packages/widget/e2e/support/media-gap.js';
import { JOIN_SECRET } from '../../packages/widget/e2e/support/tokens.js';
import { expectSignaling, expectTogether } from '../../packages/widget/e2e/support/together.js';
import type { Lab } from '../lab/lab.js';
import { expect, seconds, test } from '../support/fixtures.js';
import { ONLY, call, callHere, expectTrue, prove } from './support/proof.js';

/** As every real service has: without one the demo makes up another at each start, and knows nobody any more. */
const KEY = { JOIN_SECRET };

const LONGEST_GAP_MS = 1_000;
const REPLACED_WITHIN_MS = 12_000;

/** Media never stops and nothing is negotiated, whatever `trouble` is. @returns the longest gap, in words */
async function steady(lab: Lab, trouble: () => Promise<void>): Promise<string> {
  await lab.reset({ delayMs: 10 });
  await lab.server.restartService(KEY);
  const { watch } = await callHere(lab);
  const before = lab.offersSent;
  for (const { page } of lab.homes) await watchDecoding(page);
  await trouble();
  await expectTogether(lab.homes);
  // Also for a while after: a service that is back within a second would leave less than ten pictures to judge by.
  await seconds(2);
  const gaps = await Promise.all(lab.homes.map(({ page }) => stopWatching(page)));
  for (const { longestGap, frames } of gaps) {
    expect(frames).toBeGreaterThan(10);
    expect(longestGap, 'media never stops').toBeLessThan(LONGEST_GAP_MS);
  }
  expect(lab.offersSent, 'no offer').toEqual(before);
  await expectTrue(watch);
  return `longest gap ${gaps.map(({ longestGap }) => longestGap).join(' and ')} ms`;
}

const bound = `no offer, no gap of more than ${LONGEST_GAP_MS} ms`;

const away = 'the line to the service is cut for 30 s';
test(away, { tag: [ONLY.cf] }, ({ lab }) =>
  prove(lab, { what: away, bound }, () =>
    steady(lab, async () => {
      lab.server.cut('service');
      await seconds(30);
      for (const { page } of lab.homes) await expectSignaling(page, 'resuming');
      lab.server.mend();
    }),
  ),
);

const killed = 'the service is killed and started again';
test(killed, ({ lab }) =>
  prove(lab, { what: killed, bound }, () =>
    steady(lab, async () => {
      await lab.server.stopService('SIGKILL');
      for (const { page } of lab.homes) await expectSignaling(page, 'resuming');
      await lab.server.startService(KEY);
    }),
  ),
);

const stuck = 'sockets that stay open and carry nothing are replaced';
test(stuck, ({ lab }) =>
  prove(lab, { what: stuck, bound: `within ${REPLACED_WITHIN_MS} ms, ${bound}` }, async () => {
    let times: number[] = [];
    const gap = await steady(lab, async () => {
      const since = Date.now();
      await lab.server.cutSockets('silent');
      const hellos = (): number[] =>
        lab.homes.map((home) => {
          const hello = lab.server.frames.find(
            ({ from, type, address, at }) =>
              from === 'page' && type === 'hello' && at > since && home.sentFrom(address),
          );
          return (hello?.at ?? Infinity) - since;
        });
      await expect
        .poll(() => Math.max(...hellos()), { message: 'new sockets', timeout: 2 * REPLACED_WITHIN_MS })
        .toBeLessThan(REPLACED_WITHIN_MS);
      times = hellos();
    });
    return `after ${times.join(' and ')} ms; ${gap}`;
  }),
);

/** What the service forgot, the pages have not: one person's line is away as well. */
const both = 'the service is killed while one line is cut for 10 s';
test(both, { tag: [ONLY.cf] }, ({ lab, media }) =>
  prove(lab, { what: both, bound: 'media within 5000 ms' }, async () => {
    const { watch } = await call(lab);
    await lab.home.b.cut();
    await lab.server.restartService();
    await seconds(10);
    await lab.home.b.mend();
    const { a, b } = await media.flowsBothWays({ within: 5_000 });
    await expectTogether(lab.homes);
    await expectTrue(watch);
    return `${Math.max(a, b)} ms`;
  }),
);
