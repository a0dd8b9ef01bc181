// Lines are cut at random, for as long as chance says, again and again in the same call: it comes back each time.
import type { TestInfo } from '@playwright/test';
import { expectTogether } from '../../packages/widget/e2e/support/together.js';
import { snapshotOf } from '../../packages/widget/e2e/support/person.js';
import type { Side } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { expect, seconds, startCall, test } from '../support/fixtures.js';
import type { FlowTimes, Media } from '../support/media.js';
import { expectClean, pathsOf } from '../support/paths.js';
import { callsFor, kindOf, planOf, type Cut, type Network } from './support/cut-plan.js';
import { Rows } from './support/rows.js';
import { CUTS, SEED } from './support/settings.js';
import { Watch, firstLineOf, meansOf, statesOf } from './support/watch.js';

const COUNT = Math.ceil(CUTS / 4);
/** What is promised after an outage of at most 50 s, and what still counts as recovered, ms after the line's return. */
const PROMISED_MS = 5_000;
const LATEST_MS = 15_000;
const ENOUGH = 0.95;
const SETTLE_S = 1;

/** A line of the results. */
interface CutRow extends Cut, Network {
  readonly kind: string;
  readonly recovered: boolean;
  readonly promisedMs: number;
  /** After the line's return, ms. */
  readonly back: FlowTimes | null;
  readonly means: string;
  readonly restarts: { readonly tried: number; readonly succeeded: number };
  readonly rebuilds: { readonly tried: number; readonly succeeded: number };
  readonly offers: number;
  /** Connections open at one moment, at the worse side. */
  readonly mostOpen: number;
  readonly newPairing: boolean;
  readonly path: string;
  /** What pages said that was not so. */
  readonly lies: string | null;
  readonly cause: string | null;
  readonly trace: string | null;
}

async function breakLine(lab: Lab, { sides, how, server }: Cut): Promise<void> {
  for (const side of sides) {
    if (how === 'udp') lab.home[side].block('udp');
    else await lab.home[side].cut(how);
  }
  if (server) lab.server.cut();
}

async function mendLine(lab: Lab, { sides, how, server }: Cut): Promise<void> {
  if (server) lab.server.mend();
  for (const side of sides) {
    if (how === 'udp') lab.home[side].unblock();
    else await lab.home[side].mend();
  }
}

async function begin(lab: Lab, { nat, roundTripMs }: Network): Promise<Watch> {
  await lab.reset({ nat, delayMs: roundTripMs / 4 });
  await startCall(lab);
  await expectTogether(lab.homes);
  return Watch.begin(lab);
}

const offersOf = ({ offersSent: { a, b } }: Lab): number => a + b;

/** How often a step was begun by anybody, and how often it brought media back: both pages tell of the same one. */
function countSteps(seen: Awaited<ReturnType<Watch['seen']>>, isCounted: (step: string) => boolean) {
  const most = (outcome: string): number =>
    Math.max(
      ...[seen.a, seen.b].map(
        ({ recoveries }) =>
          recoveries.filter((event) => isCounted(event.step) && event.outcome === outcome).length,
      ),
    );
  return { tried: most('started'), succeeded: most('recovered') };
}

async function pathOfBoth(lab: Lab): Promise<string> {
  const { a, b } = await pathsOf(lab);
  const told = (path: typeof a): string =>
    path === null ? 'none' : `${path.local}${path.relayProtocol === null ? '' : `/${path.relayProtocol}`}`;
  return `${told(a)} – ${told(b)}`;
}

