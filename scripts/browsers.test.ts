import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { findBrowsers, howToInstall } from './browsers.mjs';

describe('browsers for the tests', () => {
  const saved = { ...process.env };
  let folder = '';
  const program = (name: string, mode = 0o755) => {
    const file = join(folder, name);
    writeFileSync(file, '');
    chmodSync(file, mode);
    return file;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'p2p-call-'));
    process.env.PATH = [join(folder, 'nowhere'), '', folder].join(delimiter);
    delete process.env.CHROMIUM_PATH;
    delete process.env.FIREFOX_PATH;
  });
  afterEach(() => {
    process.env = { ...saved };
    rmSync(folder, { recursive: true });
  });

  test('are found by any of their names on the PATH', () => {
    const chromium = program('google-chrome');
    const firefox = program('firefox');
    assert.equal(findBrowsers().chromium?.path, chromium);
    assert.equal(findBrowsers().firefox?.path, firefox);
  });

  test("a distribution's package comes before others", () => {
    program('google-chrome');
    const chromium = program('chromium');
    assert.deepEqual(findBrowsers().chromium, { path: chromium, isPlaywrightBuild: false });
  });

  test('a file that cannot be run is none', () => {
    program('chromium', 0o644);
    assert.notEqual(findBrowsers().chromium?.path, join(folder, 'chromium'));
  });

  test('a variable names another one', () => {
    program('firefox');
    process.env.FIREFOX_PATH = program('my-own');
    assert.equal(findBrowsers().firefox?.path, process.env.FIREFOX_PATH);
  });

  test('a variable that names nothing is a mistake, not a hint', () => {
    process.env.FIREFOX_PATH = join(folder, 'gone');
    assert.throws(findBrowsers, /FIREFOX_PATH names no program/);
  });

  const SYSTEMS: readonly (readonly [system: string, command: string])[] = [
    ['debian ', 'apt-get install -y chromium firefox-esr'],
    ['ubuntu debian', 'npx playwright install --with-deps chromium firefox'],
    ['fedora ', 'dnf install -y chromium firefox'],
    ['alpine ', 'apk add chromium firefox-esr'],
    ['darwin', 'brew install --cask google-chrome firefox'],
    ['something else', 'npx playwright install chromium firefox'],
  ];
  for (const [system, command] of SYSTEMS) {
    test(`how to install them on ${system}`, () => {
      const words = howToInstall(['chromium', 'firefox'], system);
      assert.ok(words.includes(command), words);
      assert.match(words, /CHROMIUM_PATH and FIREFOX_PATH/);
    });
  }
});
