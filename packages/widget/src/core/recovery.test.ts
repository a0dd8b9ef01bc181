import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerMessage } from '@p2p-call/protocol';
import { MachinePlayer, peerJoined, peerLeft, welcome } from '../testing/machine-player.js';

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

  test('silence while alone is no outage: the minute to give up begins with the loss', () => {
    const player = new MachinePlayer().waiting();
    player.link({ type: 'link-channel', open: true });
    silence(player, 60_000);
    player.hear({ type: 'peer-back', epoch: 1, peer: { id: 'p_b', name: 'Ben' } });
    player.input({ type: 'simulate', fault: 'ice-disconnected' });
    assert.equal(player.state.recovery?.status, 'pausing');
    assert.equal(player.state.phase, 'connecting');
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

  test('a peer that saw the connection fail gets a new one, though a restart was being prepared', () => {
    const player = new MachinePlayer().connected(0);
    const ask = { type: 'recover', epoch: 1, conn: 1, from: 'p_b', seq: 9 } as const;
    player.now += 7_200_000;
    player.hear({ ...ask, action: 'restart', reason: 'stalled' });
    assert.equal(player.state.recovery?.status, 'preparing');
    player.hear({ ...ask, action: 'rebuild', reason: 'failed' });
    player.hear({ type: 'ice', iceServers: [], iceTtl: 3600, turn: 'none' });
    assert.equal(player.state.link?.conn, 2);
    assert.deepEqual(outcomes(player), ['rebuild started']);
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
    silence(player, 59_500);
    assert.notEqual(player.state.phase, 'ended');
    silence(player, 500);
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
    assert.equal(player.state.reason, 'connection-lost');
    assert.equal(player.state.recovery, null);
  });
});

describe('a path that may heal', () => {
  test('of 5 s: nobody offers anything, though the peer answers before the media flows', () => {
    for (const slot of [0, 1] as const) {
      const player = new MachinePlayer().connected(slot);
      silence(player, 5_500);
      answer(player);
      player.pass(900);
      bytes(player);
      assert.equal(player.state.phase, 'connected');
      assert.deepEqual(player.done('link-offer'), []);
      assert.equal(player.sent().includes('recover'), false);
    }
  });

  test('gets its second once: answers that take long do not hold a restart up for ever', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 3_000);
    for (let n = 0; n < 3 && player.state.phase !== 'recovering'; n++) {
      player.pass(2_000);
      answer(player);
    }
    assert.equal(player.state.recovery?.step, 'restart');
  });

  test('gets little time where the network is another one', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 1_000);
    player.input({ type: 'wake', network: true });
    silence(player, 2_000);
    assert.equal(player.state.phase, 'unstable');
    player.pass(300);
    answer(player);
    assert.equal(player.state.recovery?.step, 'restart');
  });

  test('an answer to a probe of long ago tells nothing', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    player.pass(20_000);
    player.hear({ type: 'probe-ack', n: 0, from: 'p_b', seq: 9 });
    assert.deepEqual(player.done('link-offer'), []);
    answer(player);
    assert.equal(player.done('link-offer').length, 1);
  });
});

describe('hints', () => {
  test('a page that comes to the front asks at once', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 10_000);
    player.clear();
    player.input({ type: 'wake', network: false });
    assert.deepEqual(player.sent(), ['probe']);
  });

  test('a healthy connection is looked at, and left alone', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'wake', network: true });
    assert.deepEqual(
      player.effects.map(({ type }) => type),
      ['link-measure'],
    );
  });

  test('a stored offer is made anew on another network', () => {
    const player = new MachinePlayer().waiting();
    player.input({ type: 'wake', network: false });
    assert.equal(player.state.link?.conn, 1);
    player.input({ type: 'wake', network: true });
    assert.equal(player.state.link?.conn, 2);
  });

  test('the service is back: the peer is asked at once', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'signaling-lost' });
    silence(player, 20_000);
    player.clear();
    player.hear(welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } }));
    assert.ok(player.sent().includes('probe'));
  });

  test('a machine that slept has its minute from when it woke', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 4_000);
    player.now += 600_000;
    player.pass(0);
    assert.equal(player.state.phase, 'unstable');
    silence(player, 30_000);
    assert.notEqual(player.state.phase, 'ended');
    silence(player, 40_000);
    assert.notEqual(player.state.phase, 'unstable');
  });
});

