import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createJoinTokenVerifier } from '../src/auth/join-token.js';
import { loadConfig, mintToken, VERSION } from '../src/index.js';
import { connect, PAGE } from './client.js';
import { conformance, SECRET } from './conformance.js';
import { collect, endAll, freePort, serve, start, startProcess, stop } from './process.js';

after(endAll);

/** Runs a command to its end. */
async function run(args: string[], environment: Record<string, string> = {}) {
  const child = start(args, environment);
  const [out, error] = [collect(child.stdout), collect(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: out(), error: error() };
}

/** The lines of JSON in what `keys` prints: the private key, and the set with the public one. */
async function newKeys(...args: string[]): Promise<{ privateKey: string; jwks: string; out: string }> {
  const { code, out } = await run(['keys', ...args]);
  assert.equal(code, 0);
  const [privateKey = '', jwks = ''] = out.split('\n').filter((line) => line.startsWith('{'));
  return { privateKey, jwks, out };
}

const BASE = { JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE };

conformance('Node, in a process of its own', startProcess);

describe('serve', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal} ends it in order, with 0`, async () => {
      const { child, port } = await serve(BASE);
      const client = await connect(`http://127.0.0.1:${port}`);
      client.send({ type: 'hello', token: await mintToken(SECRET, { room: 'support-42', sub: 'anna' }) });
      await client.next('welcome');
      const ended = stop(child, signal);
      await client.next('going-away');
      assert.equal((await client.closed).code, 1012);
      assert.equal(await ended, 0);
    });
  }

  const isThereFull = existsSync('/dev/full') ? {} : { skip: 'there is no /dev/full on this system' };
  test('goes on, and ends in order, though its log cannot be written', isThereFull, async () => {
    const port = String(await freePort());
    const full = openSync('/dev/full', 'w');
    const child = start(['serve'], { ...BASE, PORT: port, LOG_LEVEL: 'debug' }, full);
    closeSync(full);
    const healthz = async (): Promise<boolean> => {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      return response?.status === 200;
    };
    while (!(await healthz())) assert.equal(child.exitCode, null);
    for (let n = 0; n < 30; n += 1) {
      const client = await connect(`http://127.0.0.1:${port}`);
      client.socket.send('x');
      assert.equal((await client.closed).code, 4400);
    }
    assert.ok(await healthz());
    assert.equal(await stop(child, 'SIGTERM'), 0);
  });

  test('with a wrong configuration it lists everything and ends with 78', async () => {
    const { code, error } = await run([], { PORT: 'x', DEMO: 'x' });
    assert.equal(code, 78);
    assert.match(
      error,
      /^4 things are wrong with the configuration:\n {2}- DEMO .*\n {2}- PORT .*\n {2}- JOIN_SECRET .*\n {2}- ALLOWED_ORIGINS .*\n$/,
    );
  });

  test('a busy port is said in words, with 1', async () => {
    const { child, port } = await serve(BASE);
    const { code, error } = await run(['serve'], { ...BASE, PORT: String(port) });
    assert.equal(code, 1);
    assert.equal(
      error,
      `Port ${port} on 127.0.0.1 is in use by another program. Stop that one, or set PORT to a free port.\n`,
    );
    assert.equal(await stop(child, 'SIGTERM'), 0);
  });
});

