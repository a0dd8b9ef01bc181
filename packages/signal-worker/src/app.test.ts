import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createApp, type AppDeps } from './app.js';

const PAGE = 'https://www.example.com';
const deps: AppDeps = {
  version: '9.9.9',
  isOriginAllowed: (origin) => origin === PAGE,
  isDraining: () => false,
  turn: () => 'none',
  now: () => 42,
  onError: () => undefined,
  demo: null,
  metrics: null,
  rooms: null,
};
const files: Record<string, string> = { 'index.html': '<p2p-call>', 'demo.js': 'x' };
const demo: AppDeps['demo'] = {
  file: (name) => {
    const text = files[name];
    return Promise.resolve(
      text === undefined ? null : { type: 'text/plain', body: new TextEncoder().encode(text) },
    );
  },
  mint: (room, sub) => Promise.resolve(`${room}/${sub}`),
  newRoom: () => 'fresh-room',
  newSub: () => 'new-person',
};

const app = createApp(deps);
const demoApp = createApp({ ...deps, demo });
const get = (path: string, headers: Record<string, string> = {}, to = app) =>
  to.fetch(new Request(`http://127.0.0.1${path}`, { headers }));

describe('routes', () => {
  test('/healthz says that the process lives, /readyz that it takes calls', async () => {
    assert.equal((await get('/healthz')).status, 200);
    assert.equal((await get('/readyz')).status, 200);
    const draining = createApp({ ...deps, isDraining: () => true });
    assert.equal((await get('/healthz', {}, draining)).status, 200);
    assert.equal((await get('/readyz', {}, draining)).status, 503);
  });

  test('/v1/check is open to every origin, and says whether it is allowed', async () => {
    for (const [origin, originAllowed] of [
      [PAGE, true],
      ['https://else.example', false],
    ] as const) {
      const response = await get('/v1/check', { origin });
      assert.equal(response.headers.get('access-control-allow-origin'), '*');
      assert.deepEqual(await response.json(), { now: 42, originAllowed, version: '9.9.9', turn: 'none' });
    }
    assert.deepEqual(await (await get('/v1/check')).json(), {
      now: 42,
      originAllowed: false,
      version: '9.9.9',
      turn: 'none',
    });
  });

  test('/v1/check of a page on the service\u2019s own origin, whose browser sends no Origin', async () => {
    const own = { 'sec-fetch-site': 'same-origin' };
    for (const [host, originAllowed] of [
      [new URL(PAGE).host, true],
      ['else.example', false],
    ] as const) {
      const response = await get('/v1/check', { ...own, host });
      assert.equal(((await response.json()) as { originAllowed: boolean }).originAllowed, originAllowed);
    }
  });

  test('a room is for sockets', async () => {
    const response = await get('/v1/rooms/support-42');
    assert.deepEqual([response.status, response.headers.get('upgrade')], [426, 'websocket']);
    assert.equal((await get('/v1/rooms/a%20b')).status, 400);
  });

  test('there is nothing else, and no demo unless it is on', async () => {
    for (const path of ['/', '/?room=x', '/index.html', '/metrics', '/v1/demo/token']) {
      const response = await get(path);
      assert.equal(response.status, 404);
      assert.equal(await response.text(), 'Not found');
    }
  });

  test('a route that fails says nothing of why, but is reported', async () => {
    const errors: unknown[] = [];
    const failing = createApp({
      ...deps,
      onError: (error) => errors.push(error),
      now: () => {
        throw new Error('secret detail');
      },
    });
    const response = await get('/v1/check', {}, failing);
    assert.deepEqual([response.status, await response.text()], [500, 'Internal error']);
    assert.equal(errors.length, 1);
  });
});

describe('the demo', () => {
  test('sends a page without a room to a fresh one, and keeps what else it asked for', async () => {
    const response = await get('/?theme=dark', {}, demoApp);
    assert.deepEqual(
      [response.status, response.headers.get('location')],
      [302, '/?theme=dark&room=fresh-room'],
    );
    assert.equal((await get('/?room=a%20b', {}, demoApp)).headers.get('location'), '/?room=fresh-room');
  });

  test('serves its files with a strict policy, and nothing from elsewhere', async () => {
    const page = await get('/?room=x', {}, demoApp);
    assert.equal(await page.text(), '<p2p-call>');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.match(page.headers.get('permissions-policy') ?? '', /camera=\(self\), microphone=\(self\)/);
    assert.equal(await (await get('/demo.js', {}, demoApp)).text(), 'x');
    for (const path of ['/none.js', '/..%2Findex.html', '/.env', '/a/b.js']) {
      assert.equal((await get(path, {}, demoApp)).status, 404, path);
    }
  });

  const post = (body: string, path = '/v1/demo/token', headers: Record<string, string> = {}) =>
    demoApp.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    );

  test('hands out tokens: somebody new, or who they were before', async () => {
    assert.deepEqual(await (await post('{"room":"x"}')).json(), { token: 'x/new-person' });
    const again = await post('{"room":"x"}', '/v1/demo/token?sub=the-same-person', { origin: PAGE });
    assert.deepEqual(await again.json(), { token: 'x/the-same-person' });
  });

  test('refuses what is not asked rightly, and pages from elsewhere', async () => {
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '{"room":7}',
      '{"room":"a b"}',
      '{"room":"*"}',
      `{"room":"${'x'.repeat(2000)}"}`,
    ]) {
      assert.equal((await post(body)).status, 400, body.slice(0, 20));
    }
    assert.equal((await post('{"room":"x"}', '/v1/demo/token?sub=a%20b')).status, 400);
    assert.equal(
      (await post('{"room":"x"}', '/v1/demo/token', { origin: 'https://evil.example' })).status,
      403,
    );
    assert.equal(
      (await post('{"room":"x"}', '/v1/demo/token', { 'content-type': 'text/plain' })).status,
      415,
    );
    assert.equal((await get('/v1/demo/token', {}, demoApp)).status, 404);
  });
});
