// A microphone or camera that ends by itself while it is in use.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MachinePlayer } from '../testing/machine-player.js';
import { MachineRules } from '../testing/machine-rules.js';
import { REOPEN_TRIES } from './lost-device.js';
import type { CaptureResult } from './inputs.js';
import { toSnapshot, type DeviceKind } from './state.js';

const LIVE: CaptureResult = { ok: true, deviceId: 'usb' };
const GONE: CaptureResult = { ok: false, code: 'media-not-found' };

/** In a call, with that device on. */
function inUse(kind: DeviceKind = 'microphone'): MachinePlayer {
  const player = new MachinePlayer();
  new MachineRules(player);
  player.connected(0);
  player.input({ type: 'captured', kind, result: LIVE });
  player.clear();
  return player;
}

const become = (player: MachinePlayer, result: CaptureResult, kind: DeviceKind = 'microphone') =>
  player.input({ type: 'captured', kind, result });
const lose = (player: MachinePlayer, kind: DeviceKind = 'microphone') =>
  player.input({ type: 'device-lost', kind });
const shown = ({ state, now }: MachinePlayer) => toSnapshot(state, now, null);
const tries = (player: MachinePlayer) => player.done('reopen').length;

/** The call goes on; media comes. */
function passInCall(player: MachinePlayer, ms: number): void {
  const until = player.now + ms;
  while (player.now < until) {
    player.pass(Math.min(250, until - player.now));
    player.link({ type: 'link-bytes', bytes: (player.state.link?.bytes ?? 0) + 50 });
  }
}

