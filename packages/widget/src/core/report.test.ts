import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LIMITS } from '@p2p-call/protocol';
import { REPORTED_METRICS, type MetricShape } from '../../../signal-worker/src/metrics/catalogue.js';
import { joined, MachinePlayer, peerJoined, peerLeft, welcome } from '../testing/machine-player.js';
import { en } from '../i18n/en.js';
import type { Measurement, SignalingInput } from './inputs.js';

const kept = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
const live = { ok: true, deviceId: 'd' } as const;

type Value = ReturnType<typeof reported>[number];

/** Every value that went out, as `name value label`. */
const reported = (player: MachinePlayer) =>
  player
    .done('send')
    .flatMap(({ message }) => (message.type === 'report' ? message.metrics : []))
    .map(({ name, value, labels }) => [name, value, ...Object.values(labels ?? {})] as const);

const named = (player: MachinePlayer, name: Value[0]) =>
  reported(player).filter(([reportedName]) => reportedName === name);

/** A healthy connection: a measurement every half second, with bytes. */
function flow(player: MachinePlayer, ms: number, measurement: Omit<Measurement, 'bytes'>): void {
  for (let passed = 0; passed < ms; passed += 500) {
    player.pass(500);
    const bytes = (player.state.link?.bytes ?? 0) + 50;
    player.link({ type: 'link-bytes', bytes, ...measurement });
  }
}

/** The browser answers each measurement with the bytes there were. */
function silence(player: MachinePlayer, ms: number): void {
  for (let passed = 0; passed < ms; passed += 500) {
    player.pass(500);
    if (player.state.link) player.link({ type: 'link-bytes', bytes: player.state.link.bytes });
  }
}

const answer = (player: MachinePlayer) => player.answerProbe();
const ask = (player: MachinePlayer, action: 'restart' | 'rebuild') =>
  player.hear({ type: 'recover', epoch: 1, conn: 1, action, reason: 'stalled', from: 'p_b', seq: 9 });

describe('call_setup_time_ms', () => {
  for (const slot of [0, 1] as const) {
    test(`slot ${slot}: from being two to being connected, told once`, () => {
      const player = new MachinePlayer().connecting(slot);
      player.pass(412);
      player.prove();
      assert.deepEqual(reported(player), [['call_setup_time_ms', 412]]);
      flow(player, 5_000, { relay: false });
      assert.equal(reported(player).length, 1, 'nothing goes out because time passes');
    });
  }

  test('each pairing has its own', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(peerLeft());
    player.pass(30_000);
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    player.hear(peerJoined({ epoch: 2, callId: 'c_2', offer: { conn: 1, neg: 1 } }));
    player.pass(250);
    player.prove();
    assert.deepEqual(named(player, 'call_setup_time_ms'), [['call_setup_time_ms', 250]]);
  });

  test('a setup that needed help counts whole, and is no recovery', () => {
    const player = new MachinePlayer().connecting(0);
    player.pass(8_000);
    answer(player);
    player.prove();
    assert.deepEqual(reported(player), [['call_setup_time_ms', 8_000]]);
  });
});