describe('asked for by the page', () => {
  test('a restart, though media flows: done when the new path carries', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'restart-ice' });
    bytes(player);
    assert.notEqual(player.state.recovery, null);
    answer(player);
    bytes(player);
    assert.equal(player.state.phase, 'recovering');
    player.settle();
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(outcomes(player), ['restart started', 'restart recovered']);
  });

  test('a restart that nobody answers: the call goes on as it was', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'restart-ice' });
    for (let n = 0; n < 20; n++) {
      player.pass(500);
      bytes(player);
    }
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(player.done('link-offer'), []);
  });

  test('a restart that begins, and whose answer takes too long: no new connection for one that carries', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'restart-ice' });
    answer(player);
    for (let n = 0; n < 20; n++) {
      player.pass(500);
      bytes(player);
      answer(player);
    }
    assert.equal(player.state.phase, 'connected');
    assert.equal(player.state.link?.conn, 1);
    assert.deepEqual(outcomes(player), ['restart started', 'restart failed']);
  });

  test('a restart, and the service loses the other: what flows goes on', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'restart-ice' });
    player.hear(peerLeft({ reason: 'lost' }));
    assert.deepEqual([player.state.link?.conn, player.state.peer?.here], [1, false]);
    for (let n = 0; n < 20; n++) {
      player.pass(500);
      bytes(player);
    }
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(player.done('link-close'), []);
  });

  test('a failure: a new connection, though media flows', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'simulate', fault: 'ice-failed' });
    bytes(player);
    answer(player);
    assert.equal(player.state.link?.conn, 2);
    player.prove();
    assert.deepEqual(outcomes(player), ['rebuild started', 'rebuild recovered']);
  });

  test('a loss that heals at once', () => {
    const player = new MachinePlayer().connected(1);
    player.input({ type: 'simulate', fault: 'ice-disconnected' });
    assert.equal(player.state.phase, 'unstable');
    bytes(player);
    assert.equal(player.state.phase, 'connected');
  });

  test('a relay: until all has been well for a while, then the page decides again', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'simulate', fault: 'relay-only' });
    answer(player);
    assert.equal(player.state.recovery?.step, 'relay');
    assert.equal(player.done('link-open')[0]?.config.route, 'relay');
    player.settle();
    player.prove();
    for (let n = 0; n < 25; n++) {
      player.pass(500);
      bytes(player);
    }
    assert.deepEqual(
      player.done('link-servers').map(({ route }) => route),
      ['all'],
    );
  });
});

describe('ICE servers of a page that slept', () => {
  const old = (): MachinePlayer => {
    const player = new MachinePlayer().connected(0);
    player.now += 7_200_000;
    player.link({ type: 'link-transport', transport: 'failed' });
    player.clear();
    answer(player);
    return player;
  };
  const fresh: ServerMessage = { type: 'ice', iceServers: [{ urls: 'turn:new' }], iceTtl: 3600, turn: 'ok' };

  test('are renewed before a step', () => {
    const player = old();
    assert.deepEqual(player.sent(), ['ice']);
    assert.deepEqual(player.done('link-open'), []);
    player.hear(fresh);
    assert.deepEqual(player.done('link-open')[0]?.config.iceServers, [{ urls: 'turn:new' }]);
  });

  test('are renewed before a new connection, too, and the restart before it has failed', () => {
    const player = new MachinePlayer().connected(0);
    const ask = { type: 'recover', epoch: 1, conn: 1, from: 'p_b', seq: 9 } as const;
    player.hear({ ...ask, action: 'restart', reason: 'stalled' });
    player.now += 7_200_000;
    player.hear({ ...ask, action: 'rebuild', reason: 'stalled' });
    assert.deepEqual(outcomes(player), ['restart started', 'restart failed']);
    player.hear(fresh);
    player.prove();
    assert.deepEqual(outcomes(player).slice(2), ['rebuild started', 'rebuild recovered']);
  });

  test('that nobody renews do', () => {
    const player = old();
    player.pass(1_900);
    assert.deepEqual(player.done('link-open'), []);
    player.pass(100);
    assert.equal(player.done('link-open').length, 1);
  });
});

