import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Of, ServerMessage } from '@p2p-call/protocol';
import { connect, type Client } from './client.js';
import {
  enter,
  figure,
  lacks,
  ms,
  newRoom,
  ONE_ADDRESS,
  quantile,
  serve,
  sit,
  sitTogether,
  tokenFor,
  type Abuse,
} from './abuse-host.js';
import { sitByHand } from './abuse-frames.js';
import { frame, PING } from './abuse-socket.js';

type Warning = Of<ServerMessage, 'error'>;

/** Every `error` that comes from now on. */
function warningsOf(client: Client): Warning[] {
  const warnings: Warning[] = [];
  client.socket.on('message', (data: Buffer) => {
    const text = data.toString('utf8');
    if (text.startsWith('{"type":"error"')) warnings.push(JSON.parse(text) as Warning);
  });
  return warnings;
}

/** Counts the relayed frames of a type that come from now on. */
function counted(client: Client, type: string): { count: number } {
  const tally = { count: 0 };
  client.socket.on('message', (data: Buffer) => {
    if (data.toString('utf8').startsWith(`{"type":"${type}"`)) tally.count += 1;
  });
  return tally;
}

const about = (warnings: readonly Warning[]): string[] => warnings.map(({ code }) => code);

function probes(client: Client, count: number): void {
  for (let n = 0; n < count; n += 1) client.send({ type: 'probe', n });
}

export function floods(abuse: Abuse): void {
  messages(abuse);
  descriptions(abuse);
  pings(abuse);
  test('while others flood, a pair’s own relays stay quick', (t) => quickBesideFloods(t, abuse));
}

function messages(abuse: Abuse): void {
  test('300 messages in a second: two warnings, then 4429; coming again brings no new allowance', async (t) => {
    const { url } = await serve(t, abuse);
    const { room, anna, ben } = await sitTogether(url);
    const relayed = counted(anna.client, 'probe');
    const warnings = warningsOf(ben.client);
    probes(ben.client, 300);
    assert.deepEqual(await ben.client.closed, { code: 4429, reason: 'rate-limited' });
    assert.deepEqual(about(warnings), ['rate-warning', 'rate-warning']);
    for (const { retryAfterMs } of warnings) assert.ok(retryAfterMs !== undefined && retryAfterMs >= 1_000);
    await anna.client.next('peer-away');
    // A hundred at once, and ten a second for a machine that stood still.
    assert.ok(relayed.count >= 95 && relayed.count <= 150, `${relayed.count} were relayed`);

    // The seat is held, and so is the grudge: with the ticket, and with a new token.
    for (const proof of [{ ticket: ben.ticket }, { token: await tokenFor(room, 'ben') }]) {
      const before = relayed.count;
      const again = await connect(url, { room });
      const more = warningsOf(again);
      again.send({ type: 'hello', ...proof, join: true });
      probes(again, 150);
      assert.equal((await again.closed).code, 4429);
      assert.deepEqual(more, []);
      await anna.client.pong();
      assert.ok(relayed.count - before < 95, `${relayed.count - before} more were relayed`);
    }
    // Anna, from the same address, may go on.
    probes(anna.client, 20);
    await anna.client.pong();
  });

  test('who is only in the lobby has no other allowance', async (t) => {
    const { url } = await serve(t, abuse);
    const { room } = await sitTogether(url);
    const cleo = await enter(url, room, 'cleo');
    await cleo.next('error');
    const warnings = warningsOf(cleo);
    for (let n = 0; n < 300; n += 1) cleo.send({ type: 'join' });
    assert.equal((await cleo.closed).code, 4429);
    assert.equal(about(warnings).filter((code) => code === 'rate-warning').length, 2);
  });
}

