// Key sets behind real local servers. Time is what the verifier is told, so that minutes pass in no time.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { createJoinToken, createKeyPair, type PrivateJwk } from '../token/index.js';
import { KEY_SET_BYTES, KEY_SET_KEYS } from './fetch-keys.js';
import { createJoinTokenVerifier } from './join-token.js';
import {
  KEYS_FRESH_MS,
  RETRY_EMPTY_MS,
  RETRY_MS,
  UNKNOWN_KEY_PAUSE_MS,
  type KeyTrouble,
} from './remote-keys.js';

const NOW = 1_795_353_600_000;
const ROOM = 'support-42';
const OK = 'in';

let cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  cleanUps = [];
});

/** A server that says what it is told to, and counts how often it was asked. */
class KeyServer {
  url = '';
  asked = 0;
  answer: RequestListener = (_request, response) => response.writeHead(404).end();

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.asked += 1;
      this.answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  }

  says(body: unknown, status = 200): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.answer = (_request, response) => response.writeHead(status).end(text);
  }
}

async function startKeys(...keys: unknown[]): Promise<KeyServer> {
  const server = new KeyServer();
  await server.start();
  server.says({ keys });
  return server;
}

/** A service that has its keys from there. */
function service(url: string) {
  const troubles: KeyTrouble[] = [];
  const keys = { family: 'jwks-url', url } as const;
  const verify = createJoinTokenVerifier({ keys, audience: 'p2p-call', issuer: null }, (why) =>
    troubles.push(why),
  );
  return {
    troubles,
    /** What becomes of a token that this key signs at this time. */
    async try(key: PrivateJwk, now: number): Promise<string> {
      const token = await createJoinToken({ room: ROOM, sub: 'anna' }, key, now);
      const verdict = await verify(token, ROOM, now);
      return verdict.ok ? OK : verdict.close;
    },
  };
}

const one = await createKeyPair('EdDSA');
const two = await createKeyPair('ES256');
const [oneShown] = one.jwks.keys;
const [twoShown] = two.jwks.keys;

describe('a key set behind a URL', () => {
  test('is fetched once, by whoever comes first, and for all who come at once', async () => {
    const server = await startKeys(oneShown, twoShown);
    const { try: attempt } = service(server.url);
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, (_, n) => attempt(n % 2 === 0 ? one.privateJwk : two.privateJwk, NOW)),
    );
    assert.deepEqual(new Set(verdicts), new Set([OK]));
    assert.equal(server.asked, 1);
    assert.equal(await attempt(one.privateJwk, NOW + KEYS_FRESH_MS - 1), OK);
    assert.equal(server.asked, 1);
  });

  test('turns: a new key is looked for once, by all who have it; the old one goes on as long as it is there', async () => {
    const server = await startKeys(oneShown);
    const { try: attempt } = service(server.url);
    assert.equal(await attempt(one.privateJwk, NOW), OK);
    server.says({ keys: [oneShown, twoShown] });
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => attempt(two.privateJwk, NOW + 1)));
    assert.deepEqual(new Set(verdicts), new Set([OK]));
    assert.equal(server.asked, 2);
    server.says({ keys: [twoShown] });
    assert.equal(await attempt(one.privateJwk, NOW + 2), OK);
    assert.equal(await attempt(two.privateJwk, NOW + 2 + KEYS_FRESH_MS), OK);
    assert.equal(await attempt(one.privateJwk, NOW + 2 + KEYS_FRESH_MS), 'token-invalid');
  });

  test('is not asked for each made-up key: once in a while', async () => {
    const server = await startKeys(oneShown);
    const { try: attempt } = service(server.url);
    assert.equal(await attempt(one.privateJwk, NOW), OK);
    for (let n = 0; n < 20; n += 1) {
      assert.equal(await attempt({ ...two.privateJwk, kid: `made-up-${n}` }, NOW + n), 'token-invalid');
    }
    assert.equal(server.asked, 2);
    assert.equal(await attempt(two.privateJwk, NOW + UNKNOWN_KEY_PAUSE_MS), 'token-invalid');
    assert.equal(server.asked, 3);
  });

  test('that fails for a while locks out nobody whose key is known', async () => {
    const server = await startKeys(oneShown);
    const { try: attempt, troubles } = service(server.url);
    assert.equal(await attempt(one.privateJwk, NOW), OK);
    server.says('down', 500);
    let now = NOW + KEYS_FRESH_MS;
    assert.equal(await attempt(one.privateJwk, now), OK);
    assert.equal(server.asked, 2);
    // Nobody waits for it, until it is tried again.
    assert.equal(await attempt(one.privateJwk, now + RETRY_MS - 1), OK);
    assert.equal(server.asked, 2);
    now += RETRY_MS;
    assert.equal(await attempt(one.privateJwk, now), OK);
    assert.equal(server.asked, 3);
    // A key that nobody knows may be new: come back later.
    assert.equal(await attempt(two.privateJwk, now), 'unavailable');
    assert.deepEqual(troubles, ['status', 'status']);
    server.says({ keys: [oneShown, twoShown] });
    now += RETRY_MS;
    assert.equal(await attempt(two.privateJwk, now), OK);
    assert.equal(await attempt(one.privateJwk, now), OK);
  });

  test('that was never there: unavailable, and in as soon as it is', async () => {
    const server = await startKeys();
    const { try: attempt } = service(server.url);
    server.says('down', 503);
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => attempt(one.privateJwk, NOW)));
    assert.deepEqual(new Set(verdicts), new Set(['unavailable']));
    assert.equal(server.asked, 1);
    assert.equal(await attempt(one.privateJwk, NOW + RETRY_EMPTY_MS - 1), 'unavailable');
    assert.equal(server.asked, 1);
    server.says({ keys: [oneShown] });
    assert.equal(await attempt(one.privateJwk, NOW + RETRY_EMPTY_MS), OK);
  });

  test('nobody listens there: unavailable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { try: attempt, troubles } = service(`http://127.0.0.1:${port}/`);
    assert.equal(await attempt(one.privateJwk, NOW), 'unavailable');
    assert.deepEqual(troubles, ['not-reached']);
  });

  test('withdrawn as a whole: nobody gets in', async () => {
    const server = await startKeys(oneShown);
    const { try: attempt, troubles } = service(server.url);
    assert.equal(await attempt(one.privateJwk, NOW), OK);
    server.says({ keys: [] });
    assert.equal(await attempt(one.privateJwk, NOW + KEYS_FRESH_MS), 'unavailable');
    assert.deepEqual(troubles, ['no-usable-keys']);
  });

  test('a clock that is set back by an hour holds nothing up', async () => {
    const server = await startKeys(oneShown);
    const { try: attempt } = service(server.url);
    assert.equal(await attempt(one.privateJwk, NOW), OK);
    assert.equal(await attempt(two.privateJwk, NOW), 'token-invalid');
    server.says({ keys: [oneShown, twoShown] });
    assert.equal(await attempt(two.privateJwk, NOW - 3_600_000), OK);
  });
});