describe('pictures while the path is lost', () => {
  const pictures = (player: MachinePlayer) =>
    [...player.done('link-rest'), ...player.done('link-refresh')].map(({ type }) => type);

  test('are sent for a while, no longer, and again once it is back', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 8_000);
    assert.deepEqual(pictures(player), []);
    silence(player, 2_500);
    assert.deepEqual(pictures(player), ['link-rest']);
    silence(player, 15_000);
    assert.deepEqual(pictures(player), ['link-rest'], 'told once');
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(pictures(player), ['link-rest', 'link-refresh']);
  });

  test('rest anew in the next outage', () => {
    const player = new MachinePlayer().connected(0);
    for (const count of [1, 2]) {
      silence(player, 10_500);
      assert.equal(player.done('link-rest').length, count);
      bytes(player);
      assert.equal(player.done('link-refresh').length, count);
    }
  });

  test('of a connection that failed are nothing to care for: another one follows', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    silence(player, 12_000);
    assert.deepEqual(pictures(player), []);
    answer(player);
    assert.equal(player.state.link?.conn, 2);
    assert.equal(player.state.link.isResting, false);
  });

  test('go on where only the page asked for another path, however slow that is', () => {
    for (const slot of [0, 1] as const) {
      const player = new MachinePlayer().connected(slot);
      player.input({ type: 'restart-ice' });
      for (let n = 0; n < 80; n++) {
        if (n === 12) answer(player);
        bytes(player);
        player.pass(250);
      }
      assert.deepEqual(player.done('link-rest'), []);
    }
  });

  test('go on where some path carries them, though a step to another is under way', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 5_000);
    answer(player);
    silence(player, 1_250);
    answer(player);
    assert.equal(player.state.recovery?.step, 'restart');
    for (let n = 0; n < 20; n++) {
      bytes(player);
      player.pass(250);
    }
    assert.equal(player.state.phase, 'recovering', 'the restart is not settled');
    assert.deepEqual(player.done('link-rest'), []);
  });

  test('are sent again as soon as bytes come, though they prove nothing of the path that is being made', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 12_000);
    answer(player);
    silence(player, 1_250);
    answer(player);
    assert.equal(player.state.recovery?.step, 'restart');
    assert.deepEqual(pictures(player), ['link-rest']);
    bytes(player);
    assert.equal(player.state.phase, 'recovering');
    assert.deepEqual(pictures(player), ['link-rest', 'link-refresh']);
  });
});

describe('a path that is back', () => {
  test('is not so because its state has the old name again: bytes say it', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 3_000);
    player.link({ type: 'link-transport', transport: 'disconnected' });
    player.link({ type: 'link-transport', transport: 'connected' });
    assert.equal(player.state.phase, 'unstable');
    bytes(player);
    assert.equal(player.state.phase, 'connected');
  });

  test('after it failed, is not the one that failed', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    player.link({ type: 'link-transport', transport: 'connected' });
    assert.equal(player.state.phase, 'unstable');
    answer(player);
    assert.equal(player.state.link?.conn, 2);
  });

  test('makes a restart that was held back needless; it was no success of that', () => {
    const player = new MachinePlayer().connected(0);
    for (const _ of [1, 2, 3, 4]) {
      player.link({ type: 'link-negotiation-needed' });
      player.settle();
    }
    player.link({ type: 'link-negotiation-needed' });
    player.input({ type: 'restart-ice' });
    answer(player);
    assert.equal(player.state.heldOffer, 'restart');
    player.clear();
    bytes(player);
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(outcomes(player), ['restart failed']);
    player.pass(20_000);
    assert.deepEqual(
      player.done('link-offer').map(({ iceRestart }) => iceRestart),
      [false],
      'the change that made room for it is offered',
    );
  });

  test('needs no other connection that was held back before the two met', () => {
    const player = new MachinePlayer().waiting();
    for (const _ of [1, 2, 3, 4]) player.input({ type: 'wake', network: true });
    assert.equal(player.state.heldOffer, 'fresh');
    const conn = player.state.link?.conn ?? 0;
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    player.hear(peerJoined({ offer: { conn, neg: 1 } }));
    player.hear({ type: 'answer', epoch: 1, conn, neg: 1, sdp: 'a', from: 'p_b', seq: 1 });
    player.link({ type: 'link-settled', neg: 1 });
    player.prove();
    for (let ms = 0; ms < 15_000; ms += 500) {
      player.pass(500);
      bytes(player);
    }
    assert.equal(player.state.link?.conn, conn);
    assert.equal(player.state.phase, 'connected');
  });
});

