import type { Browser, BrowserContext, BrowserContextOptions, PlaywrightWorkerArgs } from '@playwright/test';
import { CHROMIUM_FLAGS, CONTEXT_OPTIONS, FIREFOX_PREFS } from '../../../../scripts/browser-options.mjs';
import { requireBrowsers } from '../../../../scripts/browsers.mjs';

export type BrowserName = 'chromium' | 'firefox';

/** Starts a browser with fake devices. */
export async function launch(
  playwright: PlaywrightWorkerArgs['playwright'],
  name: BrowserName,
): Promise<Browser> {
  const { path: executablePath, isPlaywrightBuild } = requireBrowsers()[name];
  if (name === 'chromium') return playwright.chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  return playwright.firefox.launch({
    executablePath,
    firefoxUserPrefs: FIREFOX_PREFS,
    // A distribution's Firefox knows only the standard protocol, WebDriver BiDi.
    ...(isPlaywrightBuild ? {} : { channel: 'moz-firefox' }),
  });
}

/** A person's own profile in a browser: cookies, permissions and devices of their own. */
export function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ ...CONTEXT_OPTIONS, locale: 'en-US', ...options });
}