/** Makes one cut, mends it, and looks what becomes of the call. */
async function take(
  { lab, media, watch, rows }: { lab: Lab; media: Media; watch: Watch; rows: Rows },
  network: Network,
  cut: Cut,
): Promise<CutRow> {
  await watch.restart();
  const offersBefore = offersOf(lab);
  const { epoch } = await snapshotOf(lab.home.a.page);
  await breakLine(lab, cut);
  await seconds(cut.lastsMs / 1000);
  await mendLine(lab, cut);
  let back: Readonly<Record<Side, number>> | null = null;
  let cause: string | null = null;
  try {
    back = await media.flowsBothWays({ within: LATEST_MS });
    await expectTogether(lab.homes);
    await expectClean(lab);
  } catch (error) {
    cause = `${firstLineOf(error)} (${await statesOf(lab)})`;
  }
  const seen = await watch.seen();
  const lies = await watch.lies();
  const restarts = Math.max(
    ...[seen.a, seen.b].map((side) => side.restarts.filter((one) => one === 'started').length),
  );
  const restarted = Math.max(
    ...[seen.a, seen.b].map((side) => side.restarts.filter((one) => one === 'recovered').length),
  );
  const isTrouble = cause !== null || lies !== null;
  return {
    ...network,
    ...cut,
    kind: kindOf(cut),
    recovered: back !== null && cause === null,
    promisedMs: PROMISED_MS,
    back,
    means: meansOf(seen),
    restarts: { tried: restarts, succeeded: restarted },
    rebuilds: countSteps(seen, (step) => step !== 'restart'),
    offers: offersOf(lab) - offersBefore,
    mostOpen: Math.max(seen.a.mostOpen, seen.b.mostOpen),
    newPairing: (await snapshotOf(lab.home.a.page)).epoch !== epoch,
    path: await pathOfBoth(lab),
    lies,
    cause,
    trace: isTrouble ? await rows.trace(lab, await storyOf(cut, watch, cause ?? lies)) : null,
  };
}

const storyOf = async (cut: Cut, watch: Watch, what: string | null): Promise<string> =>
  `${what}\n${JSON.stringify(cut)}\n${await watch.describe()}`;

function print(index: number, row: CutRow): void {
  const took = row.back === null ? `NOT BACK: ${row.cause}` : `${Math.max(row.back.a, row.back.b)} ms`;
  console.log(
    `  ${index + 1}: ${(row.lastsMs / 1000).toFixed(1)} s ${row.kind}: ${took}, by ${row.means}, ${row.offers} offers, ${row.path}${row.lies === null ? '' : ' LIES'}`,
  );
}

async function takeAll(lab: Lab, media: Media, info: TestInfo, call: number): Promise<void> {
  const rows = Rows.of(lab, info);
  const planned = planOf(SEED, info.project.name, COUNT)[call];
  if (planned === undefined) return;
  const { network, cuts } = planned;
  info.setTimeout(120_000 + cuts.reduce((sum, { lastsMs }) => sum + lastsMs + 60_000, 0));
  console.log(`  seed ${SEED}, ${info.project.name}: ${JSON.stringify(network)}`);
  let watch: Watch | null = null;
  for (const [index, cut] of cuts.entries()) {
    watch ??= await begin(lab, network);
    await seconds(SETTLE_S);
    const row = await take({ lab, media, watch, rows }, network, cut);
    rows.add(row);
    print(index, row);
    if (row.cause !== null) watch = null;
  }
}

for (let call = 0; call < callsFor(COUNT); call++)
  test(`random cuts, call ${call + 1}`, ({ lab, media }, info) => takeAll(lab, media, info, call));

test('at least 95 of 100 came back, never two connections at a time, and every word was true', ({
  lab,
}, info) => {
  const rows = Rows.of(lab, info).all<CutRow>();
  expect(rows.length).toBe(COUNT);
  const missed = rows.filter(({ recovered }) => !recovered);
  console.log(`  ${rows.length - missed.length} of ${rows.length} recovered`);
  expect.soft(rows.filter(({ lies }) => lies !== null).map(({ lies, trace }) => [trace, lies])).toEqual([]);
  expect
    .soft(rows.filter(({ mostOpen }) => mostOpen > 1).map(({ kind, mostOpen }) => [kind, mostOpen]))
    .toEqual([]);
  expect(1 - missed.length / rows.length, JSON.stringify(missed)).toBeGreaterThanOrEqual(ENOUGH);
});
