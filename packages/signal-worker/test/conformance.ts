import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { ServerMessage } from '@p2p-call/protocol';
import { mintToken } from '../src/auth/mint.js';
import { connect, PAGE, refusal, type Client, type ConnectOptions } from './client.js';

/** A service under test, behind a real port. */
export interface Host {
  readonly url: string;
  /** Ends it as rudely as the host can, and starts it anew at the same address. What it kept in memory only is lost. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a host, configured by these variables of the environment. */
export type StartHost = (environment: Record<string, string>) => Promise<Host>;

export const SECRET = 'a-secret-of-the-tests-long-enough-for-HS256';
const TURN_SECRET = 'static-auth-secret';
const SERVICE_KEY = 'a-service-key-of-the-tests';

const ENVIRONMENT = {
  JOIN_SECRET: SECRET,
  ALLOWED_ORIGINS: PAGE,
  STUN_URLS: 'stun:stun.example:3478',
  TURN_URLS: 'turn:turn.example:3478?transport=udp',
  TURN_SECRET,
  // Short, but long enough for a busy machine to say hello.
  LIMIT_HELLO_MS: '2500',
  // Every page of the suite comes from one address. The limits per address have tests of their own.
  LIMIT_SOCKETS_PER_ADDRESS: '2000',
  LIMIT_PENDING_PER_ADDRESS: '2000',
  SERVICE_KEY,
  LOG_LEVEL: 'silent',
};

let rooms = 0;
/** A room that no other test uses. */
function newRoom(): string {
  rooms += 1;
  return `room-${rooms}`;
}

interface PageOptions extends ConnectOptions {
  readonly name?: string;
  readonly relay?: boolean;
  readonly join?: boolean;
}

/** A page that said hello. */
async function enter(url: string, room: string, sub: string, options: PageOptions = {}): Promise<Client> {
  const client = await connect(url, { ...options, room });
  const { name, relay } = options;
  const token = await mintToken(SECRET, {
    room,
    sub,
    ...(name === undefined ? {} : { name }),
    ...(relay === undefined ? {} : { relay }),
  });
  client.send({ type: 'hello', token, ...(options.join === true ? { join: true } : {}) });
  return client;
}

/** Two people in a call, and the newest ticket of each. */
async function pair(url: string, room = newRoom()) {
  const anna = await enter(url, room, 'anna', { name: 'Anna', join: true });
  await anna.next('joined');
  const ben = await enter(url, room, 'ben', { name: 'Ben', join: true });
  const { ticket: bensTicket } = await ben.next('welcome');
  const joined = await ben.next('joined');
  await anna.next('peer-joined');
  const { ticket: annasTicket } = await anna.next('ticket');
  return { room, anna, ben, annasTicket, bensTicket, joined };
}

const isClosed = async (client: Client, code: number, reason: string) =>
  assert.deepEqual(await client.closed, { code, reason });

/** What any host has to do, over real sockets. */
export function conformance(name: string, start: StartHost): void {
  describe(`${name}, over real sockets`, () => {
    let host: Host;
    before(async () => {
      host = await start(ENVIRONMENT);
    });
    after(() => host.close());

    describe('calls', () => calls(() => host.url));
    describe('frames', () => frames(() => host.url));
    describe('tokens', () => tokens(() => host.url));
    describe('upgrades', () => upgrades(() => host.url));
    describe('resume', () => resumes(() => host));
  });
}

function calls(url: () => string): void {
  test('one call, from hello to leave', async () => {
    const room = newRoom();
    const anna = await enter(url(), room, 'anna', { name: 'Anna' });
    const welcome = await anna.next('welcome');
    assert.deepEqual(
      [welcome.self.name, welcome.room, welcome.relay, welcome.graceMs],
      ['Anna', { seats: 0 }, false, 90_000],
    );
    assert.ok(Math.abs(welcome.now - Date.now()) < 5_000);
    checkIce(welcome);
    anna.send({ type: 'join' });
    const alone = await anna.next('joined');
    assert.deepEqual([alone.epoch, alone.slot, alone.polite], [1, 0, false]);
    anna.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 offer' });
    for (const line of ['one', 'two']) {
      anna.send({ type: 'candidate', epoch: 1, conn: 1, neg: 1, candidate: { candidate: line } });
    }
    anna.send({ type: 'state', rev: 1, audio: true, video: true, screen: false });
    await anna.pong();

    const ben = await enter(url(), room, 'ben', { name: 'Ben' });
    assert.deepEqual((await ben.next('welcome')).room, { seats: 1, peer: { name: 'Anna' } });
    ben.send({ type: 'join' });
    const joined = await ben.next('joined');
    assert.deepEqual(
      [joined.slot, joined.polite, joined.callId, joined.trace],
      [1, true, alone.callId, alone.trace],
    );
    assert.deepEqual(joined.peer, {
      id: welcome.self.id,
      name: 'Anna',
      state: { rev: 1, audio: true, video: true, screen: false },
    });
    assert.deepEqual(joined.offer, { conn: 1, neg: 1, sdp: 'v=0 offer' });
    for (const [seq, line] of [
      [1, 'one'],
      [2, 'two'],
    ] as const) {
      const stored = await ben.next('candidate');
      assert.deepEqual(
        [stored.candidate, stored.from, stored.seq],
        [{ candidate: line }, welcome.self.id, seq],
      );
    }
    assert.deepEqual((await anna.next('peer-joined')).offer, { conn: 1, neg: 1 });

    ben.send({ type: 'answer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 answer' });
    const answer = await anna.next('answer');
    assert.deepEqual([answer.sdp, answer.seq], ['v=0 answer', 1]);
    anna.send({ type: 'probe', n: 3 });
    assert.equal((await ben.next('probe')).n, 3);
    ben.send({ type: 'answer', epoch: 2, conn: 1, neg: 1, sdp: 'of another epoch' });
    ben.send({ type: 'report', metrics: [{ name: 'call_setup_time_ms', value: 300 }] });
    ben.send({ type: 'leave', reason: 'bye' });
    const left = await anna.next('peer-left');
    assert.deepEqual([left.epoch, left.slot, left.reason, left.peer.name], [2, 0, 'left', 'Ben']);
    assert.deepEqual(
      (await ben.rest()).filter((type) => type === 'error'),
      [],
    );
  });

  test('a sender cannot say that it is somebody else', async () => {
    const { anna, ben, joined } = await pair(url());
    anna.socket.send('{"type":"probe","n":1,"from":"p_forged","seq":999}');
    const probe = await ben.next('probe');
    assert.deepEqual([probe.from, probe.seq], [joined.peer?.id, 1]);
  });

  test('the order of a sender is kept', async () => {
    const { anna, ben } = await pair(url());
    for (let n = 0; n < 50; n += 1) anna.send({ type: 'probe', n });
    for (let n = 0; n < 50; n += 1) {
      const probe = await ben.next('probe');
      assert.deepEqual([probe.n, probe.seq], [n, n + 1]);
    }
  });

  test('frames sent right behind the hello wait for it, in their order', async () => {
    const room = newRoom();
    const anna = await enter(url(), room, 'anna');
    anna.send({ type: 'join' });
    anna.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 early' });
    anna.send({ type: 'candidate', epoch: 1, conn: 1, neg: 1, candidate: null });
    await anna.next('joined');
    await anna.pong();
    const ben = await enter(url(), room, 'ben', { join: true });
    assert.equal((await ben.next('joined')).offer?.sdp, 'v=0 early');
    assert.equal((await ben.next('candidate')).candidate, null);
  });

  test('a third person waits in the lobby until there is a seat', async () => {
    const { room, ben } = await pair(url());
    const cleo = await enter(url(), room, 'cleo', { join: true });
    assert.equal((await cleo.next('error')).code, 'room-full');
    cleo.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'x' });
    assert.equal((await cleo.next('error')).code, 'not-seated');
    ben.socket.close(1000);
    assert.deepEqual(await cleo.next('room'), { type: 'room', seats: 1, peer: { name: 'Anna' } });
    cleo.send({ type: 'join' });
    assert.equal((await cleo.next('joined')).epoch, 2);
  });

  test('many who join at once: exactly two have a seat, eight wait, the others may try later', async () => {
    const room = newRoom();
    const people = await Promise.all(
      Array.from({ length: 40 }, (_, n) => enter(url(), room, `person-${n}`, { join: true })),
    );
    const outcomes = await Promise.all(people.map((person) => person.nextOf('joined', 'error')));
    assert.equal(outcomes.filter((type) => type === 'joined').length, 2);
    assert.equal(outcomes.filter((type) => type === 'error').length, 38);
    const isOpen = (person: Client) => person.socket.readyState === person.socket.OPEN;
    while (people.filter(isOpen).length > 10)
      await Promise.race(people.filter(isOpen).map((person) => person.closed));
    const closed = await Promise.all(
      people.filter((person) => !isOpen(person)).map((person) => person.closed),
    );
    assert.deepEqual(new Set(closed.map((one) => one.code)), new Set([4429]));
    for (const person of people) person.socket.close(1000);
  });

  test('the same person in a second page: the first one is closed for good', async () => {
    const { room, anna, ben } = await pair(url());
    const second = await enter(url(), room, 'ben', { join: true });
    await isClosed(ben, 4410, 'replaced');
    assert.equal((await anna.next('peer-left')).reason, 'replaced');
    assert.equal((await anna.next('peer-joined')).epoch, 2);
    assert.equal((await second.next('joined')).slot, 1);
  });

  test('names: the token’s wins, the page’s counts where there is none, and both are made fit', async () => {
    const room = newRoom();
    const anna = await connect(url(), { room });
    const token = await mintToken(SECRET, { room, sub: 'anna' });
    anna.send({ type: 'hello', token, name: ' <b>An\u202ena</b>\n ' });
    assert.equal((await anna.next('welcome')).self.name, '<b>Anna</b>');
    const ben = await connect(url(), { room });
    ben.send({
      type: 'hello',
      token: await mintToken(SECRET, { room, sub: 'ben', name: 'Ben' }),
      name: 'Mallory',
    });
    assert.equal((await ben.next('welcome')).self.name, 'Ben');
  });

  test('a relay-only person’s other candidates stay here', async () => {
    const room = newRoom();
    const anna = await enter(url(), room, 'anna', { relay: true, join: true });
    assert.equal((await anna.next('welcome')).relay, true);
    const ben = await enter(url(), room, 'ben', { join: true });
    await ben.next('joined');
    const send = (line: string) =>
      anna.send({ type: 'candidate', epoch: 1, conn: 1, neg: 1, candidate: { candidate: line } });
    send('candidate:1 1 udp 1 192.0.2.1 9 typ host');
    send('candidate:2 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0');
    const got = await ben.next('candidate');
    assert.match(JSON.stringify(got.candidate), /typ relay/);
  });

  test('ice gives fresh credentials', async () => {
    const anna = await enter(url(), newRoom(), 'anna');
    await anna.next('welcome');
    anna.send({ type: 'ice' });
    checkIce(await anna.next('ice'));
  });

  test('ping is answered, also before hello', async () => {
    await (await connect(url())).pong();
  });
}

