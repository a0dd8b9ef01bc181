import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createApp, type AppDeps } from '../app.js';
import type { RoomDescription, RoomOffice } from './room-routes.js';

const KEY = 'a-service-key-of-some-length';
const ROOM: RoomDescription = {
  room: 'support-42',
  createdAt: 1_000,
  epoch: 3,
  callId: 'c-1',
  seats: [
    { slot: 0, sub: 'anna', name: 'Anna', quiet: false, connected: true, since: 2_000 },
    { slot: 1, sub: 'ben', name: null, quiet: true, connected: false, since: 3_000 },
  ],
  lobby: [{ sub: 'cleo', name: null }],
};

/** Rooms as a host has them, and what it was asked to do. */
function office(): RoomOffice & { readonly removed: [string, string][] } {
  const removed: [string, string][] = [];
  return {
    key: KEY,
    removed,
    describe: (room) => (room === ROOM.room ? ROOM : null),
    remove: (room, sub) => {
      removed.push([room, sub]);
      return Promise.resolve(room === ROOM.room && sub !== 'nobody');
    },
  };
}

const deps: AppDeps = {
  version: '9.9.9',
  isOriginAllowed: () => true,
  isDraining: () => false,
  turn: () => 'none',
  now: () => 42,
  onError: () => undefined,
  demo: null,
  metrics: null,
  rooms: null,
};
const ask = (rooms: RoomOffice | null, method: string, path: string, headers?: Record<string, string>) =>
  createApp({ ...deps, rooms }).fetch(
    new Request(`http://127.0.0.1${path}`, {
      method,
      headers: headers ?? { authorization: `Bearer ${KEY}` },
    }),
  );

describe('without a service key', () => {
  test('a room is for sockets, and nobody is removed', async () => {
    const room = await ask(null, 'GET', '/v1/rooms/support-42');
    assert.deepEqual([room.status, room.headers.get('upgrade')], [426, 'websocket']);
    assert.equal((await ask(null, 'DELETE', '/v1/rooms/support-42/participants/anna')).status, 404);
  });
});

describe('with a service key', () => {
  test('who is in a room', async () => {
    const response = await ask(office(), 'GET', '/v1/rooms/support-42');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('access-control-allow-origin'), null);
    assert.deepEqual(await response.json(), ROOM);
  });

  test('a room that is not there, and what is no room', async () => {
    const none = await ask(office(), 'GET', '/v1/rooms/support-43');
    assert.deepEqual([none.status, await none.json()], [404, { error: 'No such room' }]);
    assert.equal((await ask(office(), 'GET', '/v1/rooms/a%20b')).status, 400);
    assert.equal((await ask(office(), 'DELETE', '/v1/rooms/a%20b/participants/x')).status, 400);
  });

  test('removes a person: 204 if they were there, else 404', async () => {
    const rooms = office();
    const gone = await ask(rooms, 'DELETE', '/v1/rooms/support-42/participants/anna');
    assert.deepEqual([gone.status, await gone.text()], [204, '']);
    for (const path of ['support-42/participants/nobody', 'support-43/participants/anna']) {
      const response = await ask(rooms, 'DELETE', `/v1/rooms/${path}`);
      assert.equal(response.status, 404);
      assert.equal(typeof ((await response.json()) as { error: unknown }).error, 'string');
    }
    assert.deepEqual(rooms.removed, [
      ['support-42', 'anna'],
      ['support-42', 'nobody'],
      ['support-43', 'anna'],
    ]);
  });

  for (const sub of [
    'a/b',
    'mail@example.com',
    '50%',
    '%41',
    '%2F',
    'a?b#c',
    'Zoë 🦊',
    'x'.repeat(255),
    '+',
  ]) {
    test(`takes a sub as encodeURIComponent writes it: ${sub.slice(0, 20)}`, async () => {
      const rooms = office();
      await ask(rooms, 'DELETE', `/v1/rooms/support-42/participants/${encodeURIComponent(sub)}`);
      assert.deepEqual(rooms.removed, [['support-42', sub]]);
    });
  }

  for (const [name, sub, status] of [
    ['256 characters', 'x'.repeat(256), 400],
    ['what is not UTF-8', '%E0%A4%A', 400],
    ['half an escape', '%', 400],
    ['nobody', '', 404],
    ['two segments', 'a/b', 404],
  ] as const) {
    test(`is not for ${name}`, async () => {
      const rooms = office();
      const response = await ask(rooms, 'DELETE', `/v1/rooms/support-42/participants/${sub}`);
      assert.equal(response.status, status);
      assert.deepEqual(rooms.removed, []);
    });
  }

  test('a wrong key, or none: 401, and nothing is done', async () => {
    const rooms = office();
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${KEY}` },
      { authorization: `Bearer ${KEY} ` + 'x' },
    ] as Record<string, string>[]) {
      for (const [method, path] of [
        ['GET', '/v1/rooms/support-42'],
        ['DELETE', '/v1/rooms/support-42/participants/anna'],
        ['DELETE', '/v1/rooms/a%20b/participants/anna'],
      ] as const) {
        const response = await ask(rooms, method, path, headers);
        assert.equal(response.status, 401);
        assert.equal(response.headers.get('www-authenticate'), 'Bearer');
        assert.deepEqual(await response.json(), { error: 'Unauthorized' });
      }
    }
    assert.deepEqual(rooms.removed, []);
  });
});
