import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallFact, LogRecord, MetricRecord, SpanRecord } from '../core/facts.js';
import type { Effect } from '../core/effects.js';
import type { Input } from '../core/inputs.js';
import { joined, MachinePlayer, peerJoined, peerLeft, welcome } from '../testing/machine-player.js';
import { Recorder } from './recorder.js';

const TRACE = 'a'.repeat(31) + '1';
const PARENT = 'b'.repeat(15) + '2';
const trace = `00-${TRACE}-${PARENT}-01`;
/** From the player's clock to the calendar. */
const WALL = 1_700_000_000_000;

/** The machine itself, watched as the session does it. */
class WatchedPlayer extends MachinePlayer {
  readonly told: CallFact[] = [];
  #seed = 0;
  readonly #recorder = new Recorder({
    random: () => (this.#seed += 0.137) % 1,
    wall: () => WALL + this.now,
  });

  override input(input: Input): readonly Effect[] {
    const before = this.state;
    const effects = super.input(input);
    // The constructor of the class above plays one input, too.
    if (!(#recorder in this)) return effects;
    for (const effect of effects) if (effect.type === 'fact') this.told.push(effect.fact);
    this.told.push(...this.#recorder.record({ before, input, after: this.state, effects, now: this.now }));
    return effects;
  }

  /** As slot 1, who comes second. */
  come(): this {
    this.lobby().input({ type: 'join' });
    this.hear(
      joined({ slot: 1, polite: true, trace, peer: { id: 'p_b' }, offer: { conn: 1, neg: 1, sdp: 'o' } }),
    );
    return this;
  }

  logs(name?: LogRecord['name']): LogRecord[] {
    return this.told.filter((fact) => fact.type === 'log').filter((log) => !name || log.name === name);
  }

  spans(): SpanRecord[] {
    return this.told.filter((fact) => fact.type === 'span');
  }

  metrics(): string[] {
    const metrics = this.told.filter((fact): fact is CallFact & MetricRecord => fact.type === 'metric');
    return metrics.map(({ name, value, unit }) => `${name} ${value} ${unit}`);
  }

  /** `name start end`, on the player's clock. */
  times(): string[] {
    return this.spans().map(({ name, startMs, endMs }) => `${name} ${startMs - WALL} ${endMs - WALL}`);
  }

  /** A setup as browsers tell it, 10 ms for each thing. */
  setUp(): this {
    const wait = () => this.pass(10);
    wait();
    this.link({ type: 'link-timed', what: 'set_remote', ms: 10 });
    wait();
    this.link({ type: 'link-timed', what: 'create_answer', ms: 10 });
    this.link({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'a' });
    this.link({ type: 'link-state', of: 'gathering', state: 'gathering' });
    wait();
    this.link({ type: 'link-timed', what: 'set_local', ms: 10 });
    this.link({ type: 'link-state', of: 'ice', state: 'checking' });
    wait();
    this.link({ type: 'link-state', of: 'gathering', state: 'complete' });
    this.link({ type: 'link-state', of: 'ice', state: 'connected' });
    this.link({ type: 'link-ice' });
    wait();
    this.link({ type: 'link-state', of: 'connection', state: 'connected' });
    this.link({ type: 'link-transport', transport: 'connected' });
    this.link({ type: 'link-channel', open: true });
    return this;
  }

  picture(agoMs: number): void {
    this.hear({ type: 'state', rev: 1, audio: true, video: true, screen: false, from: 'p_b', seq: 3 });
    this.pass(500);
    this.link({ type: 'link-bytes', bytes: 99, pictureAgoMs: agoMs });
  }
}

describe('spans', () => {
  test('those of a setup, each where it happened, and the call around them', () => {
    const player = new WatchedPlayer().come().setUp();
    player.picture(420);
    player.input({ type: 'leave' });
    assert.deepEqual(player.times(), [
      'set_remote 1000 1010',
      'create_answer 1010 1020',
      'set_local 1020 1030',
      'ice_gathering 1020 1040',
      'ice_connected 1030 1040',
      'dtls_connected 1040 1050',
      'first_frame 1000 1130',
      'call 1000 1550',
    ]);
    const call = player.spans().at(-1);
    assert.deepEqual(call?.attributes, { callId: 'c_1', reason: 'left', connected: true });
  });

  test('ids are well formed, each its own, and all hang on the call in the trace that the service named', () => {
    const player = new WatchedPlayer().come().setUp();
    player.input({ type: 'leave' });
    const spans = player.spans();
    const call = spans.at(-1);
    assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
    for (const span of spans) {
      assert.match(span.spanId, /^[\da-f]{16}$/);
      assert.equal(span.traceId, TRACE);
      assert.equal(span.parentId, span === call ? PARENT : call?.spanId);
      assert.ok(span.startMs <= span.endMs, span.name);
      if (span !== call) assert.deepEqual([span.attributes.epoch, span.attributes.conn], [1, 1]);
    }
  });

  for (const bad of ['', '00-x', `00-${'0'.repeat(32)}-${PARENT}-01`, `01-${TRACE}-${PARENT}-01`]) {
    test(`a trace that is none (${bad.slice(0, 8)}): one of our own`, () => {
      const player = new WatchedPlayer().lobby();
      player.input({ type: 'join' });
      player.hear(joined({ trace: bad }));
      player.input({ type: 'leave' });
      const [call] = player.spans().slice(-1);
      assert.match(call?.traceId ?? '', /^[\da-f]{32}$/);
      assert.equal(call?.parentId, null);
    });
  }

  test('what is still open when the call ends says so', () => {
    const player = new WatchedPlayer().come();
    player.link({ type: 'link-state', of: 'gathering', state: 'gathering' });
    player.link({ type: 'link-state', of: 'ice', state: 'checking' });
    player.pass(70);
    player.input({ type: 'leave' });
    assert.deepEqual(
      player.spans().map(({ name, attributes }) => [name, attributes.unfinished, attributes.connected]),
      [
        ['ice_gathering', true, undefined],
        ['ice_connected', true, undefined],
        ['call', undefined, false],
      ],
    );
  });

  test('an ICE restart: ICE again, DTLS not; the recovery has step, attempt and outcome', () => {
    const player = new WatchedPlayer().come().setUp();
    player.told.length = 0;
    player.hear({ type: 'offer', epoch: 1, conn: 1, neg: 2, sdp: 'o', from: 'p_b', seq: 10 });
    player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a2' });
    for (const state of ['checking', 'connected', 'completed']) {
      player.pass(20);
      player.link({ type: 'link-state', of: 'ice', state });
    }
    player.link({ type: 'link-ice' });
    player.pass(20);
    player.link({ type: 'link-bytes', bytes: 999 });
    player.link({ type: 'link-bytes', bytes: 1_999 });
    assert.deepEqual(player.times(), ['ice_connected 1070 1090', 'recovery 1050 1130']);
    const { attributes } = player.spans()[1] ?? {};
    assert.deepEqual(attributes, { step: 'restart', attempt: 1, epoch: 1, conn: 1, outcome: 'recovered' });
    const time = player.told.find((fact) => fact.type === 'metric' && fact.name === 'recovery_time_ms');
    assert.deepEqual(time?.type === 'metric' && time.attributes, { step: 'restart' });
  });

  test('a recovery that the call does not survive is unfinished', () => {
    const player = new WatchedPlayer().come().setUp();
    player.hear({ type: 'offer', epoch: 1, conn: 1, neg: 2, sdp: 'o', from: 'p_b', seq: 10 });
    player.input({ type: 'leave' });
    const recovery = player.spans().find(({ name }) => name === 'recovery');
    assert.equal(recovery?.attributes.unfinished, true);
  });

  test('the offer of one who waits after a call belongs to the next call; an older one to none', () => {
    const player = new WatchedPlayer().come().setUp();
    player.hear(peerLeft());
    assert.equal(player.spans().at(-1)?.name, 'call');
    assert.equal(player.spans().at(-1)?.attributes.reason, 'peer-left');
    const next = 'c'.repeat(32);
    player.told.length = 0;
    player.pass(5);
    player.link({ type: 'link-timed', what: 'create_offer', ms: 5 });
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    // The stored offer is refreshed: its connection is gone.
    player.pass(90_000);
    const refreshed = player.now;
    player.link({ type: 'link-timed', what: 'create_offer', ms: 3 });
    player.pass(100);
    assert.deepEqual(player.spans(), []);
    player.hear(peerJoined({ epoch: 2, callId: 'c_2', trace: `00-${next}-${PARENT}-01`, offer: null }));
    player.input({ type: 'leave' });
    const spans = player.spans().filter(({ name }) => name === 'create_offer' || name === 'call');
    assert.deepEqual(
      spans.map(({ name, startMs, traceId }) => [name, startMs - WALL, traceId]),
      [
        ['create_offer', refreshed - 3, next],
        ['call', refreshed - 3, next],
      ],
    );
  });

  test('a resume goes on with the same call; another name is another call', () => {
    const player = new WatchedPlayer().come().setUp();
    const seat = { slot: 1, epoch: 1, callId: 'c_1', trace, peer: 'here', person: { id: 'p_b' } } as const;
    player.input({ type: 'signaling-lost' });
    player.hear(welcome({ seat }));
    assert.equal(
      player.spans().some(({ name }) => name === 'call'),
      false,
    );
    player.input({ type: 'signaling-lost' });
    player.hear(welcome({ seat: { ...seat, epoch: 2, callId: 'c_2' } }));
    assert.equal(player.spans().at(-1)?.attributes.reason, 'renamed');
    player.input({ type: 'leave' });
    assert.equal(player.spans().at(-1)?.attributes.callId, 'c_2');
  });

  test('news of a connection that was replaced are not told', () => {
    const player = new WatchedPlayer().come();
    const old = player.state.link?.id;
    player.hear({ type: 'offer', epoch: 1, conn: 2, neg: 1, sdp: 'o', from: 'p_b', seq: 10 });
    player.told.length = 0;
    player.link({ type: 'link-timed', what: 'set_local', ms: 1 }, old);
    player.link({ type: 'link-state', of: 'ice', state: 'failed' }, old);
    assert.deepEqual(player.told, []);
  });
});

describe('logs', () => {
  test('each says where it belongs, once that is known', () => {
    const player = new WatchedPlayer().come();
    assert.deepEqual(player.logs()[0]?.attributes, { phase: 'preparing', previous: 'idle' });
    assert.equal(player.logs()[0]?.callId, null);
    const [offer] = player.logs('webrtc.offer');
    assert.equal(offer?.callId, 'c_1');
    const { spanId, ...attributes } = offer?.attributes ?? {};
    assert.deepEqual(attributes, {
      direction: 'received',
      neg: 1,
      peerId: 'p_b',
      epoch: 1,
      conn: 1,
      traceId: TRACE,
    });
    player.input({ type: 'leave' });
    assert.equal(spanId, player.spans().at(-1)?.spanId);
  });

  test('phases, with the reason of the end, and states of the line', () => {
    const player = new WatchedPlayer().come().setUp();
    player.input({ type: 'signaling-lost' });
    player.input({ type: 'leave' });
    const phases = player.logs('call.phase').map(({ attributes: { phase, reason } }) => [phase, reason]);
    assert.deepEqual(phases.slice(-3), [
      ['connecting', undefined],
      ['connected', undefined],
      ['ended', 'left'],
    ]);
    assert.deepEqual(
      player.logs('signaling.state').map(({ level, attributes }) => [level, attributes.state]),
      [
        ['info', 'connecting'],
        ['info', 'open'],
        ['warn', 'resuming'],
        ['info', 'closed'],
      ],
    );
    assert.equal(player.logs().at(-1)?.callId, 'c_1', 'the end is still told of the call');
  });

  test('descriptions, both ways', () => {
    const player = new WatchedPlayer().connecting(0);
    assert.deepEqual(
      player
        .logs()
        .filter(({ name }) => name === 'webrtc.offer' || name === 'webrtc.answer')
        .map(({ name, attributes: { direction, neg } }) => [name, direction, neg]),
      [
        ['webrtc.offer', 'sent', 1],
        ['webrtc.answer', 'received', 1],
      ],
    );
  });

  for (const [line, type, protocol] of [
    ['candidate:1 1 udp 2122252543 192.0.2.7 40000 typ host generation 0 ufrag Ab', 'host', 'udp'],
    ['candidate:1 1 UDP 1 fd00::2 40000 typ srflx raddr 192.0.2.7 rport 1', 'srflx', 'udp'],
    ['candidate:3 1 tcp 1 192.0.2.7 9 typ host tcptype active', 'host', 'tcp'],
    ['candidate:4 1 udp 1 x.local 4 typ relay raddr 0.0.0.0 rport 0', 'relay', 'udp'],
  ] as const) {
    test(`of a candidate only that it is ${type}, ${protocol}`, () => {
      const player = new WatchedPlayer().come();
      player.link({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'a' });
      const candidate = { candidate: line, sdpMid: '0', usernameFragment: 'Ab' };
      player.link({ type: 'link-candidate', candidate });
      const base = { epoch: 1, conn: 1, neg: 1, from: 'p_b', seq: 4 };
      player.hear({ type: 'candidate', ...base, candidate });
      const { level, attributes } = player.logs('webrtc.candidate')[0] ?? {};
      assert.equal(level, 'debug');
      const { spanId: _, ...rest } = attributes ?? {};
      assert.deepEqual(rest, {
        direction: 'sent',
        type,
        protocol,
        peerId: 'p_b',
        epoch: 1,
        conn: 1,
        traceId: TRACE,
      });
      assert.deepEqual(
        player.logs('webrtc.candidate').map(({ attributes: { direction } }) => direction),
        ['sent', 'received'],
      );
    });
  }

  test('nothing of a candidate that is not understood, and nothing of their end', () => {
    const player = new WatchedPlayer().come();
    const base = { epoch: 1, conn: 1, neg: 1, from: 'p_b', seq: 4 };
    for (const candidate of [
      '' as const,
      null,
      { candidate: '' },
      { candidate: 'candidate:1 1 sctp 1 x 1 typ Anna' },
    ])
      player.hear({ type: 'candidate', ...base, candidate });
    assert.deepEqual(player.logs('webrtc.candidate'), []);
  });

  test('devices, without their names', () => {
    const player = new WatchedPlayer().come();
    player.input({ type: 'captured', kind: 'microphone', result: { ok: true, deviceId: 'secret' } });
    player.input({ type: 'captured', kind: 'camera', result: { ok: false, code: 'media-denied' } });
    player.input({ type: 'device-lost', kind: 'microphone' });
    assert.deepEqual(
      player.logs('media.capture').map(({ level, attributes: { kind, outcome } }) => [level, kind, outcome]),
      [
        ['info', 'microphone', 'live'],
        ['warn', 'camera', 'media-denied'],
        ['warn', 'microphone', 'lost'],
      ],
    );
    assert.equal(JSON.stringify(player.told.filter(({ type }) => type === 'log')).includes('secret'), false);
  });

  test('states of the connection; trouble is a warning', () => {
    const player = new WatchedPlayer().come().setUp();
    player.link({ type: 'link-state', of: 'ice', state: 'disconnected' });
    player.link({ type: 'link-state', of: 'connection', state: 'failed' });
    const told = (name: LogRecord['name']) =>
      player.logs(name).map(({ level, attributes: { state } }) => `${state} ${level}`);
    assert.deepEqual(told('webrtc.ice_state'), ['checking info', 'connected info', 'disconnected warn']);
    assert.deepEqual(told('webrtc.connection_state'), ['connected info', 'failed warn']);
  });

  test('each step of a recovery', () => {
    const player = new WatchedPlayer().come().setUp();
    player.hear({ type: 'offer', epoch: 1, conn: 1, neg: 2, sdp: 'o', from: 'p_b', seq: 10 });
    const [log] = player.logs('webrtc.recovery');
    assert.equal(log?.level, 'warn');
    assert.equal(log.attributes.step, 'restart');
    assert.equal(log.attributes.outcome, 'started');
  });
});

describe('metrics', () => {
  test('the setup and its parts, then the first picture, each once', () => {
    const player = new WatchedPlayer().come().setUp();
    assert.deepEqual(player.metrics(), [
      'call_setup_time_ms 50 ms',
      'signaling_ms 0 ms',
      'sdp_ms 20 ms',
      'ice_ms 20 ms',
      'dtls_ms 10 ms',
    ]);
    player.told.length = 0;
    player.picture(420);
    player.picture(920);
    assert.deepEqual(player.metrics(), ['first_frame_ms 130 ms']);
    assert.equal(player.state.timings.firstFrame, 130);
  });

  test('the parts make up the whole, also where ICE is done before the description is in place', () => {
    const player = new WatchedPlayer().waiting();
    player.hear(peerJoined());
    player.hear({ type: 'answer', epoch: 1, conn: 1, neg: 1, sdp: 'a', from: 'p_b', seq: 1 });
    player.pass(10);
    player.link({ type: 'link-ice' });
    player.pass(60);
    player.link({ type: 'link-settled', neg: 1 });
    player.pass(5);
    player.prove();
    const parts = player.metrics().filter((metric) => /^(call_setup_time|sdp|ice|dtls)_ms/.test(metric));
    assert.deepEqual(parts, ['call_setup_time_ms 75 ms', 'sdp_ms 70 ms', 'ice_ms 0 ms', 'dtls_ms 5 ms']);
  });

  test('a picture that comes long after is no part of the setup', () => {
    const player = new WatchedPlayer().come().setUp();
    for (let n = 0; n < 30; n += 1) {
      player.pass(500);
      player.link({ type: 'link-bytes', bytes: n + 1 });
    }
    player.told.length = 0;
    player.picture(0);
    assert.deepEqual(player.metrics(), []);
  });

  test('black pictures of a camera that is off are none', () => {
    const player = new WatchedPlayer().come().setUp();
    player.told.length = 0;
    player.pass(500);
    player.link({ type: 'link-bytes', bytes: 1, pictureAgoMs: 200 });
    assert.deepEqual(player.metrics(), []);
  });
});
