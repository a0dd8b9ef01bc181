// A call comes back after every outage that ends, in every pair of browsers: judged by frames and sound at both ends.
import type { Side } from './lab/addresses.js';
import type { Lab } from './lab/lab.js';
import { Chronicle } from './support/chronicle.js';
import { expect, expectPhase, seconds, startCall, test } from './support/fixtures.js';
import type { Media } from './support/media.js';
import { expectClean, expectRelayed } from './support/paths.js';

/** A call that runs, and what its pages say from now on. */
async function call(lab: Lab): Promise<Chronicle> {
  await lab.reset({ delayMs: 10 });
  await startCall(lab);
  return Chronicle.begin(lab);
}

/** Cuts a home off for so long, and looks when media is back after that. */
async function outage(
  { lab, media }: { lab: Lab; media: Media },
  { side = 'b', lasts, within }: { side?: Side; lasts: number; within: number },
): Promise<void> {
  const chronicle = await call(lab);
  const before = lab.offersSent;
  await lab.home[side].cut();
  await seconds(lasts);
  await lab.home[side].mend();
  let back: Readonly<Record<Side, number>> | null = null;
  try {
    back = await media.flowsBothWays({ within });
  } finally {
    const offers = lab.offersSent.a - before.a + lab.offersSent.b - before.b;
    console.log(`  ${lasts} s at ${side}: back after ${JSON.stringify(back)} ms, ${offers} offers`);
    for (const one of ['a', 'b'] as const) console.log(`    ${one}: ${await chronicle.describe(one)}`);
  }
  if (lasts <= 5) expect(lab.offersSent, 'what heals by itself needs no offer').toEqual(before);
  for (const { page } of lab.homes) await expectPhase(page, 'connected');
  await chronicle.expectTruth();
  await expectClean(lab);
}

test('an outage of 5 s heals by itself', { tag: ['@cc', '@cf'] }, ({ lab, media }) =>
  outage({ lab, media }, { lasts: 5, within: 1_500 }),
);

test('an outage of 15 s', { tag: ['@cc', '@cf'] }, ({ lab, media }) =>
  outage({ lab, media }, { lasts: 15, within: 3_000 }),
);

test('an outage of 40 s', { tag: ['@fc', '@ff'] }, ({ lab, media }) => {
  test.setTimeout(90_000);
  return outage({ lab, media }, { side: 'a', lasts: 40, within: 5_000 });
});

test(
  'UDP is blocked in the middle of a call: the relay takes over',
  { tag: ['@cf', '@ff'] },
  async ({ lab, media }) => {
    const chronicle = await call(lab);
    lab.home.b.block('udp');
    await media.stopsBothWays({ within: 2_000 });
    const took = await media.flowsBothWays({ within: 8_000 });
    console.log(`  UDP blocked: back after ${JSON.stringify(took)} ms`);
    for (const one of ['a', 'b'] as const) console.log(`    ${one}: ${await chronicle.describe(one)}`);
    await expectRelayed(lab);
    await chronicle.expectTruth();
    await expectClean(lab);
  },
);