function checkIce(
  grant: Pick<Extract<ServerMessage, { type: 'ice' }>, 'iceServers' | 'iceTtl' | 'turn'>,
): void {
  assert.deepEqual([grant.iceTtl, grant.turn], [3600, 'ok']);
  const [stun, turn] = grant.iceServers;
  assert.deepEqual(stun, { urls: ['stun:stun.example:3478'] });
  const username = turn?.username ?? '';
  assert.match(username, /^\d{10}:[A-Za-z0-9_-]{22}$/);
  const lives = Number(username.split(':')[0]) - Date.now() / 1000;
  assert.ok(lives > 3590 && lives <= 3600);
  assert.equal(turn?.credential, createHmac('sha1', TURN_SECRET).update(username).digest('base64'));
}

function frames(url: () => string): void {
  const bad: readonly [string, number, (client: Client) => void][] = [
    ['65,537 bytes', 1009, (client) => client.socket.send('x'.repeat(65_537))],
    ['binary', 1003, (client) => client.socket.send(Buffer.from('{"type":"join"}'))],
    ['bad UTF-8', 1007, (client) => client.socket.send(Buffer.from([0x7b, 0xff, 0xfe]), { binary: false })],
    ['not JSON', 4400, (client) => client.socket.send('{')],
    ['nothing', 4400, (client) => client.socket.send('')],
    ['an unknown type', 4400, (client) => client.socket.send('{"type":"shout"}')],
    ['no type', 4400, (client) => client.socket.send('{}')],
    ['a list', 4400, (client) => client.socket.send('[]')],
    ['60 KB of [', 4400, (client) => client.socket.send('['.repeat(60_000))],
    ['a field of the wrong kind', 4400, (client) => client.socket.send('{"type":"probe","n":"1"}')],
    ['a second hello', 4400, (client) => client.send({ type: 'hello', token: 'x' })],
  ];
  for (const [what, code, act] of bad) {
    test(`${what}: ${code}`, async () => {
      const room = newRoom();
      const client = await enter(url(), room, 'anna');
      await client.next('welcome');
      act(client);
      assert.equal((await client.closed).code, code);
      // And the service lives.
      await (await enter(url(), room, 'ben')).next('welcome');
    });
  }

  test('64 KiB are not too many', async () => {
    const { anna, ben } = await pair(url());
    const start = '{"type":"probe","n":1,"padding":"';
    anna.socket.send(`${start}${'x'.repeat(65_536 - start.length - 2)}"}`);
    assert.equal((await ben.next('probe')).n, 1);
  });

  for (const [what, text] of [
    ['a message before hello', '{"type":"join"}'],
    ['a hello without a token or ticket', '{"type":"hello"}'],
    ['a hello with an empty token', '{"type":"hello","token":""}'],
    ['a hello with a name without end', `{"type":"hello","token":"x","name":"${'x'.repeat(10_000)}"}`],
  ] as const) {
    test(`${what}: 4400`, async () => {
      const client = await connect(url());
      client.socket.send(text);
      await isClosed(client, 4400, 'bad-message');
    });
  }

  test('no hello in time: 4408', async () => {
    await isClosed(await connect(url()), 4408, 'hello-timeout');
  });

  test('strange keys are ignored', async () => {
    const { anna, ben } = await pair(url());
    anna.socket.send('{"__proto__":{"type":"leave"},"constructor":1,"type":"probe","n":9}');
    assert.equal((await ben.next('probe')).n, 9);
    assert.equal(Object.hasOwn(Object.prototype, 'type'), false);
  });

  test('a flood while the hello is being checked: 4429', async () => {
    const client = await connect(url());
    client.send({ type: 'hello', token: 'x'.repeat(8_000) });
    for (let n = 0; n < 200; n += 1)
      client.socket.send(`{"type":"probe","n":${n},"padding":"${'x'.repeat(2_000)}"}`);
    // The check may be over first; then the bad token is what ends it.
    assert.ok([4429, 4401].includes((await client.closed).code));
  });
}

