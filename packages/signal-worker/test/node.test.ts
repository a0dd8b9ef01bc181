import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { createServer, connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { VERSION } from '../src/version.js';
import {
  ListenError,
  loadConfig,
  mintToken,
  startService,
  type Config,
  type RunningService,
  type ServiceOptions,
} from '../src/index.js';
import { connect, PAGE } from './client.js';
import { conformance, SECRET, type Host } from './conformance.js';
import manifest from '../package.json' with { type: 'json' };

function configure(environment: Record<string, string>): Config {
  const result = loadConfig({ PORT: '0', LOG_LEVEL: 'silent', ...environment });
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return result.config;
}

const BASE = { JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE };

/** The Node host in this process. A restart cuts every socket at once. */
async function startNode(environment: Record<string, string>): Promise<Host> {
  const config = configure(environment);
  let service: RunningService = await startService(config, { drainMs: 1 });
  const { port, url } = service;
  return {
    url,
    restart: async () => {
      await service.close();
      service = await startService({ ...config, port }, { drainMs: 1 });
    },
    close: () => service.close(),
  };
}

conformance('Node', startNode);

let running: RunningService[] = [];
/** A service that ends with its test, whatever comes of it. */
async function run(config: Config, options: ServiceOptions = {}): Promise<RunningService> {
  const service = await startService(config, { drainMs: 50, ...options });
  running.push(service);
  return service;
}
afterEach(async () => {
  for (const service of running) await service.close();
  running = [];
});

describe('the Node host', () => {
  test('has the version of its package', () => assert.equal(VERSION, manifest.version));

  test('stops in order: everybody is told, closed with 1012, and nothing is open', async () => {
    const service = await run(configure(BASE));
    const client = await connect(service.url);
    client.send({
      type: 'hello',
      token: await mintToken(SECRET, { room: 'support-42', sub: 'anna' }),
      join: true,
    });
    await client.next('joined');
    const closing = service.close();
    assert.ok((await client.next('going-away')).retryAfterMs > 0);
    assert.deepEqual(await client.closed, { code: 1012, reason: 'restart' });
    await closing;
    await service.close();
    await assert.rejects(fetch(`${service.url}/healthz`));
  });

  test('does not wait for those who do not answer', async () => {
    const service = await run(configure(BASE), { drainMs: 50 });
    const client = await connect(service.url);
    client.socket.pause();
  });

  test('drops a socket that is silent, and holds its seat', async () => {
    const service = await run(configure({ ...BASE, LIMIT_SILENT_MS: '500' }));
    const anna = await connect(service.url);
    const ben = await connect(service.url);
    for (const [client, sub] of [
      [anna, 'anna'],
      [ben, 'ben'],
    ] as const) {
      client.send({ type: 'hello', token: await mintToken(SECRET, { room: 'support-42', sub }), join: true });
      await client.next('joined');
    }
    const pings = setInterval(() => anna.socket.send('ping'), 100);
    assert.equal((await ben.closed).code, 1006);
    await anna.next('peer-away');
    clearInterval(pings);
  });

  test('forgets a seat after its time of grace', async () => {
    const service = await run(configure({ ...BASE, LIMIT_GRACE_IN_CALL_MS: '50' }));
    const anna = await connect(service.url);
    const ben = await connect(service.url);
    for (const [client, sub] of [
      [anna, 'anna'],
      [ben, 'ben'],
    ] as const) {
      client.send({ type: 'hello', token: await mintToken(SECRET, { room: 'support-42', sub }), join: true });
      await client.next('joined');
    }
    ben.socket.terminate();
    assert.equal((await anna.next('peer-left')).reason, 'lost');
  });

  test('does not take a corrected clock for silence', async () => {
    const service = await run(configure({ ...BASE, LIMIT_SILENT_MS: '3000', LIMIT_SILENT_IDLE_MS: '3000' }));
    const anna = await connect(service.url);
    anna.send({
      type: 'hello',
      token: await mintToken(SECRET, { room: 'support-42', sub: 'anna' }),
      join: true,
    });
    await anna.next('joined');
    const real = Date.now;
    try {
      for (const hours of [1, -1]) {
        Date.now = () => real() + hours * 3_600_000;
        // Silence is looked for every second: this is less of it than is allowed.
        await new Promise((resolve) => setTimeout(resolve, 1_300));
        await anna.pong();
      }
    } finally {
      Date.now = real;
    }
    assert.equal(anna.socket.readyState, anna.socket.OPEN);
  });

  test('stops, though somebody does not read why they were refused', async () => {
    const service = await run(configure(BASE), { drainMs: 200 });
    const stalled = connectTcp(service.port, '127.0.0.1');
    await once(stalled, 'connect');
    stalled.on('error', () => undefined);
    stalled.pause();
    stalled.write('GET /v1/check HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5_000));
    stalled.write('GET /v1/rooms/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    // Another one is answered: what came before has arrived.
    assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
    await service.close();
    stalled.destroy();
  });

  test('closes raw sockets that ask for something else', async () => {
    const service = await run(configure(BASE));
    for (const [request, status] of [
      [
        'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
        400,
      ],
      ['GET /v1/rooms/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(2_000)}\r\n`, 431],
      [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const socket = connectTcp(service.port, '127.0.0.1');
      socket.setEncoding('utf8');
      let answer = '';
      socket.on('data', (data: string) => (answer += data));
      socket.write(request);
      await once(socket, 'close');
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  test('a busy port: in words, or the next one in demo mode', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const busy = { PORT: String(port) };
    await assert.rejects(
      run(configure({ ...BASE, ...busy })),
      (error) =>
        error instanceof ListenError &&
        error.message.includes(`Port ${port}`) &&
        error.message.includes('set PORT'),
    );
    const told: number[] = [];
    const service = await run(configure({ DEMO: 'on', ...busy }), {
      onPortBusy: (at) => told.push(at),
    });
    assert.equal(told[0], port);
    assert.ok(service.port > port);
    await service.close();
    blocker.close();
  });

  test('the demo lets its own pages in, and a token from it is good', async () => {
    const service = await run(configure({ DEMO: 'on' }));
    for (const name of ['127.0.0.1', 'localhost']) {
      const origin = `http://${name}:${service.port}`;
      const response = await fetch(`${service.url}/v1/demo/token?sub=somebody-new`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: '{"room":"demo"}',
      });
      const { token } = (await response.json()) as { token: string };
      const client = await connect(service.url, { room: 'demo', origin });
      client.send({ type: 'hello', token });
      await client.next('welcome');
    }
    await assert.rejects(connect(service.url, { room: 'demo', origin: 'http://127.0.0.1:1' }));
  });
});
