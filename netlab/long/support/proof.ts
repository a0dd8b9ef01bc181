// One thing that is proven, with its figure, as a line of the results.
import { test, type TestInfo } from '@playwright/test';
import type { Side } from '../../lab/addresses.js';
import type { Lab, LabSetup } from '../../lab/lab.js';
import { startCall, type Setup } from '../../support/fixtures.js';
import { expectTogether } from '../../../packages/widget/e2e/support/together.js';
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

const USUAL: LabSetup = { delayMs: 10 };
/** Which pairs a trial runs in that does not run in all. */
export const ONLY = { cf: '@cf', fc: '@fc', ff: '@ff', cc: '@cc' } as const;

/**
 * Writes down what `act` measures, or that and why it failed.
 * @param act returns the figure, in words
 */
export async function prove(lab: Lab, proof: Proof, act: () => Promise<string>): Promise<void> {
  const info: TestInfo = test.info();
  const rows = Rows.of(lab, info);
  try {
    const figure = await act();
    console.log(`  ${proof.what}: ${figure}`);
    rows.add({ ...proof, figure, cause: null, trace: null } satisfies ProofRow);
  } catch (error) {
    const trace = await rows.trace(lab, messageOf(error));
    rows.add({ ...proof, figure: null, cause: firstLineOf(error), trace } satisfies ProofRow);
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
  return { watch: await Watch.begin(lab), setup };
}

export const ms = (value: number): string => `${Math.round(value)} ms`;
export const worst = ({ a, b }: Readonly<Record<Side, number>>): number => Math.max(a, b);

/** Throws with what both pages went through, if they said what was not so. */
export async function expectTrue(watch: Watch): Promise<void> {
  const lies = await watch.lies();
  if (lies !== null) throw new Error(lies);
}
