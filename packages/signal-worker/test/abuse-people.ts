import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test, type TestContext } from 'node:test';
import { connect, type Client } from './client.js';
import { SECRET } from './conformance.js';
import {
  enter,
  eventually,
  newRoom,
  ONE_ADDRESS,
  serve,
  SERVICE_KEY,
  sit,
  sitTogether,
  tokenFor,
  type Abuse,
} from './abuse-host.js';

export function people(abuse: Abuse): void {
  describe('names', () => names(abuse));
  crowdedRooms(abuse);
  describe('removal', () => removal(abuse));
  test('a session that is over: 4402, and its ticket is no good any more', (t) => endOfSession(t, abuse));
}

const NAMES: readonly (readonly [what: string, given: string, shown: RegExp])[] = [
  ['markup', '<img src=x onerror=alert(1)>', /^<img src=x onerror=alert\(1\)>$/],
  ['newlines', 'An\nna\r\nadmin: yes\u2028x\u0085y', /^An na admin: yes x y$/],
  ['right-to-left marks', '\u202eannA\u202c\u200f\u2066\u061c', /^annA$/],
  ['terminal escapes and NUL', '\u001b[31mAnna\u0007\0', /^\[31mAnna$/],
  ['hidden characters', 'A\u200bn\ufeffn\u2060a', /^Anna$/],
  ['lone surrogates', 'An\ud800na', /^Anna?$|^An.na$/u],
  ['5,000 characters', 'x'.repeat(5_000), /^x{64}$/],
  ['200 emoji', '\u{1f600}'.repeat(200), /^\u{1f600}{64}$/u],
  ['a JSON line', '{"level":"info"}\n{"level":"fatal","event":"forged"}', /^\{.{1,63}$/],
];

/** Whatever breaks a line, or the order of what is read. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

function isFit(name: string | undefined, shown: RegExp, where: string): void {
  assert.ok(name !== undefined, where);
  assert.match(name, shown, where);
  assert.doesNotMatch(name, UNFIT, where);
  assert.ok([...name].length <= 64, where);
}

function names(abuse: Abuse): void {
  test('out comes one bounded line of text, wherever the other one reads it; and none of it is logged', async (t) => {
    const { url, log } = await serve(t, abuse, { ...ONE_ADDRESS, LOG_LEVEL: 'debug' });
    for (const [what, given, shown] of NAMES) {
      for (const isOwn of [false, true]) {
        // The page's own name is refused where it is longer than any honest one.
        if (isOwn && given.length > 128) continue;
        const room = newRoom();
        const anna = await connect(url, { room });
        const token = isOwn ? await tokenFor(room, 'anna') : await tokenFor(room, 'anna', { name: given });
        anna.send({ type: 'hello', token, join: true, ...(isOwn ? { name: given } : {}) });
        isFit((await anna.next('welcome')).self.name, shown, what);
        const ben = await sit(url, room, 'ben', { name: given });
        isFit(ben.welcome.room.peer?.name, shown, what);
        isFit(ben.joined.peer?.name, shown, what);
        isFit((await anna.next('peer-joined')).peer.name, shown, what);
        ben.client.socket.close(1000);
        isFit((await anna.next('peer-left')).peer.name, shown, what);
        anna.socket.close(1000);
      }
    }
    if (log === undefined) return;
    for (const line of log()) {
      assert.ok(!line.includes('\n'));
      assert.equal(typeof JSON.parse(line), 'object');
      assert.doesNotMatch(line, /anna|onerror|forged|admin|xxxx|\u{1f600}/iu);
    }
  });

  test('10,000 characters, in a token or beside one: refused, in one line each', async (t) => {
    const { url, log } = await serve(t, abuse, { LOG_LEVEL: 'debug' });
    const name = '<b>\u202e\n'.repeat(2_000);
    for (const hello of [{ token: withName(name) }, { token: await tokenFor('x', 'anna'), name }]) {
      const client = await connect(url, { room: 'x' });
      client.send({ type: 'hello', ...hello });
      assert.deepEqual(await client.closed, { code: 4400, reason: 'bad-message' });
    }
    if (log === undefined) return;
    await eventually(
      () => Promise.resolve(log().filter((line) => line.includes('4400')).length === 2),
      'two lines',
    );
    for (const line of log()) assert.ok(line.length < 500 && !line.includes('<b>'));
  });
}

/** A token that nobody makes who uses the library. */
function withName(name: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const claims = { aud: 'p2p-call', sub: 'anna', room: 'x', iat, exp: iat + 60, name };
  const text = `${part({ alg: 'HS256', typ: 'p2p-join+jwt' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

const OVERFULL = { code: 4429, reason: 'rate-limited' };

function crowdedRooms(abuse: Abuse): void {
  test('8 in a lobby; the 9th: room-full and 4429; nobody else notices', async (t) => {
    const { url } = await serve(t, abuse);
    const { room, anna, ben } = await sitTogether(url);
    const waiting: Client[] = [];
    for (let n = 0; n < 8; n += 1) {
      const client = await enter(url, room, `person-${n}`);
      assert.equal((await client.next('error')).code, 'room-full');
      waiting.push(client);
    }
    for (let n = 0; n < 3; n += 1) {
      const client = await connect(url, { room });
      client.send({ type: 'hello', token: await tokenFor(room, 'too-many') });
      assert.equal((await client.next('error')).code, 'room-full');
      assert.deepEqual(await client.closed, OVERFULL);
    }
    for (const client of [...waiting, anna.client, ben.client]) await client.pong();
    // A place in the lobby that is given up is free for somebody else.
    waiting[0]?.socket.close(1000);
    await eventually(
      async () => {
        const late = await enter(url, room, 'late');
        return await late
          .next('error')
          .then(() => late.pong())
          .then(
            () => true,
            () => false,
          );
      },
      'a free place',
      3_000,
    );
  });

  test('4 sockets of one person; the 5th: 4429; the first four go on', async (t) => {
    const { url } = await serve(t, abuse);
    const room = newRoom();
    const pages: Client[] = [];
    for (let n = 0; n < 4; n += 1) {
      const client = await connect(url, { room });
      client.send({ type: 'hello', token: await tokenFor(room, 'anna') });
      await client.next('welcome');
      pages.push(client);
    }
    for (let n = 0; n < 3; n += 1) {
      const client = await connect(url, { room });
      client.send({ type: 'hello', token: await tokenFor(room, 'anna'), join: true });
      assert.deepEqual(await client.closed, OVERFULL);
    }
    for (const client of pages) await client.pong();
    await (await sit(url, room, 'ben')).client.pong();
  });
}

const remove = async (url: string, room: string, sub: string, authorization?: string): Promise<number> =>
  (
    await fetch(`${url}/v1/rooms/${room}/participants/${sub}`, {
      method: 'DELETE',
      headers: authorization === undefined ? {} : { authorization },
    })
  ).status;

async function refusedHello(url: string, room: string, proof: { token: string } | { ticket: string }) {
  const client = await connect(url, { room });
  client.send({ type: 'hello', ...proof, join: true });
  return client.closed;
}

function removal(abuse: Abuse): void {
  const REMOVED = { code: 4406, reason: 'removed' };

  test('ends all that somebody has: sockets, ticket and older tokens; a later token is good', async (t) => {
    const { url } = await serve(t, abuse);
    const room = newRoom();
    const old = await tokenFor(room, 'anna');
    const { anna, ben } = await sitTogether(url, room);
    const lobby = await connect(url, { room });
    lobby.send({ type: 'hello', token: await tokenFor(room, 'anna') });
    await lobby.next('welcome');

    assert.equal(await remove(url, room, 'anna', `Bearer ${SERVICE_KEY}`), 204);
    assert.deepEqual(await anna.client.closed, REMOVED);
    assert.deepEqual(await lobby.closed, REMOVED);
    assert.equal((await ben.client.next('peer-left')).reason, 'removed');
    assert.deepEqual(await refusedHello(url, room, { ticket: anna.ticket }), REMOVED);
    assert.deepEqual(await refusedHello(url, room, { token: old }), REMOVED);
    assert.deepEqual(await refusedHello(url, room, { token: await tokenFor(room, 'anna') }), REMOVED);

    // Tokens tell the time in whole seconds: one of the next second is a later one.
    const second = Math.floor(Date.now() / 1000);
    await eventually(() => Promise.resolve(Math.floor(Date.now() / 1000) > second), 'the next second', 3_000);
    await sit(url, room, 'anna');
    await ben.client.next('peer-joined');
    // What was made out before stays as bad as it was.
    assert.deepEqual(await refusedHello(url, room, { token: old }), REMOVED);
  });

  test('by anybody else: 401, and nothing happens', async (t) => {
    const { url } = await serve(t, abuse);
    const { room, anna } = await sitTogether(url);
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${SERVICE_KEY}x`,
      `Bearer ${SERVICE_KEY.slice(1)}`,
    ];
    for (const key of [...wrong, `Basic ${SERVICE_KEY}`, SERVICE_KEY, `Bearer ${SECRET}`])
      assert.equal(await remove(url, room, 'anna', key), 401);
    for (const [elsewhere, sub] of [
      ['no-such-room', 'anna'],
      [room, 'nobody'],
      [room, 'ann%61%00'],
    ] as const)
      assert.equal(await remove(url, elsewhere, sub, `Bearer ${SERVICE_KEY}`), 404);
    await anna.client.pong();
  });
}

async function endOfSession(t: TestContext, abuse: Abuse): Promise<void> {
  const { url } = await serve(t, abuse);
  const room = newRoom();
  const ben = await sit(url, room, 'ben');
  const anna = await sit(url, room, 'anna', { smax: 1 });
  const OVER = { code: 4402, reason: 'token-expired' };
  assert.deepEqual(await anna.client.closed, OVER);
  assert.equal((await ben.client.next('peer-left')).reason, 'removed');
  assert.deepEqual(await refusedHello(url, room, { ticket: anna.ticket }), OVER);
  await ben.client.pong();
}
