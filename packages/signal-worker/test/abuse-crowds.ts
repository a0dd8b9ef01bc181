import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, type Client } from './client.js';
import {
  eventually,
  figure,
  lacks,
  metric,
  ms,
  newRoom,
  nobodyLeft,
  ONE_ADDRESS,
  quantile,
  serve,
  timeToSit,
  tokenFor,
  type Abuse,
} from './abuse-host.js';
import { RawSocket } from './abuse-socket.js';

/** `npm test` takes a few rounds, `npm run test:long` sets more. */
const ROUNDS = Number(process.env.ABUSE_ROUNDS ?? 20);

export function crowds(abuse: Abuse): void {
  test('one single-use token, 1,000 times at once (limits per address lifted): 1 is in', async (t) => {
    const { url } = await serve(t, abuse, ONE_ADDRESS);
    const room = newRoom();
    const token = await tokenFor(room, 'anna', { jti: 'once' });
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => connect(url, { room })));
    for (const client of clients) client.send({ type: 'hello', token });
    const outcomes = await Promise.all(
      clients.map((client) =>
        Promise.race([
          client.closed.then(({ code, reason }) => `${code} ${reason}`),
          client.next('welcome').then(
            () => 'in',
            () => client.closed.then(({ code, reason }) => `${code} ${reason}`),
          ),
        ]),
      ),
    );
    assert.equal(outcomes.filter((one) => one === 'in').length, 1);
    assert.equal(outcomes.filter((one) => one === '4409 token-replayed').length, 999);
    for (const client of clients) client.socket.terminate();
  });

  test(`200 joins at once, ${ROUNDS} rounds (limits per address lifted): 2 seats, 8 in the lobby`, async (t) => {
    const { url } = await serve(t, abuse, ONE_ADDRESS);
    for (let round = 0; round < ROUNDS; round += 1) {
      const crowd = await gather(url, CROWD);
      assert.equal(await joinAtOnce(crowd, true), CROWD - 10);
      leaveTheRoom(crowd);
    }
  });

  test('50 joins at once from one lobby (its limit lifted too), again and again: 2 seats', async (t) => {
    const { url } = await serve(t, abuse, {
      ...ONE_ADDRESS,
      LIMIT_LOBBY: '1000',
      LIMIT_MESSAGES_BURST: '100000',
    });
    const crowd = await gather(url, 50);
    assert.equal(await joinAtOnce(crowd, true), 0);
    // Each round takes two pings of everybody, and of those a hundred in ten seconds are allowed.
    for (let round = 0; round < Math.min(40, ROUNDS / 10); round += 1) await joinAgain(crowd);
    leaveTheRoom(crowd);
  });

  const skip = lacks(abuse, 'tcp', 'addresses');
  describe('2,000 who say nothing', { skip }, () => silentOnes(abuse));
}

const CROWD = 200;

interface Somebody {
  readonly client: Client;
  readonly token: string;
}

/** People with a socket and a token each, who said nothing yet. */
function gather(url: string, count: number): Promise<Somebody[]> {
  const room = newRoom();
  return Promise.all(
    Array.from({ length: count }, async (_, n) => ({
      token: await tokenFor(room, `person-${n}`),
      client: await connect(url, { room }),
    })),
  );
}

function leaveTheRoom(crowd: readonly Somebody[]): void {
  for (const { client } of crowd) client.socket.terminate();
}

/** All say hello, or are there already, and ask for a seat: exactly two get one. @returns how many are closed with 4429 */
async function joinAtOnce(crowd: readonly Somebody[], withHello: boolean): Promise<number> {
  for (const { client, token } of crowd)
    client.send(withHello ? { type: 'hello', token, join: true } : { type: 'join' });
  const outcomes = await Promise.all(crowd.map(({ client }) => client.nextOf('joined', 'error')));
  assert.equal(outcomes.filter((type) => type === 'joined').length, 2);
  assert.equal(outcomes.filter((type) => type === 'error').length, crowd.length - 2);
  // Whoever is to be closed is so before their next pong.
  const codes = await Promise.all(
    crowd.map(({ client }) =>
      client.pong().then(
        () => 0,
        () => client.closed.then(({ code }) => code),
      ),
    ),
  );
  return codes.filter((code) => code === 4429).length;
}

/** The two who sit get up, and all try anew, somebody else first. */
async function joinAgain(crowd: Somebody[]): Promise<void> {
  for (const { client } of crowd) client.send({ type: 'leave' });
  await Promise.all(crowd.map(({ client }) => client.pong()));
  crowd.push(...crowd.splice(0, 7));
  assert.equal(await joinAtOnce(crowd, false), 0);
}

const SILENT = 2_000;
const PER_ADDRESS = 20;

function silentOnes(abuse: Abuse): void {
  test('from a hundred addresses: a real join takes less than 1 s, and all of them are gone afterwards', async (t) => {
    const { url } = await serve(t, abuse);
    const addressOf = (n: number): string => `127.1.0.${1 + Math.floor(n / PER_ADDRESS)}`;
    const started = performance.now();
    const sockets: RawSocket[] = [];
    while (sockets.length < SILENT) sockets.push(...(await openHalves(url, addressOf, sockets.length)));
    t.after(() => sockets.forEach((socket) => socket.destroy()));
    const open = (): number => sockets.filter(({ goneAt }) => goneAt === Infinity).length;
    figure(
      `${SILENT} silent sockets`,
      `opened within ${ms(performance.now() - started)}, ${open()} open now`,
    );
    const joins: number[] = [];
    for (let n = 0; n < 15; n += 1) joins.push(await timeToSit(url));
    assert.ok(open() > SILENT / 2, 'they were there while the joins were measured');
    figure(
      `a real join beside ${open()} of them`,
      `median ${ms(quantile(joins, 0.5))}, worst ${ms(Math.max(...joins))}`,
    );
    assert.ok(quantile(joins, 0.5) < 1_000);
    await Promise.all(sockets.map((socket) => socket.gone));
    figure('all of them are gone after', ms(performance.now() - started));
    if (abuse.cannot.metrics === undefined) await nobodyLeft(url);
    // Their places are free again.
    await eventually(async () => {
      const again = await Promise.all(
        Array.from({ length: PER_ADDRESS }, () => RawSocket.open(url, addressOf(0))),
      );
      const statuses = await Promise.all(again.map((socket) => socket.upgrade()));
      again.forEach((socket) => socket.destroy());
      return statuses.every((status) => status === 101);
    }, 'twenty places');
    if (abuse.cannot.metrics === undefined)
      assert.equal(await metric(url, 'p2p_limits_hit_total', { limit: 'hello' }), SILENT / 2);
  });
}

/** As many as the system queues for one listener, so that each of them reaches the service. */
const BATCH = 400;

/** One half never says what it wants, the other never says who it is. */
async function openHalves(url: string, addressOf: (n: number) => string, from: number): Promise<RawSocket[]> {
  const open = (start: number) =>
    Promise.all(Array.from({ length: BATCH / 2 }, (_, n) => RawSocket.open(url, addressOf(start + n))));
  const mute = await open(from);
  const nameless = await open(from + BATCH / 2);
  // Connections are accepted in their order: once these are upgraded, the others are accepted too.
  for (const status of await Promise.all(nameless.map((socket) => socket.upgrade())))
    assert.equal(status, 101);
  return [...mute, ...nameless];
}
