import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

/** Versions below these have known holes. */
const FLOORS: Readonly<Record<string, string>> = {
  hono: '4.13.7',
  '@hono/node-server': '2.1.8',
  ws: '8.21.0',
  jose: '6.0.0',
};

const isAtLeast = (version: string, floor: string) =>
  version.localeCompare(floor, 'en', { numeric: true, sensitivity: 'base' }) >= 0;

describe('the lock file', () => {
  // npm leaves such entries out when it cannot see them while it writes the file; `npm ci` then refuses all of it.
  test('names the optional packages of every system', () => {
    for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
      for (const name of Object.keys(optionalDependencies)) {
        const isThere =
          `node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages;
        assert.ok(isThere, `${name}, which ${path} may want on another system`);
      }
    }
  });

  for (const [name, floor] of Object.entries(FLOORS)) {
    test(`gives the service ${name} ${floor} or newer`, () => {
      // As the service finds it: in its own folder first, then at the top.
      const places = [`packages/signal-worker/node_modules/${name}`, `node_modules/${name}`];
      const version = places
        .map((place) => lock.packages[place]?.version)
        .find((found) => found !== undefined);
      assert.ok(version !== undefined && isAtLeast(version, floor), version);
    });
  }
});
