// Values that stand for what is personal or secret are planted in everything that reaches the service. None of them may come out in
// its log or its metrics, whatever is done with them: taken, refused, too much, or in the way of an error.
import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import type { ClientMessage } from '@p2p-call/protocol';
import { VALID_CLIENT_FRAMES } from '../../protocol/src/fixtures.js';
import { createJoinToken } from '../src/token/index.js';
import { connect, refusal } from './client.js';
import { SECRET } from './conformance.js';
import { endAll, serve, stop } from './process.js';

after(endAll);

const CANARY = 'canary';
const PAGE = `https://${CANARY}.example`;
const ROOM = `${CANARY}-room`;
const TURN_SECRET = `${CANARY}-turn-secret-that-is-long-enough`;
const METRICS_TOKEN = `${CANARY}-metrics-token`;
const SERVICE_KEY = `${CANARY}-service-key`;

/** Every text in it becomes a canary, as far as the wire lets it: types, numbers and words of a list stay. */
function planted<Value>(value: Value, key = ''): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => planted(one)) as Value;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, planted(one, name)]),
    ) as Value;
  const isWord = ['type', 'action', 'candidate', 'trace'].includes(key);
  return typeof value === 'string' && !isWord ? (`${CANARY}-${key}` as Value) : value;
}

/** All kinds of frames, full of canaries; those that decode, and those that do not. */
function frames(): string[] {
  const good = VALID_CLIENT_FRAMES.filter(
    ({ message }) => message.type !== 'hello' && message.type !== 'leave',
  );
  const said = good.map(({ message }) => planted<ClientMessage>(message));
  const report = {
    type: 'report',
    metrics: [{ name: `${CANARY}-name`, value: 1, labels: { [CANARY]: CANARY } }],
  };
  const candidate = { candidate: `candidate:1 1 udp 1 ${CANARY}.local 9 typ host`, usernameFragment: CANARY };
  return [
    ...said.map((message) => JSON.stringify(message)),
    JSON.stringify(report),
    JSON.stringify({ type: 'candidate', epoch: 1, conn: 1, neg: 1, candidate }),
    JSON.stringify({ type: 'probe', n: 1, [CANARY]: CANARY }),
  ];
}

/** A call, with everything that can be said in it, by two people who are canaries. @returns all that must not come out */
async function callOf(url: string): Promise<string[]> {
  const tokens: string[] = [];
  const clients = [];
  for (const who of ['anna', 'ben']) {
    const claims = {
      room: ROOM,
      sub: `${CANARY}-sub-${who}`,
      name: `${CANARY} ${who}`,
      jti: `${CANARY}-jti-${who}`,
    };
    const token = await createJoinToken(
      { ...claims, org: [PAGE], smax: 3_600, relay: who === 'ben' },
      SECRET,
    );
    const client = await connect(url, { room: ROOM, origin: PAGE });
    client.send({ type: 'hello', token, name: `${CANARY}-display`, trace: `${CANARY}-trace`, join: true });
    tokens.push(token, (await client.next('welcome')).ticket);
    clients.push(client);
  }
  for (const client of clients) {
    for (const frame of frames()) client.socket.send(frame);
    client.send({ type: 'leave', reason: `${CANARY}-reason` });
    await client.pong();
  }
  for (const client of clients) {
    client.socket.send(`{"type":"${CANARY}"}`);
    assert.equal((await client.closed).code, 4400);
  }
  return tokens;
}

/** Everybody who is not let in. */
async function strangers(url: string, tokens: readonly string[]): Promise<void> {
  const [used = '', ticket = ''] = tokens;
  for (const proof of [
    { token: `${CANARY}-token` },
    { token: used },
    { ticket: `${CANARY}-ticket` },
    { ticket: `${ticket}x` },
    { token: await createJoinToken({ room: `${CANARY}-other`, sub: CANARY }, SECRET) },
    { token: await createJoinToken({ room: ROOM, sub: CANARY, org: ['https://elsewhere.example'] }, SECRET) },
  ]) {
    const client = await connect(url, { room: ROOM, origin: PAGE });
    client.send({ type: 'hello', ...proof });
    assert.ok((await client.closed).code >= 4401);
  }
  for (const frame of [
    CANARY,
    `{"${CANARY}":`,
    '[]',
    JSON.stringify({ type: 'hello', token: CANARY.repeat(2_000) }),
  ]) {
    const client = await connect(url, { room: ROOM, origin: PAGE });
    client.socket.send(frame);
    assert.equal((await client.closed).code, 4400);
  }
  assert.equal(await refusal(url, { room: ROOM, origin: `https://${CANARY}.elsewhere.example` }), 403);
  assert.equal(await refusal(url, { room: `${CANARY}%20room`, origin: PAGE }), 400);
}

