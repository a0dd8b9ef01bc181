// What both pages did between two moments of a call: the steps they took, and what they said meanwhile.
import type { Page } from '@playwright/test';
import { snapshotOf } from '../../../packages/widget/e2e/support/person.js';
import type { MetricRecord } from '../../../packages/widget/src/core/facts.js';
import { SIDES, type Side } from '../../lab/addresses.js';
import type { Lab } from '../../lab/lab.js';
import { Chronicle, type RecoveryEvent, type Spell } from '../../support/chronicle.js';

interface PageWatch {
  /** Outcomes of `ice_restart_total`. */
  readonly restarts: string[];
  mostOpen: number;
}

declare global {
  interface Window {
    labWatch?: PageWatch;
  }
}

export interface SeenAt {
  readonly spells: readonly Spell[];
  readonly recoveries: readonly RecoveryEvent[];
  readonly restarts: readonly string[];
  /** Connections that were open at one moment. */
  readonly mostOpen: number;
}
export type Seen = Readonly<Record<Side, SeenAt>>;

/** Runs in the page. */
function keepWatch(): void {
  const watch: PageWatch = { restarts: [], mostOpen: 0 };
  window.labWatch = watch;
  document.addEventListener('p2p-metric', (event) => {
    const { name, attributes } = (event as CustomEvent<MetricRecord>).detail;
    if (name === 'ice_restart_total') watch.restarts.push(String(attributes.outcome));
  });
  setInterval(() => {
    const { connections } = window.e2eProbe;
    const open = [...connections].filter(({ signalingState }) => signalingState !== 'closed').length;
    watch.mostOpen = Math.max(watch.mostOpen, open);
  }, 50);
}

/** Runs in the page: forgets what was. */
function forget(): void {
  if (window.labWatch) {
    window.labWatch.restarts.length = 0;
    window.labWatch.mostOpen = 0;
  }
  if (!window.labChronicle) return;
  window.labChronicle.spells.length = 0;
  window.labChronicle.recoveries.length = 0;
}

export class Watch {
  readonly #lab: Lab;
  readonly #chronicle: Chronicle;

  private constructor(lab: Lab, chronicle: Chronicle) {
    this.#lab = lab;
    this.#chronicle = chronicle;
  }

  /** Of pages that have the element already. */
  static async begin(lab: Lab): Promise<Watch> {
    await Promise.all(lab.homes.map(({ page }) => page.evaluate(keepWatch)));
    return new Watch(lab, await Chronicle.begin(lab));
  }

  /** From now on. */
  async restart(): Promise<void> {
    await Promise.all(this.#lab.homes.map(({ page }) => page.evaluate(forget)));
  }

  async seen(): Promise<Seen> {
    const entries = await Promise.all(SIDES.map(async (side) => [side, await this.#seenAt(side)] as const));
    return Object.fromEntries(entries) as unknown as Seen;
  }

  /** What was said that was not so; `null` if nothing. */
  async lies(): Promise<string | null> {
    try {
      await this.#chronicle.expectTruth();
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  async describe(): Promise<string> {
    const lines = SIDES.map(async (side) => `${side}: ${await this.#chronicle.describe(side)}`);
    return (await Promise.all(lines)).join('\n');
  }

  async #seenAt(side: Side): Promise<SeenAt> {
    const { spells, recoveries } = await this.#chronicle.of(side);
    const { restarts, mostOpen } = await watchOf(this.#lab.home[side].page);
    return { spells, recoveries, restarts, mostOpen };
  }
}

async function watchOf(page: Page): Promise<PageWatch> {
  return (await page.evaluate(() => window.labWatch)) ?? { restarts: [], mostOpen: 0 };
}

// eslint-disable-next-line no-control-regex -- what Playwright colours
const COLOURS = /\u001b\[[\d;]*m/g;

export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(COLOURS, '').trim();
/** For a table. */
export const firstLineOf = (error: unknown): string => messageOf(error).split('\n')[0] ?? '';

/** In short: what both pages say now. */
export async function statesOf(lab: Lab): Promise<string> {
  const told = lab.homes.map(async ({ side, page }) => {
    const { phase, signaling, media, peer } = await snapshotOf(page);
    return `${side} ${phase}, ${signaling}, ${media}, peer ${peer === null ? 'none' : peer.here ? 'here' : 'away'}`;
  });
  return (await Promise.all(told)).join('; ');
}

const LADDER = ['restart', 'rebuild', 'relay', 'relay-tcp'];

/** By which means media came back: the highest step that one of them says it took; or what happened instead. */
export function meansOf({ a, b }: Seen): string {
  const events = [...a.recoveries, ...b.recoveries];
  const done = LADDER.filter((step) =>
    events.some((event) => event.step === step && event.outcome === 'recovered'),
  );
  const last = done.at(-1);
  if (last !== undefined) return last;
  if (events.length > 0) return 'itself, during a step';
  const isNoticed = [...a.spells, ...b.spells].some(({ seen }) => seen.phase !== 'connected');
  return isNoticed ? 'itself' : 'never lost';
}