function tokens(url: () => string): void {
  const minted = (part: object, secret = SECRET) =>
    mintToken(secret, { room: 'support-42', sub: 'anna', ...part });
  const HOUR = 3_600_000;
  for (const [what, code, reason, make] of [
    ['nonsense', 4401, 'token-invalid', () => Promise.resolve('nonsense')],
    ['another secret', 4401, 'token-invalid', () => minted({}, 'x'.repeat(40))],
    ['another audience', 4401, 'token-invalid', () => minted({ audience: 'else' })],
    [
      'old',
      4402,
      'token-expired',
      () => mintToken(SECRET, { room: 'support-42', sub: 'anna' }, Date.now() - HOUR),
    ],
    ['another room’s', 4403, 'forbidden', () => minted({ room: 'support-43' })],
  ] as const) {
    test(`${what}: ${code}`, async () => {
      const client = await connect(url());
      client.send({ type: 'hello', token: await make() });
      await isClosed(client, code, reason);
    });
  }
}

function upgrades(url: () => string): void {
  const refused: readonly [string, number, ConnectOptions][] = [
    ['a foreign origin', 403, { origin: 'https://evil.example' }],
    ['no origin', 403, { origin: null }],
    ['the null origin', 403, { origin: 'null' }],
    ['a suffixed origin', 403, { origin: `${PAGE}.evil.example` }],
    ['no sub-protocol', 426, { protocols: [] }],
    ['a foreign sub-protocol', 426, { protocols: ['graphql-ws'] }],
    ['a bad room', 400, { room: 'a%20b' }],
    ['another path', 404, { room: 'a/b' }],
  ];
  for (const [what, status, options] of refused) {
    test(`${what}: ${status}`, async () => {
      assert.equal(await refusal(url(), options), status);
    });
  }

  test('another version of ours: 4426', async () => {
    await isClosed(await connect(url(), { protocols: ['p2p-call.v9'] }), 4426, 'version-unsupported');
  });

  test('of several sub-protocols ours is chosen', async () => {
    const client = await connect(url(), { protocols: ['else', 'p2p-call.v9', 'p2p-call.v1'] });
    assert.equal(client.socket.protocol, 'p2p-call.v1');
  });

  test('the routes answer', async () => {
    assert.equal((await fetch(`${url()}/healthz`)).status, 200);
    assert.equal((await fetch(`${url()}/readyz`)).status, 200);
    const check = (await (await fetch(`${url()}/v1/check`, { headers: { origin: PAGE } })).json()) as object;
    assert.deepEqual(
      { ...check, now: 0, version: '' },
      { now: 0, originAllowed: true, version: '', turn: 'ok' },
    );
    assert.equal((await fetch(`${url()}/v1/demo/token`, { method: 'POST' })).status, 404);
    // With a service key it is the owner's, and says so.
    assert.equal((await fetch(`${url()}/v1/rooms/x`)).status, 401);
  });
}