describe('token', () => {
  const keys = { family: 'secret', secrets: [SECRET] } as const;

  test('prints a token that the service takes', async () => {
    const args = ['token', '--room', 'support-42', '--sub', 'anna', '--name', 'Anna', '--ttl', '60'];
    const { code, out, error } = await run(args, { JOIN_SECRET: SECRET });
    assert.deepEqual([code, error], [0, '']);
    const verify = createJoinTokenVerifier({ keys, audience: 'p2p-call', issuer: null });
    const verdict = await verify(out.trim(), 'support-42', Date.now());
    assert.ok(verdict.ok && verdict.claims.sub === 'anna' && verdict.claims.name === 'Anna');
    assert.equal(verdict.claims.singleUse, null);
  });

  test('puts in whatever is asked for, and what the service asks for', async () => {
    const wishes = [
      '--relay',
      '--once',
      '--smax',
      '60',
      '--org',
      'https://a.example',
      '--org',
      'https://b.example',
    ];
    const environment = { JOIN_SECRET: SECRET, JOIN_AUDIENCE: 'ours', JOIN_ISSUER: 'https://id.example' };
    const args = ['token', '--room', 'support-42', '--sub', 'anna', ...wishes];
    const [one, two] = [await run(args, environment), await run(args, environment)];
    const verify = createJoinTokenVerifier({ keys, audience: 'ours', issuer: 'https://id.example' });
    const [first, second] = [
      await verify(one.out.trim(), 'support-42', Date.now()),
      await verify(two.out.trim(), 'support-42', Date.now()),
    ];
    assert.ok(first.ok && second.ok);
    const { relay, origins, longestSession, singleUse } = first.claims;
    assert.deepEqual(
      [relay, origins, longestSession],
      [true, ['https://a.example', 'https://b.example'], 60],
    );
    assert.ok(singleUse !== null && singleUse.id !== second.claims.singleUse?.id);
  });

  for (const alg of ['EdDSA', 'ES256']) {
    test(`${alg}: keys makes a pair; the service that has the one takes what the other signs`, async (t) => {
      const { privateKey, jwks, out } = await newKeys('--alg', alg);
      assert.match(out, /nobody else gets it[\s\S]*JOIN_JWKS[\s\S]*TICKET_SECRET/);
      const folder = mkdtempSync(join(tmpdir(), 'p2p-call-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const file = join(folder, 'key.json');
      writeFileSync(file, privateKey);
      const config = loadConfig({ ALLOWED_ORIGINS: PAGE, TICKET_SECRET: SECRET, JOIN_JWKS: jwks });
      assert.ok(config.ok);
      const verify = createJoinTokenVerifier(config.config.join);
      const ask = ['token', '--room', 'support-42', '--sub', 'anna'];
      for (const result of [
        await run(ask, { JOIN_PRIVATE_JWK: privateKey }),
        await run([...ask, '--key', file]),
        await run(ask, { JOIN_PRIVATE_JWK_FILE: file }),
      ]) {
        assert.equal(result.code, 0, result.error);
        assert.ok((await verify(result.out.trim(), 'support-42', Date.now())).ok);
      }
    });
  }

  const FINE = ['--room', 'a', '--sub', 'x'];
  for (const [what, args, environment, code, words] of [
    ['no room', ['--sub', 'x'], { JOIN_SECRET: SECRET }, 64, /needs --room and --sub/],
    ['a bad room', ['--room', 'a b', '--sub', 'x'], { JOIN_SECRET: SECRET }, 64, /A room is/],
    ['a long life', [...FINE, '--ttl', '601'], { JOIN_SECRET: SECRET }, 64, /600 seconds/],
    ['a word as smax', [...FINE, '--smax', 'long'], { JOIN_SECRET: SECRET }, 64, /--smax is a number/],
    ['an origin with a path', [...FINE, '--org', 'https://a/b'], { JOIN_SECRET: SECRET }, 64, /exact origin/],
    ['an unknown option', [...FINE, '--admin'], { JOIN_SECRET: SECRET }, 64, /--admin/],
    ['no secret', FINE, {}, 78, /JOIN_SECRET is missing/],
    ['a short secret', FINE, { JOIN_SECRET: 'x' }, 78, /shorter than 32 bytes/],
    ['both', FINE, { JOIN_SECRET: SECRET, JOIN_PRIVATE_JWK: '{}' }, 78, /are set together/],
    ['no key', FINE, { JOIN_PRIVATE_JWK: 'secret' }, 78, /JOIN_PRIVATE_JWK is not a private key/],
    ['a file that is not there', [...FINE, '--key', 'nowhere.json'], {}, 78, /cannot be read \(ENOENT\)/],
    ['an RSA key', FINE, { JOIN_PRIVATE_JWK: '{"kty":"RSA"}' }, 64, /Ed25519 and P-256 keys only/],
  ] as const) {
    test(`${what}: ${code}`, async () => {
      const result = await run(['token', ...args], { ...environment });
      assert.equal(result.code, code);
      assert.match(result.error, words);
      assert.equal(result.out, '');
    });
  }

  test('keys of an unknown kind: 64', async () => {
    const { code, error, out } = await run(['keys', '--alg', 'RS256']);
    assert.deepEqual([code, out], [64, '']);
    assert.match(error, /--alg is EdDSA or ES256/);
  });
});

test('check says that all is fine, or what is not', async () => {
  const fine = await run(['check'], BASE);
  assert.equal(fine.code, 0);
  assert.match(fine.out, /^The configuration is fine\./);
  assert.ok(!fine.out.includes(SECRET));
  assert.doesNotMatch(fine.out, /careful/);
  const weak = await run(['check'], { ...BASE, SERVICE_KEY: 'short', METRICS_TOKEN: 'm'.repeat(16) });
  assert.equal(weak.code, 0);
  assert.match(weak.out, /careful +SERVICE_KEY is short and could be guessed/);
  assert.doesNotMatch(weak.out, /METRICS_TOKEN/);
  const bad = await run(['check'], { ...BASE, JOIN_SECRET: 'short' });
  assert.equal(bad.code, 78);
  assert.match(bad.error, /One thing is wrong with the configuration:\n {2}- JOIN_SECRET is shorter/);
});

test('help, version, and an unknown command', async () => {
  assert.match((await run(['--help'])).out, /p2p-call-signal token --room/);
  assert.equal((await run(['--version'])).out, `${VERSION}\n`);
  const unknown = await run(['dance']);
  assert.deepEqual([unknown.code, /there is no command "dance"/.test(unknown.error)], [64, true]);
});
