// What a person does and sees, by the names a screen reader would say.
import { expect, type Locator, type Page } from '@playwright/test';

export const callOf = (page: Page): Locator => page.locator('p2p-call');

export const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });

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
