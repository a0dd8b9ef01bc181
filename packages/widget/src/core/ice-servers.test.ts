import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Of, ServerMessage } from '@p2p-call/protocol';
import { MachinePlayer, welcome } from '../testing/machine-player.js';

const OLD = [{ urls: 'turn:old.example', username: '1', credential: 'a' }];
const NEW = [{ urls: 'turn:new.example', username: '2', credential: 'b' }];

const ice = (more: Partial<Of<ServerMessage, 'ice'>> = {}): ServerMessage => ({
  type: 'ice',
  iceServers: NEW,
  iceTtl: 3600,
  turn: 'ok',
  ...more,
});

function inLobby(more: Partial<Of<ServerMessage, 'welcome'>>): MachinePlayer {
  const player = new MachinePlayer();
  player.input({ type: 'start', obstacle: null });
  player.hear(welcome({ iceServers: OLD, turn: 'ok', ...more }));
  player.clear();
  return player;
}

const asked = (player: MachinePlayer) => player.sent().filter((type) => type === 'ice').length;

describe('ICE servers', () => {
  test('are asked for again at half their life, each time', () => {
    const player = inLobby({ iceTtl: 3600 });
    player.pass(1_799_999);
    assert.equal(asked(player), 0);
    player.pass(1);
    assert.equal(asked(player), 1);
    player.hear(ice({ iceTtl: 600 }));
    player.pass(299_999);
    assert.equal(asked(player), 1);
    player.pass(1);
    assert.equal(asked(player), 2);
  });

  for (const [what, more, ms] of [
    ['a relay service that stumbled', { turn: 'unavailable', iceTtl: 3600 }, 30_000],
    ['one that stumbled and left nothing', { turn: 'unavailable', iceTtl: 0 }, 30_000],
    ['a life that is too short', { iceTtl: 1 }, 30_000],
    ['a life that no timer can count', { iceTtl: Number.MAX_SAFE_INTEGER }, 86_400_000],
    ['no end', { iceTtl: 0 }, null],
  ] as const) {
    test(`${what}: ${ms === null ? 'never asked for again' : `after ${ms} ms`}`, () => {
      const player = inLobby(more);
      assert.equal(player.timers.get('ice'), ms === null ? undefined : player.now + ms);
    });
  }

  test('a question that nobody answers is asked again, but not hammered', () => {
    const player = inLobby({ turn: 'unavailable' });
    player.pass(300_000);
    assert.equal(asked(player), 10);
  });

  test('that lost their end are no longer asked for', () => {
    const player = inLobby({ iceTtl: 3600 });
    player.hear(ice({ iceTtl: 0, turn: 'none' }));
    player.pass(10_000_000);
    assert.equal(asked(player), 0);
  });

  test('without a socket nobody is asked; the welcome of the resume brings new ones', () => {
    const player = inLobby({ iceTtl: 3600 });
    player.input({ type: 'signaling-lost' });
    player.pass(10_000_000);
    assert.equal(asked(player), 0);
    player.hear(welcome({ iceTtl: 3600 }));
    player.pass(1_800_000);
    assert.equal(asked(player), 1);
  });

  test('fresh ones are for the present connection, and for the next', () => {
    for (const message of [
      ice(),
      welcome({ iceServers: NEW, seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } }),
    ]) {
      const player = new MachinePlayer().connected(0);
      const link = player.state.link?.id;
      player.hear(message);
      assert.deepEqual(player.done('link-servers'), [
        { type: 'link-servers', link, iceServers: NEW, route: 'all' },
      ]);
      player.link({ type: 'link-transport', transport: 'failed' });
      player.hear({ type: 'probe-ack', n: 0, from: 'p_b', seq: 9 });
      assert.deepEqual(player.done('link-open')[0]?.config.iceServers, NEW);
    }
  });

  test('relays that are still good are not given up while the relay service stumbles', () => {
    const player = new MachinePlayer().connected(0);
    const servers = () => player.state.welcome?.iceServers;
    const none = { iceServers: OLD, turn: 'unavailable' } as const;
    player.hear(ice({ iceTtl: 600 }));
    player.hear(ice(none));
    player.hear(welcome({ ...none, seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } }));
    assert.deepEqual(servers(), NEW);
    assert.equal(player.done('link-servers').length, 1);
    assert.equal(player.timers.get('ice'), player.now + 30_000);
    player.now += 600_000;
    player.hear(ice(none));
    assert.deepEqual(servers(), OLD);
  });

  test('a lost path is a reason to look after the socket, once', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'disconnected' });
    player.link({ type: 'link-transport', transport: 'failed' });
    assert.equal(player.done('signaling-check').length, 1);
  });
});
