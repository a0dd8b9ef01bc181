// Two people in a call, and what must hold of it whatever happens to their lines.
import { expect, type Page } from '@playwright/test';
import type { Caller } from './lines.js';
import { stopWatching, watchDecoding } from './media-gap.js';
import { received } from './media.js';
import { negotiationsOf } from './negotiations.js';
import { expectPhase, join, snapshotOf } from './person.js';

export type Callers = readonly [Caller, Caller];
type Pages = readonly { readonly page: Page }[];

/** How long media may stop, and how long the way back may take, ms. */
const LONGEST_GAP_MS = 1_000;
const BACK_WITHIN_MS = 10_000;
const SOON = { timeout: 30_000, intervals: [50, 100, 200] };

/** A picture arrives and is decoded, from now on. */
export async function expectDecoding(page: Page): Promise<void> {
  const { framesDecoded } = await received(page);
  await expect
    .poll(async () => (await received(page)).framesDecoded - framesDecoded, {
      ...SOON,
      message: 'video frames are decoded',
    })
    .toBeGreaterThan(3);
}

/** Media flows, the service has them both, and each knows that the other is there. */
export async function expectTogether(people: Pages): Promise<void> {
  const ofPage = async (page: Page) => {
    const { phase, signaling, peer, error } = await snapshotOf(page);
    return { phase, signaling, isPeerHere: peer?.here, error };
  };
  const together = { phase: 'connected', signaling: 'open', isPeerHere: true, error: null };
  for (const { page } of people) await expect.poll(() => ofPage(page), SOON).toEqual(together);
}

export async function expectSignaling(page: Page, state: string): Promise<void> {
  await expect.poll(async () => (await snapshotOf(page)).signaling, SOON).toBe(state);
}

/** The call as both know it. */
export async function callOfBoth(people: Pages): Promise<{ callId: string | null; epoch: number }> {
  const [one, other] = await Promise.all(people.map(({ page }) => snapshotOf(page)));
  if (one === undefined || other === undefined) throw new Error('a call takes two');
  expect({ callId: one.callId, epoch: one.epoch }).toEqual({ callId: other.callId, epoch: other.epoch });
  return { callId: one.callId, epoch: one.epoch };
}

/** Both open the page; the first joins and waits; the second joins. */
export async function openAndJoin([first, second]: Callers): Promise<void> {
  await Promise.all([first.open(), second.open()]);
  await join(first.page);
  await expectPhase(first.page, 'waiting');
  await join(second.page);
}

export async function startCall(callers: Callers): Promise<void> {
  await openAndJoin(callers);
  await expectTogether(callers);
  for (const { page } of callers) await expectDecoding(page);
}

/**
 * Whatever `trouble` is, the media never stops, nothing is negotiated, and both are soon back in the same call.
 * @param trouble resolves when the way to the service is free again
 */
export async function expectSteady(people: Pages, what: string, trouble: () => Promise<void>): Promise<void> {
  const call = await callOfBoth(people);
  const before = await Promise.all(people.map(({ page }) => negotiationsOf(page)));
  for (const { page } of people) await watchDecoding(page);
  await trouble();
  const freeAt = Date.now();
  await expectTogether(people);
  const backMs = Date.now() - freeAt;
  for (const { page } of people) await expectDecoding(page);
  const decoded = await Promise.all(people.map(({ page }) => stopWatching(page)));
  const figures = decoded.map(
    ({ frames, longestGap, longestBlink }) =>
      `${frames} frames, gap ${longestGap} ms (looked every ${longestBlink})`,
  );
  console.log(`  ${what}: back after ${backMs} ms; ${figures.join('; ')}`);
  for (const { longestGap } of decoded) expect(longestGap, 'media never stops').toBeLessThan(LONGEST_GAP_MS);
  expect(backMs, 'both are back').toBeLessThan(BACK_WITHIN_MS);
  expect(await callOfBoth(people)).toEqual(call);
  expect(await Promise.all(people.map(({ page }) => negotiationsOf(page)))).toEqual(before);
}
