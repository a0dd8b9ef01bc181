// One thing that is proven, with its figure, as a line of the results.
import { test, type TestInfo } from '@playwright/test';
import type { Side } from '../../lab/addresses.js';
import type { Lab, LabSetup } from '../../lab/lab.js';
import { startCall, type Setup } from '../../support/fixtures.js';
import { expectTogether } from '../../../packages/widget/e2e/support/together.js';
import type { Media } from '../../support/media.js';
import { Rows } from './rows.js';
import { Watch, firstLineOf, messageOf } from './watch.js';

export interface Proof {
  readonly what: string;
  /** What has to hold, in words. */
  readonly bound: string;
}

export interface ProofRow extends Proof {
  /** What was measured; `null` if it does not hold. */
  readonly figure: string | null;
  readonly cause: string | null;
  readonly trace: string | null;
}

/** Of the call that runs, for what is written down when something does not hold. */
const watches = new WeakMap<Lab, Watch>();

const USUAL: LabSetup = { delayMs: 10 };
/** Which pairs a trial runs in that does not run in all. */
export const ONLY = { cf: '@cf', fc: '@fc', ff: '@ff', cc: '@cc' } as const;

/**
 * Writes down what `act` measures, or that and why it failed.
 * @param act returns the figure, in words
 */
export async function prove(lab: Lab, proof: Proof, act: () => Promise<string>): Promise<void> {
  const info: TestInfo = test.info();
  const rows = Rows.of(lab, info, { keeps: true });
  try {
    const figure = await act();
    console.log(`  ${proof.what}: ${figure}`);
    rows.put({ ...proof, figure, cause: null, trace: null } satisfies ProofRow, 'what');
  } catch (error) {
    const story = await watches.get(lab)?.describe().catch(messageOf);
    const trace = await rows.trace(lab, `${messageOf(error)}\n${story ?? ''}`);
    rows.put({ ...proof, figure: null, cause: firstLineOf(error), trace } satisfies ProofRow, 'what');
    throw error;
  }
}

/** A call that runs and is settled, and a watch over both its pages. */
export async function call(
  lab: Lab,
  network: LabSetup = USUAL,
  query: Readonly<Record<string, string>> = {},
): Promise<{ watch: Watch; setup: Setup }> {
  await lab.reset({ ...USUAL, ...network });
  return callHere(lab, query);
}

/** The same in the network that there is. */
export async function callHere(
  lab: Lab,
  query: Readonly<Record<string, string>> = {},
): Promise<{ watch: Watch; setup: Setup }> {
  const setup = await startCall(lab, { query });
  await expectTogether(lab.homes);
  const watch = await Watch.begin(lab);
  watches.set(lab, watch);
  return { watch, setup };
}

/** So long media has to flow without a break until trouble is over, looks of a second each. */
const QUIET_LOOKS = 4;

/**
 * Waits until media flows both ways and goes on: a line may still carry something for a moment after it broke.
 * @param within ms
 * @returns when the last break was over, ms after the call
 */
export async function flowsForGood(media: Media, within: number): Promise<number> {
  const begin = performance.now();
  const since = (): number => performance.now() - begin;
  for (;;) {
    await media.flowsBothWays({ within: Math.max(0, within - since()) });
    const at = since();
    let quiet = 0;
    while (quiet < QUIET_LOOKS) {
      const { a, b } = await media.during(1_000);
      if ([a, b].some(({ frames, audioBytes }) => frames === 0 || audioBytes === 0)) break;
      quiet++;
    }
    if (quiet === QUIET_LOOKS) return at;
  }
}

export const ms = (value: number): string => `${Math.round(value)} ms`;
export const worst = ({ a, b }: Readonly<Record<Side, number>>): number => Math.max(a, b);

/** Throws with what both pages went through, if they said what was not so. */
export async function expectTrue(watch: Watch): Promise<void> {
  const lies = await watch.lies();
  if (lies !== null) throw new Error(lies);
}
