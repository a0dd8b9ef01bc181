// The line to the service over real sockets and real time; everything else about it is tested with sockets held in the hand.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { WebSocket as NodeWebSocket, WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { SignalingInput } from './core/inputs.js';
import { DEFAULT_SETTINGS } from './core/settings.js';
import { browserClock } from './platform/clock.js';
import { SignalingClient } from './platform/signaling-client.js';
import { welcome } from './testing/machine-player.js';

const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;

let http: ReturnType<typeof createServer>;
let server: WebSocketServer;
let client: SignalingClient;
let heard: SignalingInput[];
let waiting: (() => void)[];
let signalingUrl: string;

const start = async (port = 0) => {
  http = createServer((_request, response) => response.end('ok'));
  server = new WebSocketServer({ server: http });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
};

const stop = async () => {
  for (const socket of server.clients) socket.terminate();
  http.close();
  http.closeAllConnections();
  await once(http, 'close');
};

/** The next socket that says hello, with what it said. */
async function arrival(): Promise<[ServerSocket, Record<string, unknown>]> {
  const [socket] = (await once(server, 'connection')) as [ServerSocket];
  const [data] = (await once(socket, 'message')) as [Buffer];
  return [socket, JSON.parse(data.toString()) as Record<string, unknown>];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
}

const isWelcomed = () => heard.some((input) => input.type === 'message' && input.message.type === 'welcome');

beforeEach(async () => {
  [heard, waiting] = [[], []];
  await start();
  signalingUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  client = new SignalingClient({
    clock: browserClock,
    fetch,
    isOnline: () => true,
    areSocketsFresh: false,
    WebSocket: NodeWebSocket as unknown as new (url: string, protocol: string) => WebSocket,
  });
});

afterEach(async () => {
  client.close();
  // The second time: no coming back to give the seat up.
  client.close();
  await stop();
});

function open(): void {
  client.open({
    settings: () => ({ ...DEFAULT_SETTINGS, signalingUrl, room: 'r', token: 't' }),
    token: () => Promise.resolve('t'),
    wantsSeat: () => true,
    handle: (input) => {
      heard.push(input);
      for (const go of waiting.splice(0)) go();
    },
  });
}

describe('the line to the service, over real sockets', () => {
  test('cut: back with the ticket and what was seen, and nothing is heard twice', async () => {
    open();
    const [socket, hello] = await arrival();
    assert.deepEqual(hello, { type: 'hello', token: 't', join: true });
    socket.send(JSON.stringify(welcome({ seat })));
    for (const seq of [1, 2]) socket.send(JSON.stringify({ type: 'probe', n: seq, from: 'p_b', seq }));
    await until(() => heard.length === 3);
    const next = arrival();
    socket.terminate();
    const [again, resumed] = await next;
    assert.deepEqual(resumed, { type: 'hello', ticket: 'ticket', seen: 2 });
    again.send(JSON.stringify(welcome({ seat })));
    for (const seq of [2, 3]) again.send(JSON.stringify({ type: 'probe', n: seq, from: 'p_b', seq }));
    await until(() => heard.length === 6);
    const numbers = heard.flatMap((input) =>
      input.type === 'message' && 'seq' in input.message ? [input.message.seq] : [],
    );
    assert.deepEqual(numbers, [1, 2, 3]);
    assert.equal(server.clients.size, 1);
  });

  test('a socket that is open and dead is replaced on suspicion', async () => {
    open();
    const [socket] = await arrival();
    socket.send(JSON.stringify(welcome({ seat })));
    await until(isWelcomed);
    const next = arrival();
    // It gets what is said, and says nothing.
    client.check();
    const [, resumed] = await next;
    assert.equal(resumed['ticket'], 'ticket');
  });

  test('a suspect that answers is kept', async () => {
    open();
    const [socket] = await arrival();
    socket.on('message', () => socket.send('pong'));
    socket.send(JSON.stringify(welcome({ seat })));
    await until(isWelcomed);
    const ping = once(socket, 'message');
    client.check();
    assert.equal(String((await ping)[0]), 'ping');
    // The next one comes when the time of the first is over.
    assert.equal(String((await once(socket, 'message'))[0]), 'ping');
    assert.deepEqual(
      heard.map(({ type }) => type),
      ['message'],
    );
  });

  test('a service that is down is back before its pages give up: one socket, with the ticket', async () => {
    open();
    const [socket] = await arrival();
    socket.send(JSON.stringify(welcome({ seat })));
    await until(isWelcomed);
    const { port } = http.address() as AddressInfo;
    await stop();
    await until(() => heard.filter(({ type }) => type === 'signaling-lost').length >= 3);
    await start(port);
    const [, resumed] = await arrival();
    assert.equal(resumed['ticket'], 'ticket');
    assert.equal(server.clients.size, 1);
  });
});
