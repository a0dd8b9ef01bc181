// Finds the two browsers the tests run in, and installs them where that is possible: `node scripts/browsers.mjs`.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { canUseApt, installByApt, isProgram, onPath, run, systemName } from './programs.mjs';

/** What the browsers are called on various systems, the likeliest first. */
const NAMES = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  firefox: ['firefox-esr', 'firefox'],
};
/** Where macOS and Windows put them: not on the PATH. */
const PLACES = {
  chromium: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    `${process.env.PROGRAMFILES}\\Google\\Chrome\\Application\\chrome.exe`,
  ],
  firefox: [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    `${process.env.PROGRAMFILES}\\Mozilla Firefox\\firefox.exe`,
  ],
};
const OVERRIDES = { chromium: 'CHROMIUM_PATH', firefox: 'FIREFOX_PATH' };
const DEBIAN_PACKAGES = { chromium: 'chromium', firefox: 'firefox-esr' };

/** What `playwright install` has put into its own folder. */
function fromPlaywright(browser) {
  try {
    const { [browser]: type } = createRequire(import.meta.url)('playwright-core');
    const file = type.executablePath();
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

function find(browser) {
  const override = process.env[OVERRIDES[browser]];
  if (override) {
    if (!isProgram(override)) throw new Error(`${OVERRIDES[browser]} names no program: ${override}`);
    return { path: override, isPlaywrightBuild: false };
  }
  const installed =
    NAMES[browser].map((name) => onPath(name)).find(Boolean) ?? PLACES[browser].find(isProgram);
  if (installed) return { path: installed, isPlaywrightBuild: false };
  const own = fromPlaywright(browser);
  return own === null ? null : { path: own, isPlaywrightBuild: true };
}

/**
 * The browsers on this machine. `isPlaywrightBuild`: Playwright's own, patched Firefox takes another protocol than a
 * distribution's one.
 * @returns {{ chromium: Found | null, firefox: Found | null }}
 * @typedef {{ path: string, isPlaywrightBuild: boolean }} Found
 */
export function findBrowsers() {
  return { chromium: find('chromium'), firefox: find('firefox') };
}

/**
 * Like `findBrowsers`, but throws with what to do when one is missing.
 * @returns {{ chromium: Found, firefox: Found }}
 */
export function requireBrowsers() {
  const found = findBrowsers();
  const missing = missingOf(found);
  if (missing.length > 0) throw new Error(howToInstall(missing));
  return /** @type {{ chromium: Found, firefox: Found }} */ (found);
}

const missingOf = (found) => Object.keys(found).filter((browser) => found[browser] === null);

/** The one command that helps on this system. */
export function howToInstall(missing, system = systemName()) {
  const commands = [
    // Ubuntu's packages of these names are empty and point to snaps, which test tools cannot start.
    [/ubuntu/, `npx playwright install --with-deps ${missing.join(' ')}`],
    [/debian/, `sudo apt-get install -y ${missing.map((browser) => DEBIAN_PACKAGES[browser]).join(' ')}`],
    [/fedora|rhel/, `sudo dnf install -y ${missing.join(' ')}`],
    [/arch/, `sudo pacman -S ${missing.join(' ')}`],
    [/alpine/, `sudo apk add ${missing.map((browser) => DEBIAN_PACKAGES[browser]).join(' ')}`],
    [
      /darwin/,
      `brew install --cask ${missing.map((b) => (b === 'chromium' ? 'google-chrome' : b)).join(' ')}`,
    ],
    [
      /win32/,
      `winget install ${missing.map((b) => (b === 'chromium' ? 'Google.Chrome' : 'Mozilla.Firefox')).join(' ')}`,
    ],
  ];
  const command =
    commands.find(([pattern]) => pattern.test(system))?.[1] ?? `npx playwright install ${missing.join(' ')}`;
  const variables = missing.map((browser) => OVERRIDES[browser]).join(' and ');
  return `The tests need ${missing.join(' and ')}. Install with:\n  ${command}\nor say where it is by ${variables}.`;
}

function installByPackages(missing) {
  // Ubuntu's packages of these names are empty.
  if (canUseApt() && !/ubuntu/.test(systemName()))
    installByApt(missing.map((browser) => DEBIAN_PACKAGES[browser]));
}

function installByPlaywright(missing) {
  run(process.execPath, [
    createRequire(import.meta.url).resolve('playwright-core/cli.js'),
    'install',
    ...missing,
  ]);
}

/** Installs what is missing. @returns the browsers; throws with what to do when one could not be installed */
export function ensureBrowsers() {
  for (const install of [installByPackages, installByPlaywright]) {
    const missing = missingOf(findBrowsers());
    if (missing.length === 0) break;
    console.log(`Installing ${missing.join(' and ')} for the tests…`);
    install(missing);
  }
  return requireBrowsers();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    for (const [browser, { path }] of Object.entries(ensureBrowsers())) console.log(`${browser}: ${path}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
