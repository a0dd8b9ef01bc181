// When a call was asked for and when it stood, by the pages' own clocks: a test that asks now and then would round it up.
import type { Page } from '@playwright/test';

interface Times {
  /** ms since 1970; 0: not yet */
  clickedAt: number;
  connectedAt: number;
}

declare global {
  interface Window {
    labTimes: Times;
  }
}

/** Of a page in the lobby, from now on. */
export function watchSetup(page: Page): Promise<void> {
  return page.evaluate(() => {
    const times: Times = { clickedAt: 0, connectedAt: 0 };
    window.labTimes = times;
    addEventListener('click', () => (times.clickedAt ||= Date.now()), { capture: true });
    const call = document.querySelector('p2p-call') as (HTMLElement & { readonly phase: string }) | null;
    call?.addEventListener('p2p-phase-change', () => {
      if (call.phase === 'connected') times.connectedAt ||= Date.now();
    });
  });
}

/** From the second person's click until both were connected, ms. */
export async function setupMs(first: Page, second: Page): Promise<number> {
  const [one, other] = await Promise.all([first, second].map((page) => page.evaluate(() => window.labTimes)));
  return Math.max(one?.connectedAt ?? 0, other?.connectedAt ?? 0) - (other?.clickedAt ?? 0);
}