/** Requests with canaries in path, query and headers, also such as no HTTP library makes. */
async function requests(url: string, port: number): Promise<void> {
  const headers = {
    'user-agent': CANARY,
    referer: `${PAGE}/${CANARY}`,
    cookie: CANARY,
    'x-forwarded-for': `${CANARY}, 192.0.2.77`,
  };
  for (const path of [
    `/${CANARY}`,
    `/v1/check?${CANARY}`,
    `/v1/rooms/${ROOM}`,
    `/v1/rooms/${CANARY}%20`,
    `/metrics?${CANARY}`,
  ])
    await (
      await fetch(`${url}${path}`, { headers: { ...headers, authorization: `Bearer ${CANARY}` } })
    ).arrayBuffer();
  const asOwner = { ...headers, authorization: `Bearer ${SERVICE_KEY}` };
  await fetch(`${url}/v1/rooms/${ROOM}/participants/${CANARY}-sub-anna`, {
    method: 'DELETE',
    headers: asOwner,
  });
  for (const head of [
    `GET /${CANARY} HTTP/1.1\r\nHost: x\r\n${`X-${CANARY}: ${CANARY}\r\n`.repeat(200)}\r\n`,
    `GET /v1/rooms/${ROOM} HTTP/1.1\r\nHost: ${CANARY}\r\nX-Forwarded-For: 192.0.2.77\r\nOrigin: ${PAGE}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `${CANARY} ${CANARY}\r\n\r\n`,
  ]) {
    const socket = connectTcp(port, '127.0.0.1').resume();
    socket.on('error', () => undefined);
    socket.write(head);
    await once(socket, 'close');
  }
}

describe('what is personal or secret', () => {
  test('comes out in no line of the log, at its most talkative, and in no metric', async () => {
    const service = await serve({
      JOIN_SECRET: SECRET,
      TICKET_SECRET: `${CANARY}-ticket-secret-that-is-long-enough`,
      ALLOWED_ORIGINS: PAGE,
      STUN_URLS: `stun:${CANARY}.example:3478`,
      TURN_URLS: `turn:${CANARY}.example:3478?transport=udp`,
      TURN_SECRET,
      SERVICE_KEY,
      METRICS_TOKEN,
      LOG_LEVEL: 'debug',
      LIMIT_HELLO_MS: '200',
      LIMIT_PENDING_PER_ADDRESS: '2',
      LIMIT_SOCKETS_PER_ADDRESS: '200',
    });
    const url = `http://127.0.0.1:${service.port}`;
    const secrets = await callOf(url);
    await strangers(url, secrets);
    await requests(url, service.port);
    const silent = [
      await connect(url, { room: ROOM, origin: PAGE }),
      await connect(url, { room: ROOM, origin: PAGE }),
    ];
    assert.equal(await refusal(url, { room: ROOM, origin: PAGE }), 429);
    for (const client of silent) assert.equal((await client.closed).code, 4408);
    const scrape = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    assert.equal(scrape.status, 200);
    const metrics = await scrape.text();
    assert.match(metrics, /p2p_messages_total\{type="offer"\} [1-9]/);
    assert.equal(await stop(service.child, 'SIGTERM'), 0);

    const output = service.output();
    const lines = output.trimEnd().split('\n');
    assert.ok(lines.length >= 20, `only ${lines.length} lines`);
    for (const line of lines) {
      const value: unknown = JSON.parse(line);
      assert.ok(typeof value === 'object' && value !== null && 'event' in value && 'time' in value, line);
    }
    const personal = [CANARY, SECRET, '127.0.0.1', '192.0.2.', ...secrets];
    for (const text of [output, metrics])
      for (const one of personal)
        assert.ok(!text.includes(one), `${one} in: ${text.slice(text.indexOf(one) - 80).slice(0, 160)}`);
    // And yet an operator can follow a call.
    assert.match(output, /"room":"#[\w-]{10}","call":"c_[0-9a-f]{20}","epoch":1,"slot":1,"event":"joined"/);
  });
});
