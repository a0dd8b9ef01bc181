// The numbers of a running service, over HTTP, after people really met there.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { ListenError, loadConfig, mintToken, startService, type RunningService } from '../src/index.js';
import { METRICS } from '../src/metrics/catalogue.js';
import { connect, PAGE, refusal, type Client } from './client.js';
import { SECRET } from './conformance.js';
import { parsePrometheus, valueOf, type Family } from './prometheus-text.js';

const TOKEN = 'a-token-of-metrics';

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

async function run(environment: Record<string, string>): Promise<RunningService> {
  const base = { PORT: '0', LOG_LEVEL: 'silent', JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE };
  const result = loadConfig({ ...base, ...environment });
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  const service = await startService(result.config, { drainMs: 50 });
  ends.push(() => service.close());
  return service;
}

const ask = (url: string, token?: string) =>
  fetch(`${url}/metrics`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

async function scrape(url: string): Promise<ReadonlyMap<string, Family>> {
  return parsePrometheus(await (await ask(url, TOKEN)).text());
}

async function enter(url: string, sub: string): Promise<Client> {
  const client = await connect(url, { room: 'canary-room' });
  const token = await mintToken(SECRET, { room: 'canary-room', sub, name: 'canary-name' });
  client.send({ type: 'hello', token, join: true });
  await client.next('joined');
  return client;
}

describe('where the metrics are', () => {
  test('nowhere, unless there is a token or a port', async () => {
    const service = await run({});
    assert.equal(service.metricsPort, null);
    assert.equal((await ask(service.url, TOKEN)).status, 404);
  });

  test('with a token: on the port of the service, for whoever has it', async () => {
    const { url } = await run({ METRICS_TOKEN: TOKEN });
    const response = await ask(url, TOKEN);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.equal((await ask(url)).status, 401);
    assert.equal((await ask(url, 'wrong')).status, 401);
  });

  test('with a port: there, and not on the port of the service', async () => {
    const { url, metricsPort } = await run({ METRICS_PORT: '0' });
    assert.ok(metricsPort !== null && metricsPort > 0);
    assert.equal((await ask(`http://127.0.0.1:${metricsPort}`)).status, 200);
    assert.equal((await ask(url)).status, 404);
  });

  test('with a port and a token: nowhere without the token', async () => {
    const { url, metricsPort } = await run({ METRICS_PORT: '0', METRICS_TOKEN: TOKEN });
    for (const where of [url, `http://127.0.0.1:${metricsPort}`]) {
      assert.equal((await ask(where)).status, 401);
      assert.equal((await ask(where, TOKEN)).status, 200);
    }
  });

  test('a busy port is said in words, and nothing is left running', async () => {
    const { metricsPort } = await run({ METRICS_PORT: '0' });
    await assert.rejects(
      run({ METRICS_PORT: String(metricsPort) }),
      (error) => error instanceof ListenError && error.message.includes('set METRICS_PORT'),
    );
  });
});

test('counts what happens, and names nobody', async () => {
  const { url } = await run({ METRICS_TOKEN: TOKEN });
  for (const name of Object.keys(METRICS)) assert.ok((await scrape(url)).has(name), name);

  const anna = await enter(url, 'canary-anna');
  const ben = await enter(url, 'canary-ben');
  anna.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'canary-sdp' });
  await ben.next('offer');
  assert.equal(await refusal(url, { origin: 'https://canary.example' }), 403);
  const stranger = await connect(url);
  stranger.send({ type: 'hello', token: 'canary-token' });
  await stranger.closed;
  anna.send({
    type: 'report',
    metrics: [
      { name: 'call_setup_time_ms', value: 640 },
      { name: 'ice_restart_total', value: 2, labels: { outcome: 'started', room: 'canary' } },
      { name: 'codec_selected_total', value: 1, labels: { codec: 'canary' } },
      { name: 'canary', value: 1 },
    ],
  });
  await anna.pong();

  const text = await (await ask(url, TOKEN)).text();
  const families = parsePrometheus(text);
  const expected: [string, Record<string, string>, number][] = [
    ['p2p_sockets', { state: 'welcomed' }, 2],
    ['p2p_rooms', { state: 'pair' }, 1],
    ['p2p_joins_total', { result: 'seated' }, 2],
    ['p2p_messages_total', { type: 'offer' }, 1],
    ['p2p_messages_total', { type: 'hello' }, 3],
    ['p2p_messages_total', { type: 'report' }, 1],
    ['p2p_messages_total', { type: 'ping' }, 1],
    ['p2p_relay_seconds_count', {}, 1],
    ['p2p_upgrades_refused_total', { status: '403' }, 1],
    ['p2p_closes_total', { code: '4401' }, 1],
    ['call_setup_time_ms_bucket', { le: '750' }, 1],
    ['call_setup_time_ms_sum', {}, 640],
    ['ice_restart_total', { outcome: 'started' }, 2],
    ['codec_selected_total', { codec: 'other' }, 1],
    ['p2p_reports_dropped_total', { reason: 'unknown-name' }, 1],
  ];
  for (const [name, labels, value] of expected)
    assert.equal(valueOf(families, name, labels), value, `${name} ${JSON.stringify(labels)}`);
  for (const secret of ['canary', '127.0.0.1', SECRET, TOKEN, PAGE])
    assert.ok(!text.includes(secret), secret);
});
