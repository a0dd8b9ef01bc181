import type { Browser, BrowserContext, BrowserContextOptions, PlaywrightWorkerArgs } from '@playwright/test';
import { CHROMIUM_FLAGS, CONTEXT_OPTIONS, FIREFOX_PREFS } from '../../../../scripts/browser-options.mjs';
import { requireBrowsers } from '../../../../scripts/browsers.mjs';

export type BrowserName = 'chromium' | 'firefox';

export interface LaunchWith {
  /** Fake ones that are always allowed, none at all, or fake ones that the person (or the system) denies. */
  readonly devices?: 'fake' | 'none' | 'denied';
  /** Host names and the addresses they stand for; Chromium only. */
  readonly hostNames?: Readonly<Record<string, string>>;
}

/** Starts a browser. */
export async function launch(
  playwright: PlaywrightWorkerArgs['playwright'],
  name: BrowserName,
  options: LaunchWith = {},
): Promise<Browser> {
  const { path: executablePath, isPlaywrightBuild } = requireBrowsers()[name];
  if (name === 'chromium')
    return playwright.chromium.launch({ executablePath, args: chromiumFlags(options) });
  return playwright.firefox.launch({
    executablePath,
    firefoxUserPrefs: { ...FIREFOX_PREFS, ...FIREFOX_DEVICES[options.devices ?? 'fake'] },
    // A distribution's Firefox knows only the standard protocol, WebDriver BiDi.
    ...(isPlaywrightBuild ? {} : { channel: 'moz-firefox' }),
  });
}

function chromiumFlags({ devices = 'fake', hostNames = {} }: LaunchWith): string[] {
  const names = Object.entries(hostNames).map(([name, address]) => `MAP ${name} ${address}`);
  return [
    ...CHROMIUM_FLAGS.filter(
      (flag) => devices !== 'none' || flag !== '--use-fake-device-for-media-stream',
    ).map((flag) =>
      devices === 'denied' && flag === '--use-fake-ui-for-media-stream' ? `${flag}=deny` : flag,
    ),
    ...(names.length === 0 ? [] : [`--host-resolver-rules=${names.join(', ')}`]),
  ];
}

/** Permission 2: denied. */
const FIREFOX_DEVICES = {
  fake: {},
  none: { 'media.navigator.streams.fake': false },
  denied: {
    'media.navigator.permission.disabled': false,
    'permissions.default.camera': 2,
    'permissions.default.microphone': 2,
  },
} as const;

/** A person's own profile in a browser: cookies, permissions and devices of their own. */
export function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ ...CONTEXT_OPTIONS, locale: 'en-US', ...options });
}