describe('a device that ends by itself', () => {
  test('it is opened again at once, the same if it is there, and nobody is asked or told of a problem', () => {
    const player = inUse();
    lose(player);
    assert.deepEqual(player.done('release'), [{ type: 'release', kind: 'microphone' }]);
    assert.deepEqual(player.done('reopen'), [{ type: 'reopen', kind: 'microphone', deviceId: 'usb' }]);
    assert.deepEqual(shown(player).microphone, { on: false, deviceId: null, problem: null });
    become(player, { ok: true, deviceId: 'built-in' });
    assert.deepEqual(shown(player).microphone, { on: true, deviceId: 'built-in', problem: null });
    assert.deepEqual(player.done('enable').at(-1), { type: 'enable', kind: 'microphone', on: true });
    assert.deepEqual(player.sent(), ['state', 'state'], 'the peer is told both times');
    assert.ok(!player.facts().includes('error'));
    assert.deepEqual(player.done('capture'), [], 'a capture may ask');
  });

  test('there is none: off, and said, once', () => {
    const player = inUse('camera');
    lose(player, 'camera');
    become(player, GONE, 'camera');
    assert.equal(shown(player).camera.problem, 'media-not-found');
    passInCall(player, 5_000);
    become(player, GONE, 'camera');
    assert.equal(player.facts().filter((fact) => fact === 'error').length, 1);
    assert.equal(shown(player).camera.problem, 'media-not-found', 'also while it is tried');
  });

  test('it is tried again, ever more seldom, and in the end only when devices change', () => {
    const player = inUse();
    lose(player);
    const times: number[] = [];
    const since = player.now;
    for (let n = 0; n < 400; n++) {
      if (tries(player) > times.length) {
        times.push(player.now - since);
        become(player, GONE);
      }
      passInCall(player, 250);
    }
    assert.deepEqual(times, [0, 1_000, 3_000, 7_000, 15_000, 31_000]);
    assert.equal(times.length, REOPEN_TRIES);
    player.clear();
    player.input({ type: 'devices-changed' });
    assert.equal(tries(player), 1);
    become(player, LIVE);
    assert.equal(shown(player).microphone.on, true);
  });

  test('a page that comes to the front, or a change of devices, does not wait; one try a second', () => {
    for (const reason of [{ type: 'wake', network: false }, { type: 'devices-changed' }] as const) {
      const player = inUse();
      lose(player);
      player.input(reason);
      assert.equal(tries(player), 1, 'one at a time');
      become(player, GONE);
      for (let n = 0; n < 5; n++) player.input(reason);
      assert.equal(tries(player), 1);
      passInCall(player, 1_000);
      assert.equal(tries(player), 2);
      become(player, GONE);
      passInCall(player, 1_500);
      player.input(reason);
      assert.equal(tries(player), 3, 'at once, after that second');
    }
  });

  test('a plug that is loose: devices that come and go all the time do not hurry it', () => {
    const player = inUse();
    for (let n = 0; n < 200; n++) {
      if (player.state.microphone.status === 'live') lose(player);
      else if (player.state.microphone.status === 'closed' && player.state.microphone.lost?.isTrying)
        become(player, LIVE);
      player.input({ type: 'devices-changed' });
      passInCall(player, 50);
    }
    assert.ok(tries(player) <= 11, `${tries(player)} tries in 10 s`);
  });

  test('it opens and ends, again and again: the tries are spaced, and come to an end', () => {
    const player = inUse();
    for (let n = 0; n < 1_000; n++) {
      if (player.state.microphone.status === 'live') lose(player);
      else if (player.state.microphone.status === 'closed' && player.state.microphone.lost?.isTrying)
        become(player, LIVE);
      passInCall(player, 100);
    }
    assert.equal(tries(player), REOPEN_TRIES);
    assert.equal(shown(player).microphone.problem, 'media-failed');
    assert.deepEqual([...player.timers.keys()].includes('reopen'), false);
  });

  test('one that held for a while is as good as new', () => {
    const player = inUse();
    for (let n = 1; n <= 20; n++) {
      lose(player);
      assert.equal(tries(player), n);
      become(player, LIVE);
      passInCall(player, 10_000);
    }
    assert.ok(!player.facts().includes('error'));
  });

  test('muted: it comes back muted', () => {
    const player = inUse();
    player.input({ type: 'set-device', kind: 'microphone', on: false });
    lose(player);
    assert.equal(tries(player), 1);
    become(player, LIVE);
    assert.deepEqual(player.done('enable').at(-1), { type: 'enable', kind: 'microphone', on: false });
    assert.deepEqual(shown(player).microphone, { on: false, deviceId: 'usb', problem: null });
    player.input({ type: 'set-device', kind: 'microphone', on: true });
    assert.equal(shown(player).microphone.on, true);
    assert.deepEqual(player.done('capture'), []);
  });

  test('muted, and there is none: said; a click asks', () => {
    const player = inUse();
    player.input({ type: 'set-device', kind: 'microphone', on: false });
    lose(player);
    become(player, GONE);
    assert.equal(shown(player).microphone.problem, 'media-not-found');
    player.input({ type: 'set-device', kind: 'microphone', on: true });
    assert.deepEqual(player.done('capture').at(-1)?.kinds, ['microphone']);
  });

  test('switched off while it is tried: what opens is let go, and nothing is tried any more', () => {
    const player = inUse('camera');
    lose(player, 'camera');
    player.clear();
    player.input({ type: 'set-device', kind: 'camera', on: false });
    assert.deepEqual(player.done('release'), [{ type: 'release', kind: 'camera' }]);
    become(player, { ok: false, code: null }, 'camera');
    player.input({ type: 'devices-changed' });
    assert.deepEqual(player.done('reopen'), []);
    assert.deepEqual(shown(player).camera, { on: false, deviceId: null, problem: null });
  });

  test('the person asks for it: that is a capture, which may ask back, and the one under way does not count', () => {
    const player = inUse();
    lose(player);
    become(player, GONE);
    player.input({ type: 'devices-changed' });
    player.input({ type: 'set-device', kind: 'microphone', on: true });
    assert.deepEqual(player.done('capture').at(-1)?.kinds, ['microphone']);
    become(player, { ok: false, code: null });
    assert.equal(player.state.microphone.status, 'opening');
    become(player, LIVE);
    assert.equal(shown(player).microphone.on, true);
    assert.equal(player.timers.has('reopen'), false);
  });

  test('the person tries in vain, then plugs it in: it comes back by itself all the same', () => {
    const player = inUse();
    lose(player);
    become(player, GONE);
    passInCall(player, 40_000);
    for (let n = 0; n < 5 && tries(player) < REOPEN_TRIES; n++) {
      become(player, GONE);
      passInCall(player, 40_000);
    }
    become(player, GONE);
    player.input({ type: 'set-device', kind: 'microphone', on: true });
    become(player, GONE);
    assert.equal(shown(player).microphone.problem, 'media-not-found');
    assert.equal(player.timers.has('reopen'), false);
    player.clear();
    player.input({ type: 'devices-changed' });
    passInCall(player, 1_000);
    assert.equal(tries(player), 1);
    become(player, LIVE);
    assert.equal(shown(player).microphone.on, true);
  });

  test('the slower of two does not hold back the other', () => {
    const player = inUse('camera');
    become(player, LIVE);
    lose(player, 'camera');
    for (let n = 0; n < 4; n++) {
      become(player, GONE, 'camera');
      passInCall(player, 1_000 * 2 ** n);
    }
    assert.equal(tries(player), 5);
    lose(player);
    become(player, GONE);
    become(player, GONE, 'camera');
    player.clear();
    passInCall(player, 1_000);
    assert.deepEqual(
      player.done('reopen').map(({ kind }) => kind),
      ['microphone'],
    );
    become(player, LIVE);
    passInCall(player, 15_000);
    assert.deepEqual(
      player.done('reopen').map(({ kind }) => kind),
      ['microphone', 'camera'],
    );
  });

  test('both: each is tried, and comes back by itself', () => {
    const player = inUse();
    become(player, LIVE, 'camera');
    lose(player);
    lose(player, 'camera');
    become(player, GONE);
    become(player, GONE, 'camera');
    become(player, LIVE);
    assert.equal(player.state.microphone.status, 'closed', 'nothing was asked for');
    passInCall(player, 1_000);
    become(player, LIVE);
    become(player, GONE, 'camera');
    assert.equal(player.timers.has('reopen'), true);
    passInCall(player, 2_000);
    become(player, LIVE, 'camera');
    assert.deepEqual([shown(player).microphone.on, shown(player).camera.on], [true, true]);
    assert.equal(player.timers.has('reopen'), false);
  });

  test('the call ends: what is being opened is let go', () => {
    const player = inUse('camera');
    lose(player, 'camera');
    player.clear();
    player.input({ type: 'leave' });
    assert.deepEqual(player.done('release').at(-1), { type: 'release', kind: 'camera' });
    become(player, { ok: false, code: null }, 'camera');
    assert.deepEqual([...player.timers], []);
  });

  test('in the lobby as well; a page that no longer wants it lets go of it', () => {
    const player = new MachinePlayer();
    new MachineRules(player);
    player.lobby().input({ type: 'preview' });
    become(player, LIVE, 'camera');
    lose(player, 'camera');
    assert.equal(tries(player), 1);
    const { settings } = player.state;
    player.input({ type: 'configure', settings: { ...settings, video: false } });
    assert.deepEqual(player.done('release').at(-1), { type: 'release', kind: 'camera' });
    player.input({ type: 'devices-changed' });
    passInCall(player, 5_000);
    assert.equal(tries(player), 1);
  });

  test('in the lobby the person, or the page, asks for it during the first try: it is opened', () => {
    for (const ask of [{ type: 'set-device', kind: 'camera', on: true }, { type: 'join' }] as const) {
      const player = new MachinePlayer({ audio: false });
      new MachineRules(player);
      player.lobby().input({ type: 'preview' });
      become(player, LIVE, 'camera');
      lose(player, 'camera');
      player.clear();
      player.input(ask);
      assert.deepEqual(player.done('capture')[0]?.kinds, ['camera']);
      become(player, { ok: false, code: null }, 'camera');
      become(player, LIVE, 'camera');
      assert.equal(shown(player).camera.on, true);
    }
  });

  test('in a call what the page says of the beginning changes nothing; a call without pictures needs no camera', () => {
    const player = inUse('camera');
    const { settings } = player.state;
    lose(player, 'camera');
    become(player, GONE, 'camera');
    player.input({ type: 'configure', settings: { ...settings, video: false } });
    passInCall(player, 1_000);
    assert.equal(tries(player), 2);
    become(player, GONE, 'camera');
    player.input({ type: 'configure', settings: { ...settings, mode: 'audio' } });
    passInCall(player, 10_000);
    assert.equal(tries(player), 2);
    assert.equal(player.timers.has('reopen'), false);
  });

  test('a camera that runs on in a call that has become one of sound only does not come back', () => {
    const player = inUse('camera');
    player.input({ type: 'configure', settings: { ...player.state.settings, mode: 'audio' } });
    lose(player, 'camera');
    assert.equal(tries(player), 0);
    assert.equal(shown(player).camera.problem, 'media-not-found');
  });
});
