// How long it takes until two people see each other, at 100 ms there and back: many times over, so that the slow ones show.
import type { TestInfo } from '@playwright/test';
import { expectPhase } from '../../packages/widget/e2e/support/person.js';
import type { Lab, LabSetup } from '../lab/lab.js';
import { expect, test } from '../support/fixtures.js';
import type { Media } from '../support/media.js';
import { expectDirect, expectRelayed, pathOf } from '../support/paths.js';
import { connectedAt, keepSetups, leaveBoth, pressJoin, setupOf } from './support/again.js';
import { Rows } from './support/rows.js';
import { share } from './support/settings.js';

/** Other pages after so many joins: a page's first one asks for devices. */
const JOINS_A_PAGE = 5;
const LATEST_MS = 15_000;

interface SetupRow {
  readonly way: string;
  /** From the second person's click until both were connected, by the pages' clock, ms. */
  readonly connectedMs: number;
  /** As the second person's page tells it: from `joined` with an offer to `connected`, ms. */
  readonly toldMs: number | null;
  /** From about that click until pictures and sound had been received at both, ms. */
  readonly mediaMs: number;
  readonly offers: number;
}

interface Way {
  readonly way: string;
  readonly count: number;
  readonly network: LabSetup;
  /** p95 of `connectedMs` is below, ms. */
  readonly below: number;
  prepare?(lab: Lab): void;
  expect(lab: Lab): Promise<void>;
}

const offersOf = ({ offersSent: { a, b } }: Lab): number => a + b;

async function joinOnce(lab: Lab, media: Media, way: string): Promise<SetupRow> {
  const { a, b } = lab.home;
  const offers = offersOf(lab);
  await pressJoin(a.page);
  await expectPhase(a.page, 'waiting');
  await pressJoin(b.page);
  const [flows] = await Promise.all([
    media.flowsBothWays({ within: LATEST_MS }),
    ...lab.homes.map(({ page }) => connectedAt(page, LATEST_MS)),
  ]);
  const [first, second] = await Promise.all(lab.homes.map(({ page }) => setupOf(page)));
  const connected = Math.max(first?.connectedAt ?? 0, second?.connectedAt ?? 0);
  return {
    way,
    connectedMs: connected - (second?.clickedAt ?? 0),
    toldMs: second?.timings?.total ?? null,
    mediaMs: Math.max(flows.a, flows.b),
    offers: offersOf(lab) - offers,
  };
}

const p95 = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.ceil(values.length * 0.95) - 1] ?? NaN;

async function joinOften(lab: Lab, media: Media, info: TestInfo, way: Way): Promise<void> {
  info.setTimeout(60_000 + way.count * 20_000);
  await lab.reset(way.network);
  way.prepare?.(lab);
  const rows = Rows.of(lab, info);
  const times: number[] = [];
  for (let index = 0; index < way.count; index++) {
    if (index % JOINS_A_PAGE === 0) {
      await lab.open('both');
      await Promise.all(lab.homes.map(({ page }) => keepSetups(page)));
    }
    const row = await joinOnce(lab, media, way.way);
    await way.expect(lab);
    rows.add(row);
    times.push(row.connectedMs);
    await leaveBoth(lab);
  }
  console.log(`  ${way.way}: p95 ${p95(times)} ms of ${times.join(' ')}`);
  expect(p95(times)).toBeLessThan(way.below);
}

/** 100 ms from home to home, and 100 ms to the servers of each, if half of the way to them is in their own line. */
const FAR = { delayMs: 25 };
const FAR_FROM_SERVERS = { delayMs: 50 };

const WAYS: readonly Way[] = [
  {
    way: 'direct, 100 ms between the homes',
    count: share(13),
    network: FAR,
    below: 3_000,
    expect: expectDirect,
  },
  {
    way: 'direct, 100 ms to the servers, 200 ms between the homes',
    count: share(12),
    network: FAR_FROM_SERVERS,
    below: 3_000,
    expect: expectDirect,
  },
  {
    way: 'symmetric NATs: through TURN',
    count: share(3),
    network: { ...FAR, nat: 'symmetric' },
    below: 3_000,
    expect: expectRelayed,
  },
  {
    way: 'UDP blocked at one: through TURN over TCP',
    count: share(3),
    network: FAR,
    below: 5_000,
    prepare: (lab) => lab.home.a.block('udp'),
    expect: async (lab) => {
      await expectRelayed(lab);
      expect((await pathOf(lab.home.a.page))?.relayProtocol).toMatch(/^(tcp|tls)$/);
    },
  },
];

for (const way of WAYS) test(way.way, ({ lab, media }, info) => joinOften(lab, media, info, way));