/** Answers that are no key set; the last ones never end. */
const BAD: readonly (readonly [string, KeyTrouble, RequestListener])[] = [
  ['a page in HTML', 'not-json', (_, response) => response.end('<!doctype html><title>Sign in</title>')],
  ['nothing', 'not-json', (_, response) => response.end()],
  ['JSON that is no key set', 'not-a-key-set', (_, response) => response.end('{"no":"keys"}')],
  ['null', 'not-a-key-set', (_, response) => response.end('null')],
  ['keys that are no list', 'not-a-key-set', (_, response) => response.end('{"keys":{"length":1}}')],
  ['an error', 'status', (_, response) => response.writeHead(500).end(JSON.stringify(one.jwks))],
  ['204', 'status', (_, response) => response.writeHead(204).end()],
  [
    'more keys than any set has',
    'too-many-keys',
    (_, response) => response.end(JSON.stringify({ keys: Array(KEY_SET_KEYS + 1).fill({}) })),
  ],
  [
    'a good set, and a lot of nothing behind it',
    'too-large',
    (_, response) => response.end(JSON.stringify(one.jwks).padEnd(KEY_SET_BYTES + 1)),
  ],
  [
    'bytes without end',
    'too-large',
    (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    },
  ],
  [
    'a cut in the middle',
    'not-reached',
    (_, response) => response.write('{"keys":[', () => response.destroy()),
  ],
  ['no answer', 'too-slow', () => undefined],
  ['half an answer, and then silence', 'too-slow', (_, response) => response.write('{"keys":[')],
];

describe('an answer that is no key set', () => {
  for (const [what, why, answer] of BAD) {
    test(`${what}: ${why}; the keys from before stay`, async () => {
      const server = await startKeys(oneShown);
      const { try: attempt, troubles } = service(server.url);
      assert.equal(await attempt(one.privateJwk, NOW), OK);
      server.answer = answer;
      assert.equal(await attempt(one.privateJwk, NOW + KEYS_FRESH_MS), OK);
      assert.deepEqual(troubles, [why]);
      assert.equal(server.asked, 2);
    });
  }

  test('a redirect is not followed', async () => {
    const elsewhere = await startKeys(oneShown);
    const server = await startKeys();
    const { try: attempt, troubles } = service(server.url);
    for (const [n, status] of [301, 302, 303, 307, 308].entries()) {
      server.answer = (_, response) => response.writeHead(status, { location: elsewhere.url }).end();
      assert.equal(await attempt(one.privateJwk, NOW + n * RETRY_EMPTY_MS), 'unavailable');
    }
    assert.deepEqual(troubles, Array(5).fill('status'));
    assert.equal(elsewhere.asked, 0);
  });
});

describe('a set with keys of all kinds', () => {
  const x = oneShown.x;
  const useless: readonly (readonly [string, unknown])[] = [
    ['a symmetric key', { kty: 'oct', k: x, kid: one.privateJwk.kid }],
    ['a private key', one.privateJwk],
    ['RSA', { kty: 'RSA', n: x, e: 'AQAB', kid: one.privateJwk.kid }],
    ['another curve', { ...oneShown, crv: 'Ed448' }],
    ['an alg that does not fit its kind', { ...oneShown, alg: 'ES256' }],
    ['a key for encryption', { ...oneShown, use: 'enc' }],
    ['a key that may only sign', { ...oneShown, key_ops: ['sign'] }],
    ['a number as kid', { ...oneShown, kid: 7 }],
    ['half a key', { ...oneShown, x: x.slice(1) }],
    ['null', null],
    ['a word', 'key'],
  ];
  for (const [what, key] of useless) {
    test(`${what} is passed over, and the good one beside it taken`, async () => {
      const server = await startKeys(key, twoShown);
      const { try: attempt } = service(server.url);
      assert.equal(await attempt(two.privateJwk, NOW), OK);
      assert.equal(await attempt(one.privateJwk, NOW), 'token-invalid');
    });
  }

  test('the younger name of EdDSA is as good', async () => {
    const server = await startKeys({ ...oneShown, alg: 'Ed25519' });
    assert.equal(await service(server.url).try(one.privateJwk, NOW), OK);
  });
});
