// Outages of the usual lengths behind every kind of router, one that is too long, and lines that are only bad.
import { expectTogether } from '../../packages/widget/e2e/support/together.js';
import type { Side } from '../lab/addresses.js';
import type { Lab, LabSetup } from '../lab/lab.js';
import { expect, expectPhase, seconds, snapshotOf, test } from '../support/fixtures.js';
import type { FlowTimes, Media } from '../support/media.js';
import { expectClean, expectRelayed } from '../support/paths.js';
import { ONLY, call, expectTrue, ms, prove, worst } from './support/proof.js';
import { meansOf, type Watch } from './support/watch.js';

interface Outage {
  readonly network?: LabSetup;
  readonly lasts: number;
  readonly within: number;
  readonly side?: Side;
  readonly which?: 'both' | 'up';
}

/** Cuts, waits, mends. @returns what it took, in words */
async function outage({ lab, media }: { lab: Lab; media: Media }, options: Outage): Promise<string> {
  const { network, lasts, within, side = 'b', which = 'both' } = options;
  const { watch } = await call(lab, network);
  if (network?.nat === 'symmetric') await expectRelayed(lab);
  const home = lab.home[side];
  await home.cut(which);
  await seconds(lasts);
  await home.mend();
  const back: FlowTimes = await media.flowsBothWays({ within });
  await expectTogether(lab.homes);
  await expectTrue(watch);
  await expectClean(lab);
  return `${ms(worst(back))}, by ${meansOf(await watch.seen())}`;
}

const PROMISED = { 15: 3_000, 40: 5_000 } as const;

test.describe('symmetric NATs at both ends', () => {
  for (const lasts of [15, 40] as const) {
    const what = `symmetric NATs at both ends, ${lasts} s without a line`;
    test(what, { tag: lasts === 40 ? [ONLY.ff] : [] }, ({ lab, media }) => {
      const within = PROMISED[lasts];
      return prove(lab, { what, bound: `media within ${within} ms` }, () =>
        outage({ lab, media }, { network: { nat: 'symmetric' }, lasts, within }),
      );
    });
  }
});

{
  const what = '30 s in which nothing leaves one home';
  test(what, { tag: [ONLY.cf] }, ({ lab, media }) =>
    prove(lab, { what, bound: 'media within 5000 ms' }, () =>
      outage({ lab, media }, { lasts: 30, within: 5_000, which: 'up' }),
    ),
  );
}

test.describe('90 s without a line', () => {
  const GIVE_UP = { from: 55, until: 65 };
  const bound = `over after ${GIVE_UP.from} to ${GIVE_UP.until} s`;

  /** How long after the loss a page was no longer looking for its path, s: by its own clock. */
  async function gaveUpAfter(watch: Watch, side: Side): Promise<number> {
    const { spells } = (await watch.seen())[side];
    const lost = spells.find(({ seen }) => seen.phase === 'unstable');
    const over = spells.find(({ at, seen }) => at > (lost?.at ?? 0) && /ended|waiting/.test(seen.phase));
    if (lost === undefined || over === undefined) throw new Error(`${side} never gave up`);
    // The loss counts from the last byte, and is noticed this much later.
    return (over.at - lost.at) / 1000;
  }
  /** At the earliest a loss is noticed so long after it, s. */
  const NOTICED = 2.5;

  async function expectGivenUp(watch: Watch, sides: readonly Side[]): Promise<string> {
    const figures: string[] = [];
    for (const side of sides) {
      const after = (await gaveUpAfter(watch, side)) + NOTICED;
      expect(after, `${side} gives up`).toBeGreaterThan(GIVE_UP.from);
      expect(after, `${side} gives up`).toBeLessThan(GIVE_UP.until);
      figures.push(`${side} ${after.toFixed(1)} s`);
    }
    return figures.join(', ');
  }

  const both = 'both homes 90 s without a line: both have ended';
  test(both, { tag: [ONLY.cf] }, ({ lab }) => {
    test.setTimeout(180_000);
    return prove(lab, { what: both, bound }, async () => {
      const { watch } = await call(lab);
      await Promise.all(lab.homes.map((home) => home.cut()));
      await seconds(90);
      for (const { page } of lab.homes) {
        await expectPhase(page, 'ended');
        expect((await snapshotOf(page)).reason).toBe('connection-lost');
      }
      await expectTrue(watch);
      return expectGivenUp(watch, ['a', 'b']);
    });
  });

  const one = 'one home 90 s without a line: it has ended, the other waits';
  test(one, { tag: [ONLY.fc] }, ({ lab }) => {
    test.setTimeout(180_000);
    return prove(lab, { what: one, bound }, async () => {
      const { watch } = await call(lab);
      await lab.home.b.cut();
      await seconds(90);
      await expectPhase(lab.home.b.page, 'ended');
      await expectPhase(lab.home.a.page, 'waiting');
      await expectTrue(watch);
      return expectGivenUp(watch, ['a', 'b']);
    });
  });
});

{
  const what = '30 s of 5 % loss at 1 Mbit/s';
  test(what, { tag: [ONLY.cf] }, ({ lab, media }) =>
    prove(lab, { what, bound: 'no step of a recovery' }, async () => {
      const { watch } = await call(lab);
      await lab.home.b.set({ lossPercent: 5, rateKbit: 1_000 });
      const { a, b } = await media.during(30_000);
      const { a: atA, b: atB } = await watch.seen();
      expect([...atA.recoveries, ...atB.recoveries]).toEqual([]);
      expect(Math.min(a.frames, b.frames), 'frames at the worse end').toBeGreaterThan(30);
      await expectTrue(watch);
      return `${a.frames} and ${b.frames} frames decoded, no step`;
    }),
  );
}