describe('ice_restart_total and recovery_time_ms', () => {
  test('a path that heals by itself: how long it was away, and no restart', () => {
    const player = new MachinePlayer().connected(0);
    silence(player, 4_000);
    player.link({ type: 'link-bytes', bytes: 999 });
    assert.deepEqual(reported(player), [['recovery_time_ms', 4_000]]);
  });

  test('a restart that helps', () => {
    const player = new MachinePlayer().connected(0);
    ask(player, 'restart');
    ask(player, 'restart');
    player.settle();
    player.pass(700);
    player.link({ type: 'link-bytes', bytes: 999 });
    assert.deepEqual(reported(player), [
      ['ice_restart_total', 1, 'started'],
      ['ice_restart_total', 1, 'recovered'],
      ['recovery_time_ms', 700],
    ]);
  });

  test('slot 1 sees the same restart', () => {
    const player = new MachinePlayer().connected(1);
    player.hear({ type: 'offer', epoch: 1, conn: 1, neg: 2, sdp: 'o', from: 'p_b', seq: 10 });
    player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a' });
    player.pass(300);
    player.link({ type: 'link-bytes', bytes: 999 });
    assert.deepEqual(reported(player), [
      ['ice_restart_total', 1, 'started'],
      ['ice_restart_total', 1, 'recovered'],
      ['recovery_time_ms', 300],
    ]);
  });

  test('a restart that brings nothing, and the path that heals later: failed, not recovered too', () => {
    const player = new MachinePlayer().connected(0);
    ask(player, 'restart');
    player.pass(6_100);
    player.link({ type: 'link-bytes', bytes: 999 });
    assert.deepEqual(reported(player), [
      ['ice_restart_total', 1, 'started'],
      ['ice_restart_total', 1, 'failed'],
      ['recovery_time_ms', 6_100],
    ]);
  });

  test('a restart that a rebuild cuts short has failed', () => {
    const player = new MachinePlayer().connected(0);
    ask(player, 'restart');
    player.pass(500);
    ask(player, 'rebuild');
    player.pass(500);
    player.prove();
    assert.deepEqual(reported(player), [
      ['ice_restart_total', 1, 'started'],
      ['ice_restart_total', 1, 'failed'],
      ['recovery_time_ms', 1_000],
    ]);
  });

  test('a connection that failed is rebuilt, which is no restart', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    answer(player);
    player.pass(400);
    player.prove();
    assert.deepEqual(reported(player), [['recovery_time_ms', 400]]);
  });

  test('given up in the middle of a restart: failed, and the path was never regained', () => {
    const player = new MachinePlayer().connected(0);
    player.hear({ type: 'peer-away', epoch: 1, peer: { id: 'p_b' } });
    silence(player, 55_000);
    ask(player, 'restart');
    silence(player, 5_500);
    assert.equal(player.state.phase, 'waiting');
    assert.deepEqual(reported(player), [
      ['ice_restart_total', 1, 'started'],
      ['ice_restart_total', 1, 'failed'],
    ]);
  });

  test('nothing helped: no recovery time, and the reason of the end', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-transport', transport: 'failed' });
    for (let n = 0; n < 140; n++) {
      player.pass(500);
      answer(player);
    }
    assert.equal(player.state.phase, 'ended');
    assert.deepEqual(reported(player), [['call_end_total', 1, 'connection-lost']]);
  });
});

describe('codec_selected_total', () => {
  const withCamera = () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'captured', kind: 'camera', result: live });
    return player;
  };

  test('once a connection, when it is first known', () => {
    const player = withCamera();
    flow(player, 1_000, {});
    flow(player, 2_000, { codec: 'VP8' });
    flow(player, 1_000, { codec: 'H264' });
    assert.deepEqual(reported(player), [['codec_selected_total', 1, 'VP8']]);
  });

  test('a restart keeps the connection, a rebuild makes another', () => {
    const player = withCamera();
    flow(player, 500, { codec: 'VP8' });
    ask(player, 'restart');
    flow(player, 500, { codec: 'VP8' });
    assert.equal(named(player, 'codec_selected_total').length, 1);
    ask(player, 'rebuild');
    player.prove();
    flow(player, 500, { codec: 'H264' });
    assert.deepEqual(named(player, 'codec_selected_total'), [
      ['codec_selected_total', 1, 'VP8'],
      ['codec_selected_total', 1, 'H264'],
    ]);
  });

  test('no camera, no video, whatever the browser sends instead', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'set-device', kind: 'camera', on: false });
    flow(player, 2_000, { codec: 'VP8' });
    assert.deepEqual(reported(player), []);
  });
});