describe('the two are paired anew, and the offer for that is held back', () => {
  /** They come again and again: each time there is an offer, and the fifth is one too many. */
  function pairedAnew(): MachinePlayer {
    const player = new MachinePlayer().connected(0);
    for (const epoch of [2, 3, 4]) player.hear(peerJoined({ epoch, offer: null }));
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    player.hear(peerJoined({ epoch: 5, offer: null }));
    assert.equal(player.state.heldOffer, 'fresh');
    assert.notEqual(player.state.link?.epoch, 5);
    player.clear();
    return player;
  }

  /** The offer is made as soon as there may be another one, and brings them together. */
  function expectNewCall(player: MachinePlayer): void {
    for (let ms = 0; ms < 12_000; ms += 500) {
      player.pass(500);
      if (player.state.recovery) answer(player);
    }
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.state.link?.epoch, 5);
    assert.equal(player.done('link-offer').length, 1);
    player.settle();
    player.prove();
    assert.equal(player.state.phase, 'connected');
    assert.ok(player.timers.has('watch'), 'and is watched');
  }

  test('what was before does not connect them, though it comes about now', () => {
    const player = pairedAnew();
    player.prove();
    assert.equal(player.state.phase, 'connecting');
    bytes(player);
    assert.equal(player.state.phase, 'connecting');
    expectNewCall(player);
  });

  test('what was before may fail: they are here all the same', () => {
    const player = pairedAnew();
    player.link({ type: 'link-transport', transport: 'failed' });
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.state.peer?.here, true);
    assert.ok(!player.facts().includes('peer-left'));
    expectNewCall(player);
  });

  test('and they are lost before it is made: nothing flows that could go on', () => {
    const player = pairedAnew();
    player.prove();
    player.hear(peerLeft({ epoch: 6, reason: 'lost' }));
    assert.equal(player.state.phase, 'waiting');
    player.pass(12_000);
    assert.equal(player.state.link?.epoch, 6, 'an offer for whoever comes is stored');
  });
});

describe('whoever gave the path up', () => {
  const offer = { type: 'offer', epoch: 1, conn: 2, neg: 1, sdp: 'o', from: 'p_b', seq: 50 } as const;

  test('is connected again when the other, whose page had slept, offers a new one', () => {
    const player = new MachinePlayer().connected(1);
    silence(player, 64_000);
    assert.equal(player.state.phase, 'waiting');
    player.hear(offer);
    assert.deepEqual([player.state.phase, player.state.peer?.here], ['connecting', true]);
    player.link({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'a' });
    player.prove();
    assert.equal(player.state.phase, 'connected');
  });

  for (const slot of [0, 1] as const) {
    test(`goes on when the other's answer comes after that: both may have given up (slot ${slot})`, () => {
      const player = new MachinePlayer().connected(slot);
      silence(player, 64_000);
      assert.deepEqual([player.state.phase, player.state.peer?.here], ['waiting', false]);
      player.clear();
      answer(player);
      assert.deepEqual([player.state.phase, player.state.peer?.here], ['connecting', true]);
      if (slot === 0) assert.equal(player.done('link-offer').length, 1);
      else assert.deepEqual(player.sent(), ['recover']);
    });
  }

  test('and is asked for a new path: they are here again', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 64_000);
    player.hear({
      type: 'recover',
      epoch: 1,
      conn: 1,
      action: 'rebuild',
      reason: 'failed',
      from: 'p_b',
      seq: 9,
    });
    assert.deepEqual([player.state.phase, player.state.peer?.here], ['connecting', true]);
  });

  test('and hears later that they are gone for good: they are said to be lost', () => {
    const player = new MachinePlayer().connected(1);
    silence(player, 64_000);
    assert.equal(player.state.reason, null);
    player.hear(peerLeft({ reason: 'lost' }));
    assert.deepEqual([player.state.phase, player.state.reason], ['waiting', 'connection-lost']);
  });

  test('by hanging up offers nothing that counts', () => {
    const player = new MachinePlayer().connected(1);
    player.link({ type: 'link-message', message: { type: 'leave' } });
    player.clear();
    player.hear(offer);
    assert.deepEqual(player.done('link-open'), []);
    assert.equal(player.state.phase, 'waiting');
  });
});
