// docs/configuration.md has every variable that the sources read, and no other.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseConfig, type Config } from '../src/config.js';
import { PAGE } from './client.js';
import { SECRET } from './conformance.js';

const DOCUMENT = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const sources = new URL('../src/', import.meta.url);
const BASE = { JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE };

const rows = [
  ...DOCUMENT.matchAll(/^\| `([A-Z][A-Z0-9_]+)`( \*\*F\*\*)? \| (.*?) \| (.+?) \| (.*)\|$/gm),
].map(([, name = '', file, fallback = '', meaning = '', example = '']) => ({
  name,
  isFile: file !== undefined,
  fallback: /^`(.+)`$/.exec(fallback)?.[1] ?? null,
  meaning,
  example: /^`(.+)` $/.exec(example)?.[1] ?? null,
}));

/** Names in quotes in what reads the environment. */
function namesOfSources(): Set<string> {
  const files = [
    'config.ts',
    'hosts/node/cli-token.ts',
    ...readdirSync(new URL('config/', sources)).map((file) => `config/${file}`),
  ];
  const names = new Set<string>();
  for (const file of files.filter((one) => one.endsWith('.ts') && !one.endsWith('.test.ts'))) {
    const text = readFileSync(new URL(file, sources), 'utf8');
    if (file === 'config/unsupported.ts') continue;
    for (const [, name = ''] of text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|HOST|PORT|DEMO)'/g))
      names.add(name);
  }
  return names;
}

/** The names that are asked for when this environment is read; one that rejects nothing by itself. */
function namesRead(environment: Record<string, string>): Set<string> {
  const names = new Set<string>();
  const spy = new Proxy(environment, {
    get(target, name) {
      if (typeof name === 'string') names.add(name);
      return typeof name === 'string' ? target[name] : undefined;
    },
  });
  parseConfig(spy, () => '');
  return names;
}

function configOf(environment: Record<string, string>): Config {
  const result = parseConfig(environment, () => '');
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return result.config;
}

describe('docs/configuration.md', () => {
  test('has a row for each variable of the sources, and no other', () => {
    const names = namesOfSources();
    assert.ok(names.size > 30, 'the pattern finds them');
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...names].sort());
  });

  test('and what is really asked for is in the sources', () => {
    const known = namesOfSources();
    const cloudflare = { CLOUDFLARE_TURN_KEY_ID: 'x', CLOUDFLARE_TURN_API_TOKEN: 'x' };
    const twilio = { TWILIO_ACCOUNT_SID: 'x', TWILIO_AUTH_TOKEN: 'x' };
    for (const more of [{}, cloudflare, twilio, { ICE_SERVERS: '[]' }, { DEMO: 'on' }])
      for (const name of namesRead({ ...BASE, ...more }))
        assert.ok(known.has(name.replace(/_FILE$/, '')), name);
  });

  test('the help of the command line names each, but for the limits and what is for tests', () => {
    const code = readFileSync(new URL('hosts/node/cli.ts', sources), 'utf8');
    const help = /const HELP = `([^`]*)`/.exec(code)?.[1] ?? '';
    for (const { name } of rows)
      if (!/^LIMIT_|_API_URL$/.test(name)) assert.match(help, new RegExp(`\\b${name}\\b`));
    assert.match(help, /LIMIT_.*\n(.*\n)*.*docs\/configuration\.md/);
  });

  for (const { name, isFile } of rows.filter((row) => row.name !== 'JOIN_PRIVATE_JWK')) {
    test(`${name}: ${isFile ? 'also' : 'not'} from a file`, () => {
      const paths: string[] = [];
      parseConfig({ [`${name}_FILE`]: 'a-path' }, (path) => {
        paths.push(path);
        return '';
      });
      assert.equal(paths.includes('a-path'), isFile);
    });
  }

  for (const { name, fallback } of rows.filter((row) => row.fallback !== null)) {
    test(`${name} is ${fallback} unless set`, () => {
      assert.deepEqual(configOf({ ...BASE, [name]: fallback ?? '' }), configOf(BASE));
    });
  }

  // Each kind of join key, and each source of TURN, alone; the rest beside what every service needs.
  const ALONE: Readonly<Record<string, Record<string, string>>> = {
    JOIN_JWKS_URL: { ALLOWED_ORIGINS: PAGE, TICKET_SECRET: SECRET },
    TURN_URLS: { ...BASE, TURN_SECRET: 'secret' },
    CLOUDFLARE_TURN_API_URL: {
      ...BASE,
      CLOUDFLARE_TURN_KEY_ID: 'key',
      CLOUDFLARE_TURN_API_TOKEN: 'token-of-it',
    },
    TWILIO_API_URL: { ...BASE, TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token-of-it' },
  };
  for (const { name, example } of rows.filter((row) => row.example !== null && !/ and /.test(row.example))) {
    test(`the example of ${name} is taken`, () => {
      const value = example ?? '';
      const result = parseConfig({ ...(ALONE[name] ?? BASE), [name]: value }, () => '');
      assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
    });
  }
});
