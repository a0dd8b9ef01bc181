// What a person does and sees, by the names a screen reader would say.
import { expect, type Locator, type Page } from '@playwright/test';
import type { CallErrorCode } from '../../src/core/errors.js';
import type { CallSnapshot } from '../../src/core/snapshot.js';
import { en } from '../../src/i18n/en.js';

export const callOf = (page: Page): Locator => page.locator('p2p-call');

export const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });

/** The element's `snapshot`, as a plain copy; its error as `{code}`. A page that is still loading is waited for. */
export function snapshotOf(page: Page): Promise<CallSnapshot> {
  return callOf(page).evaluate(async (element) => {
    await customElements.whenDefined(element.localName);
    const { snapshot } = element as HTMLElement & { snapshot: CallSnapshot };
    const error = snapshot.error && { code: snapshot.error.code };
    return JSON.parse(JSON.stringify({ ...snapshot, error })) as CallSnapshot;
  });
}

/** What is wrong, by its code, is what the element says in words. */
export async function expectError(page: Page, code: CallErrorCode): Promise<void> {
  await expect
    .poll(async () => (await snapshotOf(page)).error?.code, {
      message: `the error is ${code}`,
      timeout: 20_000,
    })
    .toBe(code);
  await expectWords(page, en.errors[code].title);
  await expectWords(page, en.errors[code].todo);
}

/** A person can read it. */
export async function expectWords(page: Page, words: string): Promise<void> {
  await expect(
    callOf(page).getByText(words, { exact: true }).filter({ visible: true }).first(),
  ).toBeVisible();
}

/** The element's `phase`. */
export function phaseOf(page: Page): Promise<string> {
  return callOf(page).evaluate((element) => String((element as HTMLElement & { phase: unknown }).phase));
}

export async function expectPhase(page: Page, phase: string): Promise<void> {
  await expect.poll(() => phaseOf(page), { message: `the phase is ${phase}`, timeout: 20_000 }).toBe(phase);
}

export async function join(page: Page): Promise<void> {
  await button(page, 'Join').click();
}

/** Both are in the lobby's page already: the first joins and waits, the second comes, and they are connected. */
export async function meet(first: Page, second: Page): Promise<void> {
  await join(first);
  await expectPhase(first, 'waiting');
  await join(second);
  for (const page of [first, second]) await expectPhase(page, 'connected');
}
