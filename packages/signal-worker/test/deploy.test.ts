// examples/deploy: the real nginx and Caddy in front of a service, with those very files.
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { LIMITS } from '@p2p-call/protocol';
import { whyWithout } from '../../../scripts/servers.mjs';
import { loadConfig, mintToken, startService, type RunningService } from '../src/index.js';
import { PAGE, type Client } from './client.js';
import { SECRET } from './conformance.js';
import { readExample, readVariables } from './deploy-files.js';
import { startProxy, type Change, type Proxy, type ProxyName } from './deploy-proxy.js';
import { ask, askRaw, knock, visit, type Visit } from './deploy-visitor.js';

const METRICS_TOKEN = 'a-token-of-metrics';
const WITHOUT_ADDRESSES = process.platform === 'linux' ? false : 'only Linux answers at all of 127.0.0.0/8';

/** A service as service.env sets it up, but for its port and its secret. */
async function startBehind(more: Record<string, string> = {}): Promise<RunningService> {
  const environment = { ...readVariables(readExample('service.env')), PORT: '0', LOG_LEVEL: 'silent' };
  const result = loadConfig({ ...environment, JOIN_SECRET: SECRET, METRICS_TOKEN, ...more });
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return startService(result.config, { drainMs: 500 });
}

/** A service and a proxy of its own for one test. */
async function startPair(
  t: TestContext,
  name: ProxyName,
  environment: Record<string, string>,
  changes: readonly Change[] = [],
): Promise<{ service: RunningService; proxy: Proxy }> {
  const service = await startBehind(environment);
  t.after(() => service.close());
  const proxy = await startProxy(name, service.port, changes);
  t.after(() => proxy.close());
  return { service, proxy };
}

async function enter(proxy: Proxy, sub: string, options: Visit = {}): Promise<Client> {
  const client = await visit(proxy, options);
  client.send({ type: 'hello', token: await mintToken(SECRET, { room: options.room ?? 'support-42', sub }) });
  await client.next('welcome');
  return client;
}

async function pair(proxy: Proxy, room: string): Promise<{ anna: Client; ben: Client }> {
  const anna = await enter(proxy, 'anna', { room });
  anna.send({ type: 'join' });
  await anna.next('joined');
  const ben = await enter(proxy, 'ben', { room });
  ben.send({ type: 'join' });
  await ben.next('joined');
  await anna.next('peer-joined');
  return { anna, ben };
}

function behind(name: ProxyName): void {
  let service: RunningService;
  let proxy: Proxy;
  before(async () => {
    service = await startBehind();
    proxy = await startProxy(name, service.port);
  });
  after(async () => {
    await proxy.close();
    await service.close();
  });

  describe('what is public', () => routes(() => proxy));
  describe('sockets', () => sockets(name, () => proxy));
  describe('addresses', { skip: WITHOUT_ADDRESSES }, () => addresses(name));
  test('its log names no address, no room and no query', (t) => logs(t, name));
}

function routes(proxy: () => Proxy): void {
  test('health and the check of a page', async () => {
    assert.deepEqual(await ask(proxy(), '/healthz'), { status: 200, text: 'ok' });
    assert.deepEqual(await ask(proxy(), '/readyz'), { status: 200, text: 'ready' });
    const check = await ask(proxy(), '/v1/check', { headers: { Origin: PAGE } });
    assert.match(check.text, /"originAllowed":true/);
  });

  test('nothing else, and the metrics by no path', async () => {
    const bearer = `Authorization: Bearer ${METRICS_TOKEN}\r\n`;
    for (const path of ['/', '/metrics', '/metrics/', '//metrics', '/METRICS', '/v1/demo/token'])
      assert.equal(await askRaw(proxy(), path, bearer), 404, path);
    for (const path of ['/healthz/../metrics', '/v1/rooms/../../metrics', '/v1/rooms/%2e%2e/%2e%2e/metrics'])
      assert.notEqual(await askRaw(proxy(), path, bearer), 200, path);
  });

  test('refusals pass as they are', async () => {
    assert.equal(await knock(proxy(), { origin: 'https://elsewhere.example' }), 403);
    assert.equal(await knock(proxy(), { room: 'not.a.room' }), 400);
    assert.equal(await knock(proxy(), { protocols: ['other'] }), 426);
  });
}

