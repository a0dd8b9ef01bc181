import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createApp, type AppDeps } from '../app.js';
import { metricsRoute, type MetricsText } from './metrics-route.js';

const TOKEN = 'a-token-of-metrics+/=~!';
const source: MetricsText = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  text: () => Promise.resolve('# HELP up\n'),
};
const deps: AppDeps = {
  version: '9.9.9',
  isOriginAllowed: () => true,
  isDraining: () => false,
  turn: () => 'none',
  now: () => 42,
  onError: () => undefined,
  demo: null,
  metrics: null,
  rooms: null,
};
const ask = (
  app: { fetch: (request: Request) => Response | Promise<Response> },
  authorization?: string,
  method = 'GET',
) =>
  app.fetch(
    new Request('http://127.0.0.1/metrics', {
      method,
      headers: authorization === undefined ? {} : { authorization },
    }),
  );

describe('/metrics on the port of the service', () => {
  test('is not there without a token', async () => {
    assert.equal((await ask(createApp(deps), `Bearer ${TOKEN}`)).status, 404);
  });

  const app = createApp({ ...deps, metrics: { source, token: TOKEN } });

  test('shows the numbers to whoever has the token', async () => {
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`]) {
      const response = await ask(app, authorization);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), source.contentType);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.equal(response.headers.get('access-control-allow-origin'), null);
      assert.equal(await response.text(), '# HELP up\n');
    }
  });

  test('answers everybody else the same', async () => {
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Basic ${TOKEN}`,
      TOKEN,
      'Bearer wrong',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(0, -1)}`,
      `Bearer x ${TOKEN}`,
      `Bearer ${TOKEN} x`,
      `Bearer ${TOKEN.toUpperCase()}`,
      `Bearer ${'x'.repeat(8_000)}`,
    ]) {
      const response = await ask(app, authorization);
      assert.equal(response.status, 401, authorization);
      assert.equal(response.headers.get('www-authenticate'), 'Bearer');
      assert.deepEqual(await response.json(), { error: 'Unauthorized' });
    }
    assert.equal((await ask(app, 'Bearer wrong', 'POST')).status, 401);
    assert.equal((await ask(app, `Bearer ${TOKEN}`, 'POST')).status, 404);
  });

  test('a scrape that fails says nothing of why, but is reported', async () => {
    const errors: unknown[] = [];
    const failing = { ...source, text: () => Promise.reject(new Error('secret detail')) };
    const response = await ask(
      createApp({
        ...deps,
        onError: (error) => errors.push(error),
        metrics: { source: failing, token: TOKEN },
      }),
      `Bearer ${TOKEN}`,
    );
    assert.deepEqual([response.status, await response.text()], [500, 'Internal error']);
    assert.equal(errors.length, 1);
  });
});

test('without a token, whoever reaches the route may read', async () => {
  const app = metricsRoute(source, null);
  assert.equal(await (await ask(app)).text(), '# HELP up\n');
});
