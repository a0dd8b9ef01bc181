import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MachinePlayer, peerLeft } from '../testing/machine-player.js';

/** Lets time pass on a connection whose bytes do not grow; the browser answers each measurement. */
function silence(player: MachinePlayer, ms: number): void {
  for (let passed = 0; passed < ms; passed += 500) {
    player.pass(500);
    if (player.state.link) player.link({ type: 'link-bytes', bytes: player.state.link.bytes });
  }
}

const answer = (player: MachinePlayer) => player.answerProbe();
const bytes = (player: MachinePlayer) =>
  player.link({ type: 'link-bytes', bytes: (player.state.link?.bytes ?? 0) + 50 });
const outcomes = (player: MachinePlayer) =>
  player
    .done('fact')
    .flatMap(({ fact }) => (fact.type === 'recovery' ? [`${fact.step} ${fact.outcome}`] : []));

describe('a stalled path', () => {
  test('is noticed after 2.5 s without a byte, by whoever looks', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 2_500);
    assert.equal(player.state.phase, 'connected');
    silence(player, 500);
    assert.equal(player.state.phase, 'unstable');
    assert.ok(player.sent().includes('probe'));
  });

  test('heals by itself: no offer goes out', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 4_000);
    assert.equal(player.state.phase, 'unstable');
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    assert.equal(player.state.recovery, null);
    assert.deepEqual(player.done('link-offer'), []);
    player.clear();
    player.pass(10_000);
    assert.deepEqual(player.done('link-offer'), [], 'and nothing was left that would act later');
  });

  test('a page that slept is not a path that was lost', () => {
    const player = new MachinePlayer().connected(0);
    player.now += 3_600_000;
    player.link({ type: 'link-bytes', bytes: 100 });
    assert.equal(player.state.phase, 'connected');
  });

  test('slot 0 restarts ICE once the peer answers; bytes, not a state name, end it', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 6_000);
    assert.deepEqual(player.done('link-offer'), [], 'nobody answered: a restart would be wasted');
    answer(player);
    player.pass(1_000);
    answer(player);
    assert.equal(player.state.phase, 'recovering');
    assert.deepEqual(
      player.done('link-offer').map(({ neg, iceRestart }) => ({ neg, iceRestart })),
      [{ neg: 2, iceRestart: true }],
    );
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'restart' });
    player.hear({ type: 'answer', epoch: 1, conn: 1, neg: 2, sdp: 'a', from: 'p_b', seq: 10 });
    player.link({ type: 'link-transport', transport: 'connected' });
    assert.equal(player.state.phase, 'recovering');
    player.link({ type: 'link-settled', neg: 2 });
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(outcomes(player), ['restart started', 'restart recovered']);
  });

  test('slot 1 asks, and takes the offer that follows as the step it asked for', () => {
    const player = new MachinePlayer().connected(1);
    silence(player, 3_000);
    answer(player);
    player.pass(2_000);
    answer(player);
    const [recover] = player.done('send').filter(({ message }) => message.type === 'recover');
    assert.deepEqual(recover?.message, {
      type: 'recover',
      epoch: 1,
      conn: 1,
      action: 'restart',
      reason: 'stalled',
    });
    player.hear({ type: 'offer', epoch: 1, conn: 1, neg: 2, sdp: 'o', from: 'p_b', seq: 10 });
    player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a' });
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(outcomes(player), ['restart started', 'restart recovered']);
  });

  test('slot 0 that noticed nothing does as it is asked', () => {
    const player = new MachinePlayer().connected(0);
    const ask = { type: 'recover', epoch: 1, conn: 1, reason: 'stalled', from: 'p_b', seq: 9 } as const;
    player.hear({ ...ask, action: 'restart' });
    assert.equal(player.state.phase, 'recovering');
    player.hear({ ...ask, action: 'restart' });
    assert.equal(player.done('link-offer').length, 1, 'asked twice, done once');
    player.hear({ ...ask, action: 'rebuild' });
    assert.equal(player.state.link?.conn, 2);
    player.hear({ ...ask, action: 'rebuild' });
    assert.equal(player.state.link?.conn, 2, 'a request about the connection before comes too late');
  });
});

describe('a step that brings nothing', () => {
  test('is followed by a new connection, and that by further ones, with growing waits', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 3_000);
    for (let step = 0; step < 4; step++) {
      for (let tries = 0; tries < 40 && player.state.recovery?.status !== 'stepping'; tries++) {
        player.pass(500);
        answer(player);
      }
      player.pass(6_000);
    }
    assert.deepEqual(outcomes(player).slice(0, 6), [
      'restart started',
      'restart failed',
      'rebuild started',
      'rebuild failed',
      'rebuild started',
      'rebuild failed',
    ]);
  });

  test('a new connection is proved by its data channel', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    answer(player);
    assert.equal(player.state.link?.conn, 2);
    assert.equal(player.state.phase, 'recovering');
    player.prove();
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(outcomes(player), ['rebuild started', 'rebuild recovered']);
    assert.equal(player.facts().includes('connected'), false, 'the call was set up once');
  });

  test('a path that heals after a restart that came to nothing is a path', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 3_000);
    answer(player);
    player.pass(2_000);
    answer(player);
    assert.equal(player.state.phase, 'recovering');
    player.input({ type: 'signaling-lost' });
    player.pass(6_500);
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    player.pass(70_000);
    assert.notEqual(player.state.phase, 'ended');
  });

  test('a restart that ends in `failed` is not waited for', () => {
    const player = new MachinePlayer().connected(0);
    player.hear({
      type: 'recover',
      epoch: 1,
      conn: 1,
      action: 'restart',
      reason: 'stalled',
      from: 'p_b',
      seq: 9,
    });
    player.link({ type: 'link-transport', transport: 'failed' });
    assert.ok(outcomes(player).includes('restart failed'));
    player.pass(10);
    answer(player);
    assert.equal(player.state.link?.conn, 2);
  });
});

describe('giving up', () => {
  test('after 60 s without the service: the connection is lost', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'signaling-lost' });
    silence(player, 60_000);
    assert.notEqual(player.state.phase, 'ended');
    silence(player, 6_000);
    assert.equal(player.state.phase, 'ended');
    assert.equal(player.state.reason, 'connection-lost');
  });

  test('after 60 s with the service, the peer silent: waiting for them', () => {
    const player = new MachinePlayer().connected(1);
    player.hear({ type: 'peer-away', epoch: 1, peer: { id: 'p_b', name: 'Ben' } });
    silence(player, 66_000);
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.state.peer?.here, false);
    player.hear({ type: 'peer-back', epoch: 1, peer: { id: 'p_b', name: 'Ben' } });
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.sent().at(-1), 'recover', 'slot 1 asks for a connection');
  });

  test('after 60 s of steps with a peer who is there: no path between the two', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    for (let n = 0; n < 140; n++) {
      player.pass(500);
      answer(player);
    }
    assert.equal(player.state.phase, 'ended');
    assert.equal(player.state.error?.code, 'ice-failed');
  });

  test('a call that never connects gets the same help', () => {
    const player = new MachinePlayer().connecting(0);
    player.pass(8_000);
    answer(player);
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.state.link?.conn, 2);
    player.prove();
    assert.equal(player.state.phase, 'connected');
  });

  test('the peer leaves while it is tried: waiting, and no step goes on', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 5_000);
    player.hear(peerLeft({ reason: 'lost' }));
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.state.recovery, null);
  });
});
