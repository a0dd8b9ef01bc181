import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { findServer, howToInstall, whyWithout } from './servers.mjs';

describe('servers for the tests', () => {
  const saved = { ...process.env };
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'p2p-call-'));
    process.env.PATH = folder;
  });
  afterEach(() => {
    process.env = { ...saved };
    rmSync(folder, { recursive: true });
  });

  test('are found on the PATH, or it is said which one is missing', () => {
    assert.equal(findServer('a-server'), null);
    assert.match(String(whyWithout('a-server', 'b-server')), /^needs a-server and b-server/);
    const file = join(folder, 'a-server');
    writeFileSync(file, '');
    chmodSync(file, 0o755);
    assert.equal(findServer('a-server'), file);
    assert.equal(whyWithout('a-server'), false);
    assert.match(String(whyWithout('a-server', 'b-server')), /^needs b-server;/);
  });

  for (const [system, command] of [
    ['debian ', 'sudo apt-get install -y coturn php-cli'],
    ['ubuntu debian', 'sudo apt-get install -y coturn php-cli'],
    ['fedora ', 'sudo dnf install -y coturn php-cli'],
    ['arch ', 'sudo pacman -S coturn php'],
    ['darwin', 'brew install coturn php'],
    ['win32', 'Put these programs on the PATH: turnserver, php.'],
  ] as const) {
    test(`how to install them on ${system}`, () => {
      assert.ok(howToInstall(['coturn', 'php-cli'], system).includes(command));
    });
  }
});
