import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, test } from 'node:test';
import { parsePrometheus } from '../../../test/prometheus-text.js';
import { ListenError } from './listen.js';
import { createLogger } from './logger.js';
import { startMetricsServer, type MetricsServer } from './metrics-server.js';
import { createPrometheusMeter } from './prometheus.js';

const TOKEN = 'a-token-of-metrics';
let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

async function run(token: string | null, port = 0, lines: string[] = []): Promise<MetricsServer> {
  const meter = createPrometheusMeter();
  ends.push(() => meter.close());
  const log = createLogger('info', (line) => lines.push(line));
  const server = await startMetricsServer(meter, { host: '127.0.0.1', port, token, log });
  ends.push(() => server.close());
  return server;
}
const ask = (port: number, path = '/metrics', headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers });

test('serves the numbers, and nothing else', async () => {
  const { port } = await run(null);
  const response = await ask(port);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.ok(parsePrometheus(await response.text()).has('p2p_joins_total'));
  for (const path of ['/', '/healthz', '/v1/rooms/x']) assert.equal((await ask(port, path)).status, 404);
});

test('asks for the token, if there is one', async () => {
  const { port } = await run(TOKEN);
  assert.equal((await ask(port, '/metrics', { authorization: `Bearer ${TOKEN}` })).status, 200);
  for (const headers of [{}, { authorization: 'Bearer wrong' }] as Record<string, string>[])
    assert.equal((await ask(port, '/metrics', headers)).status, 401);
});

test('a port that is taken is said in words, with the name of its setting', async () => {
  const { port } = await run(null);
  await assert.rejects(
    run(null, port),
    (error) =>
      error instanceof ListenError &&
      error.message.includes(`Port ${port} `) &&
      error.message.includes('set METRICS_PORT'),
  );
});

test('closes raw sockets that ask for an upgrade or send too much', async () => {
  const { port } = await run(null);
  for (const [request, status] of [
    ['GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 404],
    [`GET /metrics HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(2_000)}\r\n`, 431],
  ] as const) {
    const socket = connectTcp(port, '127.0.0.1');
    socket.setEncoding('utf8');
    let answer = '';
    socket.on('data', (data: string) => (answer += data));
    socket.write(request);
    await once(socket, 'close');
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
  }
});

test('stops, though a scraper keeps its connection', async () => {
  const server = await run(null);
  const socket = connectTcp(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await server.close();
  await closed;
  await assert.rejects(ask(server.port));
});

test('a scrape that fails is one line in the log and 500', async () => {
  const lines: string[] = [];
  const log = createLogger('info', (line) => lines.push(line));
  const failing = { contentType: 'text/plain', text: () => Promise.reject(new Error('secret detail')) };
  const server = await startMetricsServer(failing, { host: '127.0.0.1', port: 0, token: null, log });
  ends.push(() => server.close());
  const response = await ask(server.port);
  assert.deepEqual([response.status, await response.text()], [500, 'Internal error']);
  assert.ok(lines.some((line) => line.includes('scrape-failed')));
  assert.ok(!lines.join('').includes('secret detail'));
});