function sockets(name: ProxyName, proxy: () => Proxy): void {
  test('two people find each other, and 64 KiB pass', async () => {
    const { anna, ben } = await pair(proxy(), 'both');
    anna.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 offer' });
    assert.equal((await ben.next('offer')).sdp, 'v=0 offer');
    const start = '{"type":"probe","n":1,"padding":"';
    anna.socket.send(`${start}${'x'.repeat(LIMITS.frameBytes - start.length - 2)}"}`);
    assert.equal((await ben.next('probe')).n, 1);
    anna.send({ type: 'leave' });
    assert.equal((await ben.next('peer-left')).reason, 'left');
  });

  test('close codes and their reasons pass', async () => {
    const stranger = await visit(proxy());
    stranger.send({ type: 'hello', token: 'no-token' });
    assert.deepEqual(await stranger.closed, { code: 4401, reason: 'token-invalid' });
    const loud = await enter(proxy(), 'loud');
    loud.socket.send('x'.repeat(LIMITS.frameBytes + 1));
    assert.equal((await loud.closed).code, 1009);
  });

  test('a service that stops says so to the pages', async (t) => {
    const own = await startPair(t, name, {});
    const { anna } = await pair(own.proxy, 'restart');
    await own.service.close();
    assert.ok((await anna.next('going-away')).retryAfterMs > 0);
    assert.deepEqual(await anna.closed, { code: 1012, reason: 'restart' });
    assert.equal((await ask(own.proxy, '/healthz')).status, 502);
  });
}

function addresses(name: ProxyName): void {
  test('limits count by the person’s own address, whatever they say it is', async (t) => {
    const { proxy } = await startPair(t, name, { LIMIT_SOCKETS_PER_ADDRESS: '1' });
    const [anna, ben] = ['127.0.0.2', '127.0.0.3'];
    await enter(proxy, 'anna', { from: anna });
    assert.equal(await knock(proxy, { from: anna }), 429);
    assert.equal(await knock(proxy, { from: anna, headers: { 'X-Forwarded-For': '198.51.100.1' } }), 429);
    await enter(proxy, 'ben', { from: ben });
    assert.equal(await knock(proxy, { from: ben }), 429);
  });
}

async function logs(t: TestContext, name: ProxyName): Promise<void> {
  const { service, proxy } = await startPair(t, name, {});
  const { anna } = await pair(proxy, 'canary-room');
  assert.equal((await ask(proxy, '/v1/check?canary=query')).status, 200);
  await service.close();
  await anna.closed;
  assert.equal(await knock(proxy, { room: 'canary-room' }), 502);
  assert.equal((await ask(proxy, '/canary-path?canary=query')).status, 404);
  await proxy.close();
  const text = await proxy.log();
  for (const status of ['200', '404', '502']) assert.ok(text.includes(status), `${status} in ${text}`);
  const ours = text.replaceAll(`127.0.0.1:${service.port}`, 'the service');
  const found = /canary-(room|name)|canary=|support-42|remote_ip"|127\.0\.0\.[1-9](?!:)/.exec(ours);
  assert.equal(found?.[0], undefined, ours);
}

for (const name of ['nginx', 'caddy'] as const)
  describe(`behind ${name}`, { skip: whyWithout(name, 'openssl') }, () => behind(name));

describe('how long a proxy waits', () => {
  const seconds = (directive: string): number =>
    Number(new RegExp(`^ +${directive} (\\d+)s;$`, 'm').exec(readExample('nginx.conf'))?.[1]);

  test('nginx: longer than the service, which closes with a code', () => {
    for (const directive of ['proxy_read_timeout', 'proxy_send_timeout']) {
      assert.ok(seconds(directive) * 1000 > LIMITS.silentIdleMs, directive);
      assert.ok(seconds(directive) * 1000 > 2 * LIMITS.pingElsewhereMs, directive);
    }
  });

  test('Caddy: without end, unless somebody says otherwise', () => {
    assert.doesNotMatch(readExample('Caddyfile'), /timeout/);
  });

  test(
    'nginx: who pings stays, who is silent is cut off',
    { skip: whyWithout('nginx', 'openssl') },
    async (t) => {
      const { proxy } = await startPair(t, 'nginx', {}, [
        ['proxy_read_timeout 120s', 'proxy_read_timeout 2s'],
        ['proxy_send_timeout 120s', 'proxy_send_timeout 2s'],
      ]);
      const talker = await enter(proxy, 'talker');
      const pings = setInterval(() => talker.socket.send('ping'), 200);
      t.after(() => clearInterval(pings));
      const silent = await enter(proxy, 'silent');
      assert.equal((await silent.closed).code, 1006);
      await talker.pong();
    },
  );
});
