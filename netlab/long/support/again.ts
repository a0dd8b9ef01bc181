// Calls one after the other in the same two pages.
import type { Page } from '@playwright/test';
import { button, expectPhase } from '../../../packages/widget/e2e/support/person.js';
import { en } from '../../../packages/widget/src/i18n/en.js';
import type { SpanRecord } from '../../../packages/widget/src/core/facts.js';
import type { SetupTimings } from '../../../packages/widget/src/core/snapshot.js';
import type { Lab } from '../../lab/lab.js';

const { ui } = en;
const JOIN = new RegExp(`^(${ui.join}|${ui.joinAgain})$`);

declare global {
  interface Window {
    labSetup?: {
      clickedAt: number;
      connectedAt: number;
      timings: SetupTimings | null;
      readonly spans: Record<string, number>;
    };
  }
}

/** Of the next setup, by this page's clock. */
interface PageSetup {
  readonly clickedAt: number;
  /** 0: not yet */
  readonly connectedAt: number;
  readonly timings: SetupTimings | null;
  /** What took how long, ms, by the name of its span. */
  readonly spans: Readonly<Record<string, number>>;
}

/** Once for each page that was opened: from now on it writes down each setup. */
export function keepSetups(page: Page): Promise<void> {
  return page.evaluate(() => {
    addEventListener(
      'click',
      () => (window.labSetup = { clickedAt: Date.now(), connectedAt: 0, timings: null, spans: {} }),
      { capture: true },
    );
    document.addEventListener('p2p-span', (event) => {
      const { name, startMs, endMs } = (event as CustomEvent<SpanRecord>).detail;
      if (window.labSetup) window.labSetup.spans[name] = Math.round(endMs - startMs);
    });
    document.addEventListener('p2p-connected', (event) => {
      if (!window.labSetup || window.labSetup.connectedAt > 0) return;
      window.labSetup.connectedAt = Date.now();
      window.labSetup.timings = (event as CustomEvent<{ timings: SetupTimings }>).detail.timings;
    });
  });
}

export const setupOf = async (page: Page): Promise<PageSetup> =>
  (await page.evaluate(() => window.labSetup)) ?? {
    clickedAt: 0,
    connectedAt: 0,
    timings: null,
    spans: {},
  };

/** Presses "Join" (or "Join again"), as soon as it is there; with `at`, at that moment of the machine's clock. */
export async function pressJoin(page: Page, at = 0): Promise<void> {
  await button(page, JOIN).evaluate(
    (element, when) =>
      new Promise<void>((resolve) =>
        setTimeout(
          () => {
            (element as HTMLElement).click();
            resolve();
          },
          Math.max(0, when - Date.now()),
        ),
      ),
    at,
  );
}

/** Both hang up, so that a room is empty and its pages are ready for the next call. */
export async function leaveBoth(lab: Lab): Promise<void> {
  await Promise.all(lab.homes.map(({ page }) => button(page, ui.leave).click()));
  await Promise.all(lab.homes.map(({ page }) => expectPhase(page, 'ended')));
}

/** Resolves once the call stands in this page; ms since 1970. Throws with what the page says instead. */
export function connectedAt(page: Page, within: number): Promise<number> {
  return page.evaluate(
    (ms) =>
      new Promise<number>((resolve, reject) => {
        const end = Date.now() + ms;
        const look = (): void => {
          const at = window.labSetup?.connectedAt ?? 0;
          if (at > 0) return resolve(at);
          const call = document.querySelector('p2p-call') as { phase?: unknown } | null;
          if (Date.now() > end) return reject(new Error(`still ${String(call?.phase)} after ${ms} ms`));
          setTimeout(look, 20);
        };
        look();
      }),
    within,
  );
}