function resumes(host: () => Host): void {
  test('a dropped socket is not a leave, and what was said meanwhile is not lost', async () => {
    const { room, anna, ben, bensTicket, joined } = await pair(host().url);
    anna.send({ type: 'probe', n: 1 });
    await ben.next('probe');
    ben.socket.terminate();
    await anna.next('peer-away');
    for (const n of [2, 3]) anna.send({ type: 'probe', n });
    await anna.pong();
    const back = await connect(host().url, { room });
    back.send({ type: 'hello', ticket: bensTicket, seen: 1 });
    const { seat, resync } = await back.next('welcome');
    assert.deepEqual(
      [seat?.slot, seat?.epoch, seat?.callId, seat?.peer, resync],
      [1, 1, joined.callId, 'here', undefined],
    );
    for (const n of [2, 3]) {
      const probe = await back.next('probe');
      assert.deepEqual([probe.n, probe.seq], [n, n]);
    }
    await anna.next('peer-back');
    anna.send({ type: 'probe', n: 4 });
    assert.equal((await back.next('probe')).seq, 4);
  });

  test('who does not say what they have seen is told that both start anew', async () => {
    const { room, anna, ben, bensTicket } = await pair(host().url);
    anna.send({ type: 'probe', n: 1 });
    await ben.next('probe');
    const back = await connect(host().url, { room });
    back.send({ type: 'hello', ticket: bensTicket });
    assert.equal((await back.next('welcome')).resync, true);
    anna.send({ type: 'probe', n: 2 });
    assert.equal((await back.next('probe')).seq, 1);
  });

  test('somebody removed is gone, and so are their ticket and token', async () => {
    const { room, anna, ben, bensTicket } = await pair(host().url);
    const token = await mintToken(SECRET, { room, sub: 'ben' });
    const address = `${host().url}/v1/rooms/${room}/participants/ben`;
    const headers = { authorization: `Bearer ${SERVICE_KEY}` };
    const look = async () => (await fetch(`${host().url}/v1/rooms/${room}`, { headers })).text();
    assert.match(await look(), /"sub":"ben"/);
    assert.equal((await fetch(address, { method: 'DELETE' })).status, 401);
    assert.equal((await fetch(address, { method: 'DELETE', headers })).status, 204);
    await isClosed(ben, 4406, 'removed');
    assert.equal((await anna.next('peer-left')).reason, 'removed');
    assert.equal((await fetch(address, { method: 'DELETE', headers })).status, 404);
    assert.doesNotMatch(await look(), /"sub":"ben"/);
    for (const proof of [{ ticket: bensTicket }, { token }]) {
      const back = await connect(host().url, { room });
      back.send({ type: 'hello', ...proof });
      await isClosed(back, 4406, 'removed');
    }
  });

  test('a page’s own older socket is closed as done', async () => {
    const { room, ben, bensTicket } = await pair(host().url);
    const second = await connect(host().url, { room });
    second.send({ type: 'hello', ticket: bensTicket });
    assert.equal((await second.next('welcome')).seat?.slot, 1);
    await isClosed(ben, 1000, 'bye');
  });

  test('1001, which a page sends that goes away, is a leave', async () => {
    const { anna, ben } = await pair(host().url);
    ben.socket.close(1001);
    assert.equal((await anna.next('peer-left')).reason, 'left');
  });

  test('a bad ticket is refused; with a good token beside it, the token counts', async () => {
    const { room } = await pair(host().url);
    const client = await connect(host().url, { room });
    client.send({ type: 'hello', ticket: 'nonsense' });
    await isClosed(client, 4401, 'token-invalid');
    const other = await connect(host().url, { room });
    other.send({ type: 'hello', ticket: 'nonsense', token: await mintToken(SECRET, { room, sub: 'cleo' }) });
    assert.equal((await other.next('welcome')).seat, undefined);
  });

  test('another room’s ticket is refused', async () => {
    const { bensTicket } = await pair(host().url);
    const client = await connect(host().url, { room: newRoom() });
    client.send({ type: 'hello', ticket: bensTicket });
    await isClosed(client, 4403, 'forbidden');
  });

  test('the service is ended and started again: both are back in the same call', async () => {
    const { room, anna, ben, annasTicket, bensTicket, joined } = await pair(host().url);
    await host().restart();
    await Promise.all([anna.closed, ben.closed]);
    const [anna2, ben2] = await Promise.all([connect(host().url, { room }), connect(host().url, { room })]);
    anna2.send({ type: 'hello', ticket: annasTicket, seen: 0 });
    const first = await anna2.next('welcome');
    assert.deepEqual(
      [first.seat?.slot, first.seat?.epoch, first.seat?.callId, first.seat?.peer],
      [0, 1, joined.callId, 'away'],
    );
    assert.equal(first.self.id, joined.peer?.id);
    ben2.send({ type: 'hello', ticket: bensTicket, seen: 0 });
    const second = await ben2.next('welcome');
    assert.deepEqual(
      [second.seat?.slot, second.seat?.epoch, second.seat?.callId, second.seat?.peer],
      [1, 1, joined.callId, 'here'],
    );
    await anna2.next('peer-back');
    anna2.send({ type: 'probe', n: 1 });
    await ben2.next('probe');
    ben2.send({ type: 'probe-ack', n: 1 });
    await anna2.next('probe-ack');
    assert.deepEqual([await anna2.rest(), await ben2.rest()], [[], []]);
  });
}
