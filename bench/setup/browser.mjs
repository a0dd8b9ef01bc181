// One browser for all calls, with a profile for each of the two people.
import { chromium, firefox } from 'playwright-core';
import { CHROMIUM_FLAGS, CONTEXT_OPTIONS, FIREFOX_PREFS } from '../../scripts/browser-options.mjs';
import { requireBrowsers } from '../../scripts/browsers.mjs';

const VIEWPORT = { width: 1000, height: 640 };

function launch(name) {
  const { path: executablePath, isPlaywrightBuild } = requireBrowsers()[name];
  if (name === 'chromium') return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  return firefox.launch({
    executablePath,
    firefoxUserPrefs: FIREFOX_PREFS,
    // A distribution's Firefox knows only the standard protocol, WebDriver BiDi.
    ...(isPlaywrightBuild ? {} : { channel: 'moz-firefox' }),
  });
}

export async function launchBrowser(name) {
  const browser = await launch(name);
  const newContext = () => browser.newContext({ ...CONTEXT_OPTIONS, locale: 'en-US', viewport: VIEWPORT });
  const [waits, joins] = await Promise.all([newContext(), newContext()]);
  return {
    version: () => `${name} ${browser.version()}`,
    /** Fresh pages, so that no call inherits anything from the one before. */
    newPages: async () => {
      const [one, two] = await Promise.all([waits.newPage(), joins.newPage()]);
      return { waits: one, joins: two };
    },
    close: () => browser.close(),
  };
}