function descriptions(abuse: Abuse): void {
  test('31 offers in a minute: warned; going on: 4429', async (t) => {
    const { url } = await serve(t, abuse);
    const { anna, ben } = await sitTogether(url);
    const relayed = counted(ben.client, 'offer');
    const warnings = warningsOf(anna.client);
    const offer = (neg: number): void =>
      anna.client.send({ type: 'offer', epoch: 1, conn: 1, neg, sdp: 'v=0' });
    for (let neg = 1; neg <= 30; neg += 1) offer(neg);
    await anna.client.pong();
    assert.deepEqual(warnings, []);
    offer(31);
    await anna.client.pong();
    assert.deepEqual(about(warnings), ['rate-warning']);
    for (let neg = 32; neg <= 40; neg += 1) offer(neg);
    assert.deepEqual(await anna.client.closed, { code: 4429, reason: 'rate-limited' });
    assert.equal(warnings.length, 2);
    await ben.client.next('peer-away');
    assert.equal(relayed.count, 32);
  });

  test('the 65th candidate is dropped, with one warning: relayed, and kept for who comes later', async (t) => {
    const { url } = await serve(t, abuse);
    const room = newRoom();
    const anna = (await sit(url, room, 'anna')).client;
    const warnings = warningsOf(anna);
    const send = (neg: number): void => {
      anna.send({ type: 'offer', epoch: 1, conn: 1, neg, sdp: 'v=0' });
      for (let n = 1; n <= 70; n += 1)
        anna.send({ type: 'candidate', epoch: 1, conn: 1, neg, candidate: { candidate: `candidate:${n}` } });
    };
    send(1);
    await anna.pong();
    assert.deepEqual(about(warnings), ['too-many-candidates']);
    const ben = await connect(url, { room });
    const relayed = counted(ben, 'candidate');
    ben.send({ type: 'hello', token: await tokenFor(room, 'ben'), join: true });
    await ben.next('joined');
    await ben.pong();
    assert.equal(relayed.count, 64);
    assert.equal(anna.socket.readyState, anna.socket.OPEN);
  });
}

function pings(abuse: Abuse): void {
  test('pings without end: 4429', async (t) => {
    const { url } = await serve(t, abuse);
    const { anna, ben } = await sitTogether(url);
    for (let n = 0; n < 5_000; n += 1) ben.client.socket.send('ping');
    assert.deepEqual(await ben.client.closed, { code: 4429, reason: 'rate-limited' });
    await anna.client.next('peer-away');
    const stranger = await connect(url);
    for (let n = 0; n < 5_000; n += 1) stranger.socket.send('ping');
    assert.deepEqual(await stranger.closed, { code: 4429, reason: 'rate-limited' });
  });

  test(
    'pings of the protocol without end: 4429, or cut by the library',
    { skip: lacks(abuse, 'tcp') },
    async (t) => {
      const { url } = await serve(t, abuse);
      const ben = await sitByHand(t, url, newRoom(), 'ben');
      ben.socket.write(Buffer.concat(Array.from({ length: 5_000 }, () => frame(PING, 'x'.repeat(125)))));
      // ws gives up by itself on whoever sends more pings than it can answer.
      assert.ok([4429, null].includes(await ben.socket.closeCode()));
      await ben.socket.gone;
    },
  );
}

const FLOODERS = 4;
const PAIRS = 3;
const PROBES = 80;

/** Comes again and again as somebody else, and says as much as it can. */
async function floodUntil(url: string, isOver: () => boolean): Promise<number> {
  let frames = 0;
  const large = `{"type":"probe","n":1,"x":"${'['.repeat(60_000)}"}`;
  while (!isOver()) {
    const { client } = await sit(url, newRoom(), 'mallory');
    for (let n = 0; n < 300; n += 1) {
      client.socket.send(n % 10 === 0 ? large : '{"type":"probe","n":1}');
      frames += 1;
      // Where attacker and service are one process, the former must not be what is measured.
      if (n % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
    }
    await client.closed;
  }
  return frames;
}

async function quickBesideFloods(t: Parameters<typeof serve>[0], abuse: Abuse): Promise<void> {
  const { url } = await serve(t, abuse, ONE_ADDRESS);
  const pairs = await Promise.all(Array.from({ length: PAIRS }, () => sitTogether(url)));
  const state = { isOver: false };
  const floods = Promise.all(Array.from({ length: FLOODERS }, () => floodUntil(url, () => state.isOver)));
  const times: number[] = [];
  await Promise.all(
    pairs.map(async ({ anna, ben }) => {
      for (let n = 0; n < PROBES; n += 1) {
        const sent = performance.now();
        anna.client.send({ type: 'probe', n });
        await ben.client.next('probe');
        times.push(performance.now() - sent);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }),
  );
  state.isOver = true;
  const frames = (await floods).reduce((sum, count) => sum + count, 0);
  figure(
    `relays of others beside a flood of ${frames} frames`,
    `p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))} (50 ms is the aim), of ${times.length}`,
  );
  assert.ok(quantile(times, 0.99) < 500);
}