describe('turn_usage_ratio', () => {
  const ratios: [string, (player: MachinePlayer) => void, number[]][] = [
    ['no relay', (player) => flow(player, 3_000, { relay: false }), [0]],
    ['all of it', (player) => flow(player, 3_000, { relay: true }), [1]],
    [
      'a third, to three places',
      (player) => {
        flow(player, 1_000, { relay: true });
        flow(player, 2_000, { relay: false });
      },
      [0.333],
    ],
    ['a browser that does not say', (player) => flow(player, 3_000, {}), []],
    [
      'time without a path counts for neither',
      (player) => {
        flow(player, 1_000, { relay: true });
        player.input({ type: 'simulate', fault: 'ice-disconnected' });
        for (let n = 0; n < 10; n++) {
          player.pass(500);
          player.link({ type: 'link-bytes', bytes: player.state.link?.bytes ?? 0, relay: false });
        }
      },
      [1],
    ],
    [
      'a page that slept for an hour saw a second of it',
      (player) => {
        flow(player, 1_000, { relay: true });
        player.now += 3_600_000;
        player.link({ type: 'link-bytes', bytes: 9_999, relay: false });
      },
      [0.5],
    ],
  ];
  for (const [name, play, expected] of ratios) {
    test(name, () => {
      const player = new MachinePlayer().connected(0);
      play(player);
      player.input({ type: 'leave' });
      assert.deepEqual(
        named(player, 'turn_usage_ratio').map(([, value]) => value),
        expected,
      );
    });
  }

  const partings: [string, (player: MachinePlayer) => void][] = [
    ['the service says that they left', (player) => player.hear(peerLeft())],
    ['they say so', (player) => player.link({ type: 'link-message', message: { type: 'leave' } })],
    [
      'another pairing, with the socket that came back',
      (player) => {
        player.link({ type: 'link-channel', open: false });
        player.hear(welcome({ seat: { ...kept, epoch: 2, callId: 'c_2', peer: null } }));
      },
    ],
    [
      'a new seat, after a long cut',
      (player) => {
        player.link({ type: 'link-channel', open: false });
        player.hear(joined({ epoch: 3, callId: 'c_3' }));
      },
    ],
  ];
  for (const [name, part] of partings) {
    test(`the pairing ends (${name}): told then, and not again`, () => {
      const player = new MachinePlayer().connected(0);
      flow(player, 2_000, { relay: true });
      part(player);
      assert.deepEqual(reported(player), [['turn_usage_ratio', 1]]);
      player.input({ type: 'leave' });
      assert.deepEqual(reported(player).slice(1), [['call_end_total', 1, 'left']]);
    });
  }

  test('two pairings: each has its own share', () => {
    const player = new MachinePlayer().connected(0);
    flow(player, 2_000, { relay: true });
    player.hear(peerLeft());
    player.hear(peerJoined({ epoch: 2, callId: 'c_2', offer: { conn: 2, neg: 1 } }));
    player.prove();
    flow(player, 2_000, { relay: false });
    player.input({ type: 'leave' });
    assert.deepEqual(named(player, 'turn_usage_ratio'), [
      ['turn_usage_ratio', 1],
      ['turn_usage_ratio', 0],
    ]);
  });
});

describe('call_end_total', () => {
  test('hanging up: goodbye, report, then the socket is closed', () => {
    const player = new MachinePlayer().connected(1);
    flow(player, 1_000, { relay: false });
    player.clear();
    player.input({ type: 'leave' });
    const order = player.effects.flatMap((effect) => {
      if (effect.type === 'send') return effect.message.type;
      return effect.type === 'signaling-close' ? effect.type : [];
    });
    assert.deepEqual(order, ['leave', 'report', 'signaling-close']);
    assert.deepEqual(reported(player), [
      ['turn_usage_ratio', 0],
      ['call_end_total', 1, 'left'],
    ]);
  });

  const early: [string, MachinePlayer][] = [
    ['lobby', new MachinePlayer().lobby()],
    ['waiting', new MachinePlayer().waiting()],
    ['connecting', new MachinePlayer().connecting(0)],
  ];
  for (const [where, player] of early) {
    test(`hanging up from ${where}: no call, nothing to tell`, () => {
      player.input({ type: 'leave' });
      assert.equal(player.state.phase, 'ended');
      assert.deepEqual(reported(player), []);
    });
  }

  test('a call whose other person left counts when this one goes too', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(peerLeft());
    player.input({ type: 'leave' });
    assert.deepEqual(reported(player), [['call_end_total', 1, 'left']]);
  });

  test('two people who cannot talk after all', () => {
    const player = new MachinePlayer().connected(0);
    for (let n = 0; n < 4; n++) player.link({ type: 'link-failed', step: 'offer', cause: null });
    assert.deepEqual(reported(player), [['call_end_total', 1, 'incompatible']]);
  });
});

