// Finds the two browsers the tests run in, and installs them where that is possible: `node scripts/browsers.mjs`.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @returns the full path of a program on the PATH, or `null` */
function onPath(name) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder !== '' && isProgram(join(folder, file))) return join(folder, file);
  }
  return null;
}

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
  const installed = NAMES[browser].map(onPath).find(Boolean) ?? PLACES[browser].find(isProgram);
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

function systemName() {
  if (process.platform !== 'linux') return process.platform;
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return ['ID', 'ID_LIKE']
      .map((key) => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '')
      .join(' ');
  } catch {
    return 'linux';
  }
}

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

function run(command, args, env = {}) {
  console.log(`  ${command} ${args.join(' ')}`);
  const result = spawnSync(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (result.status !== 0)
    console.log(
      (result.stderr || result.stdout || String(result.error)).trim().split('\n').slice(-5).join('\n'),
    );
  return result.status === 0;
}

function installByApt(missing) {
  const isDebian = /debian/.test(systemName()) && !/ubuntu/.test(systemName());
  if (!isDebian || process.getuid?.() !== 0 || onPath('apt-get') === null) return;
  const packages = missing.map((browser) => DEBIAN_PACKAGES[browser]);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Twice: a mirror in the middle of its own update fails once and answers a moment later.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const isUpdated = run('apt-get', ['update', '-q'], env);
    if (run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], env) && isUpdated)
      return;
  }
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
  for (const install of [installByApt, installByPlaywright]) {
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
