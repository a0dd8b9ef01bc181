// Both press "Join" in the same moment, again and again: one offer, one answer, one connection.
import type { Lab } from '../lab/lab.js';
import { expect, seconds, test } from '../support/fixtures.js';
import { negotiationsOf } from '../../packages/widget/e2e/support/negotiations.js';
import { chanceFor } from './support/chance.js';
import { connectedAt, keepSetups, leaveBoth, pressJoin, setupOf } from './support/again.js';
import { Rows } from './support/rows.js';
import { SEED, share } from './support/settings.js';
import { firstLineOf } from './support/watch.js';

const COUNT = share(50);
const JOINS_A_PAGE = 25;
const LATEST_MS = 15_000;
/** What took longer is looked into, ms. */
const SLOW_MS = 3_000;
/** From one join to the next, ms: the service lets one person make 30 offers a minute, and say ten things a second. */
const EVERY_MS = 3_000;
/** How far apart the two may press, ms. */
const APART_MS = 30;
/** Until both pages know when they have to press, ms. */
const AHEAD_MS = 120;

interface SimultaneousRow {
  readonly connected: boolean;
  /** From the earlier press until both were connected, ms. */
  readonly ms: number;
  /** Between the two presses, ms. */
  readonly apartMs: number;
  /** Different ones: the same may be sent again where it cannot be known whether it arrived. */
  readonly offers: number;
  readonly answers: number;
  readonly sentAgain: number;
  /** Connections made by a and b. */
  readonly made: readonly number[];
  readonly cause: string | null;
  readonly trace: string | null;
}

const isOne = ({ connected, offers, answers, made }: Omit<SimultaneousRow, 'trace'>): boolean =>
  connected && offers === 1 && answers === 1 && made.every((count) => count === 1);

const madeBy = (lab: Lab): Promise<number[]> =>
  Promise.all(lab.homes.map(async ({ page }) => (await negotiationsOf(page)).made));

async function joinTogether(lab: Lab, rows: Rows, apart: number): Promise<SimultaneousRow> {
  const before = await madeBy(lab);
  const at = Date.now() + AHEAD_MS;
  const said = (type: string): string[] =>
    lab.server.frames
      .filter((frame) => frame.from === 'page' && frame.type === type && frame.at >= at)
      .map(({ address, body: { epoch, conn, neg } }) => [address, epoch, conn, neg].join(' '));
  const [a, b] = lab.homes;
  let cause: string | null = null;
  let connected = 0;
  try {
    await Promise.all([
      pressJoin(a.page, at + Math.max(0, -apart)),
      pressJoin(b.page, at + Math.max(0, apart)),
    ]);
    connected = Math.max(...(await Promise.all(lab.homes.map(({ page }) => connectedAt(page, LATEST_MS)))));
  } catch (error) {
    cause = firstLineOf(error);
  }
  const setups = await Promise.all(lab.homes.map(({ page }) => setupOf(page)));
  const pressed = setups.map(({ clickedAt }) => clickedAt);
  const made = (await madeBy(lab)).map((count, index) => count - (before[index] ?? 0));
  const [offers, answers] = [said('offer'), said('answer')];
  const row = {
    connected: cause === null,
    ms: connected - Math.min(...pressed),
    apartMs: Math.abs((pressed[0] ?? 0) - (pressed[1] ?? 0)),
    offers: new Set(offers).size,
    answers: new Set(answers).size,
    sentAgain:
      offers.length + answers.length - new Set([...offers, ...answers.map((one) => `answer ${one}`)]).size,
    made,
    cause,
  };
  const isSlow = row.ms > SLOW_MS;
  const spans = isSlow ? JSON.stringify(setups.map((one) => one.spans)) : '';
  const trace = isOne(row) && !isSlow ? null : await rows.trace(lab, `${JSON.stringify(row)}\n${spans}`);
  return { ...row, trace };
}

test(`${COUNT} times in the same moment`, async ({ lab }, info) => {
  info.setTimeout(120_000 + COUNT * 10_000);
  await lab.reset({ delayMs: 10 });
  const rows = Rows.of(lab, info);
  const random = chanceFor(SEED, info.project.name);
  const all: SimultaneousRow[] = [];
  for (let index = 0; index < COUNT; index++) {
    if (index % JOINS_A_PAGE === 0 || all.at(-1)?.connected === false) {
      await lab.open('both');
      await Promise.all(lab.homes.map(({ page }) => keepSetups(page)));
    }
    const next = Date.now() + EVERY_MS;
    const row = await joinTogether(lab, rows, Math.round((random() * 2 - 1) * APART_MS));
    rows.add(row);
    all.push(row);
    if (row.connected) await leaveBoth(lab);
    await seconds(Math.max(0, next - Date.now()) / 1_000);
  }
  console.log(`  ${all.length} joins, ${all.map(({ ms }) => ms).join(' ')} ms`);
  expect(all.filter(({ connected }) => !connected).map(({ cause, trace }) => [cause, trace])).toEqual([]);
  expect(all.filter((row) => !isOne(row))).toEqual([]);
});