describe('sending', () => {
  test('while the socket is away values wait, and go in one report when it is back', () => {
    const player = new MachinePlayer().connecting(0);
    player.input({ type: 'signaling-lost' });
    player.pass(300);
    player.prove();
    player.input({ type: 'captured', kind: 'camera', result: live });
    flow(player, 1_000, { codec: 'VP8', relay: false });
    assert.deepEqual(reported(player), []);
    player.hear(welcome({ seat: kept }));
    assert.deepEqual(reported(player), [
      ['call_setup_time_ms', 300],
      ['codec_selected_total', 1, 'VP8'],
    ]);
    assert.equal(player.sent().filter((type) => type === 'report').length, 1);
    player.hear(welcome({ seat: kept }));
    assert.equal(reported(player).length, 2, 'told once');
  });

  const away: [string, (player: MachinePlayer) => void][] = [
    [
      'away',
      (player) => {
        player.input({ type: 'signaling-lost' });
        player.input({ type: 'leave' });
      },
    ],
    [
      'refused',
      (player) => player.input({ type: 'signaling-refused', why: 'replaced' } satisfies SignalingInput),
    ],
  ];
  for (const [name, end] of away) {
    test(`the socket is ${name} at the end: dropped, and no matter of the next call`, () => {
      const player = new MachinePlayer().connected(0);
      flow(player, 1_000, { relay: true });
      end(player);
      assert.equal(player.state.phase, 'ended');
      player.input({ type: 'join' });
      player.hear(welcome());
      assert.deepEqual(reported(player), []);
      assert.deepEqual(player.state.metrics, []);
    });
  }

  test('of more than a report may hold the newest are kept', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'signaling-lost' });
    for (let n = 1; n <= LIMITS.reportMetrics + 8; n++) {
      player.input({ type: 'simulate', fault: 'ice-disconnected' });
      player.pass(n);
      player.link({ type: 'link-bytes', bytes: 100 + n });
    }
    player.hear(welcome({ seat: kept }));
    const values = reported(player);
    assert.equal(values.length, LIMITS.reportMetrics);
    assert.deepEqual(values.at(-1), ['recovery_time_ms', LIMITS.reportMetrics + 8]);
  });
});

describe('the service knows them', () => {
  test('every name, label and word of a long call is on its list; nobody is named', () => {
    const player = new MachinePlayer().connecting(0);
    player.prove();
    player.input({ type: 'captured', kind: 'camera', result: live });
    flow(player, 1_000, { codec: 'H265', relay: true });
    ask(player, 'restart');
    player.settle();
    flow(player, 500, { relay: true });
    player.input({ type: 'leave' });
    const metrics = player
      .done('send')
      .flatMap(({ message }) => (message.type === 'report' ? message.metrics : []));
    assert.deepEqual(new Set(metrics.map(({ name }) => name)), new Set(Object.keys(REPORTED_METRICS)));
    const catalogue: Readonly<Record<string, MetricShape>> = REPORTED_METRICS;
    for (const { name, labels = {} } of metrics) {
      const allowed = catalogue[name]?.labels ?? {};
      assert.deepEqual(Object.keys(labels), Object.keys(allowed));
      for (const [label, word] of Object.entries(labels)) assert.ok(allowed[label]?.includes(word), word);
    }
  });

  test('every reason a call may end for is on its list', () => {
    const reasons: readonly string[] = REPORTED_METRICS.call_end_total.labels.reason;
    for (const reason of Object.keys(en.ends)) assert.ok(reasons.includes(reason), reason);
  });
});
