import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { loadConfig, mintToken, startService, type RunningService } from '../src/index.js';
import { connect, PAGE, type Client } from './client.js';
import { SECRET } from './conformance.js';

let turn: Server;
let service: RunningService;
let asked = 0;
let answer: (response: ServerResponse) => void;

/** Other credentials each time. */
const credentials = (response: ServerResponse): void => {
  const server = { urls: ['turn:relay.example'], username: `user-${asked}`, credential: 'password' };
  response.writeHead(201).end(JSON.stringify({ iceServers: [server] }));
};

async function enter(): Promise<Client> {
  const client = await connect(service.url);
  client.send({ type: 'hello', token: await mintToken(SECRET, { room: 'support-42', sub: 'anna' }) });
  return client;
}

beforeEach(async () => {
  [asked, answer] = [0, credentials];
  turn = createServer((_, response) => {
    asked += 1;
    answer(response);
  });
  turn.listen(0, '127.0.0.1');
  await once(turn, 'listening');
  const result = loadConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    JOIN_SECRET: SECRET,
    ALLOWED_ORIGINS: PAGE,
    STUN_URLS: 'stun:stun.example',
    CLOUDFLARE_TURN_KEY_ID: 'key',
    CLOUDFLARE_TURN_API_TOKEN: 'api-token',
    CLOUDFLARE_TURN_API_URL: `http://127.0.0.1:${(turn.address() as AddressInfo).port}`,
  });
  assert.ok(result.ok);
  service = await startService(result.config, { drainMs: 50 });
});
afterEach(async () => {
  await service.close();
  turn.closeAllConnections();
  turn.close();
});

const turnOfCheck = async (): Promise<unknown> => {
  const answered: unknown = await (await fetch(`${service.url}/v1/check`)).json();
  return typeof answered === 'object' && answered !== null && 'turn' in answered ? answered.turn : null;
};

describe('the service with a managed TURN service', () => {
  test('asks for each welcome and each "ice"', async () => {
    const anna = await enter();
    const welcome = await anna.next('welcome');
    assert.deepEqual([welcome.turn, welcome.iceTtl, welcome.iceServers[1]?.username], ['ok', 3600, 'user-1']);
    anna.send({ type: 'ice' });
    const fresh = await anna.next('ice');
    assert.deepEqual([fresh.turn, fresh.iceServers[1]?.username, asked], ['ok', 'user-2', 2]);
    assert.equal(await turnOfCheck(), 'ok');
  });

  test('that fails: people come in all the same, with STUN, and are told', async () => {
    answer = (response) => response.writeHead(500).end();
    const anna = await enter();
    const { turn: state, iceServers } = await anna.next('welcome');
    assert.deepEqual([state, iceServers], ['unavailable', [{ urls: ['stun:stun.example'] }]]);
    assert.equal(await turnOfCheck(), 'unavailable');
  });

  test('that says nothing does not hold up what else is to be said', async () => {
    const anna = await enter();
    await anna.next('welcome');
    const arrived = new Promise<ServerResponse>((resolve) => (answer = resolve));
    anna.send({ type: 'ice' });
    const response = await arrived;
    anna.send({ type: 'join' });
    await anna.next('joined');
    credentials(response);
    assert.equal((await anna.next('ice')).turn, 'ok');
  });
});
