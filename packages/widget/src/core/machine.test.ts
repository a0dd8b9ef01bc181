import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerMessage } from '@p2p-call/protocol';
import fc from 'fast-check';
import { joined, MachinePlayer, peerJoined, peerLeft, welcome } from '../testing/machine-player.js';
import type { EndReason } from './snapshot.js';
import { TIMERS, type CaptureResult, type Input, type SignalingInput } from './inputs.js';
import type { CallErrorCode } from './errors.js';
import { initialState, toSnapshot } from './state.js';
import { transition } from './machine.js';
import { timingsOf } from './on-link.js';

describe('before the call', () => {
  test('start leads to the lobby and warms the socket, opening no device', () => {
    const player = new MachinePlayer();
    player.input({ type: 'start', obstacle: null });
    assert.equal(player.state.phase, 'lobby');
    assert.deepEqual(player.done('signaling-open').length, 1);
    assert.deepEqual(player.done('capture'), []);
    assert.deepEqual(
      player.done('fact').map(({ fact }) => 'phase' in fact && fact.phase),
      ['preparing', 'lobby'],
    );
  });

  test('another room named in the lobby: its service is asked, not that of the one before', () => {
    const player = new MachinePlayer().lobby();
    player.clear();
    player.input({ type: 'configure', settings: { ...player.state.settings, room: 'elsewhere' } });
    assert.deepEqual(
      player.effects.map(({ type }) => type),
      ['signaling-close', 'timer-stop', 'signaling-open'],
    );
    assert.equal(player.state.welcome, null);
    player.input({ type: 'join' });
    assert.deepEqual(player.sent(), [], 'the seat is asked for with the new hello');
  });

  test('without prewarming, nothing is contacted before Join', () => {
    const player = new MachinePlayer({ prewarm: 'none' });
    player.input({ type: 'start', obstacle: null });
    assert.deepEqual(player.done('signaling-open'), []);
    player.input({ type: 'join' });
    assert.equal(player.done('signaling-open').length, 1);
  });

  for (const obstacle of ['unsupported-browser', 'insecure-context'] as const) {
    test(`${obstacle}: ended, and it cannot be joined`, () => {
      const player = new MachinePlayer();
      player.input({ type: 'start', obstacle });
      assert.equal(player.state.phase, 'ended');
      assert.equal(player.state.reason, 'unsupported');
      assert.equal(player.state.error?.code, obstacle);
      player.input({ type: 'join' });
      assert.equal(player.state.phase, 'ended');
    });
  }

  test('a page that is set up wrongly stays idle and says why', () => {
    const player = new MachinePlayer();
    player.input({ type: 'join' });
    assert.equal(player.state.phase, 'idle');
  });
});

describe('taking a seat', () => {
  test('alone: an offer is stored for whoever comes, and nothing waits for a camera', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'join' });
    assert.equal(player.state.camera.status, 'opening');
    player.hear(joined());
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.done('link-offer').length, 1);
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    player.link({ type: 'link-candidate', candidate: { candidate: 'a' } });
    assert.deepEqual(player.sent(), ['join', 'state', 'offer', 'candidate']);
  });

  test('with a stored offer: it is answered at once', () => {
    const player = new MachinePlayer().connecting(1);
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.state.peer?.name, 'Ben');
    assert.deepEqual(player.done('link-accept-offer')[0]?.sdp, 'their-offer');
    assert.ok(player.sent().includes('answer'));
  });

  test('a hello that already asked for the seat is not followed by a join', () => {
    const player = new MachinePlayer({ prewarm: 'none' });
    player.input({ type: 'start', obstacle: null });
    player.input({ type: 'join' });
    player.hear(welcome(), true);
    assert.deepEqual(player.sent(), []);
  });

  test('a full room: back in the lobby with an error; with autojoin in as soon as a seat is free', () => {
    for (const autojoin of [false, true]) {
      const player = new MachinePlayer({ autojoin }).lobby();
      player.input({ type: 'join' });
      player.hear({ type: 'error', code: 'room-full' });
      assert.equal(player.state.phase, 'lobby');
      assert.equal(player.state.error?.code, 'room-full');
      player.clear();
      player.hear({ type: 'room', seats: 1 });
      assert.deepEqual(player.sent(), autojoin ? ['join'] : []);
      assert.equal(player.state.error, null);
      assert.equal(player.done('capture').length, autojoin ? 1 : 0, 'with devices, as the first time');
      assert.equal(player.timers.has('join'), autojoin);
    }
  });

  test('a room that was full no longer is: by the welcome, or since it is another', () => {
    for (const isMoved of [false, true]) {
      const player = new MachinePlayer().lobby();
      player.input({ type: 'join' });
      player.hear({ type: 'error', code: 'room-full' });
      if (isMoved) player.input({ type: 'configure', settings: { ...player.state.settings, room: 'other' } });
      else player.hear(welcome({ room: { seats: 1 } }));
      assert.equal(player.state.error, null);
    }
  });

  test('what failed before Join does not count, and the line is looked after', () => {
    const player = new MachinePlayer();
    player.input({ type: 'start', obstacle: null });
    for (let n = 0; n < 9; n++) player.input({ type: 'signaling-lost' });
    player.input({ type: 'join' });
    assert.equal(player.done('signaling-check').length, 1);
    for (let n = 0; n < 2; n++) player.input({ type: 'signaling-lost' });
    assert.equal(player.state.phase, 'joining');
    player.hear(welcome());
    assert.equal(player.state.phase, 'joining');
  });

  test('a line that may be long dead is looked after at Join', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'join' });
    assert.equal(player.done('signaling-check').length, 1);
  });

  test('no service: after three attempts the person is told, and Join works again', () => {
    const player = new MachinePlayer();
    player.input({ type: 'start', obstacle: null });
    player.input({ type: 'join' });
    for (let n = 0; n < 3; n++) player.input({ type: 'signaling-lost' });
    assert.equal(player.state.phase, 'lobby');
    assert.equal(player.state.error?.code, 'signaling-unreachable');
    player.hear(welcome());
    assert.equal(player.state.error, null, 'once the service is there, nothing is wrong');
    player.clear();
    player.input({ type: 'join' });
    assert.deepEqual(player.sent(), ['join']);
  });

  test('a join that comes to nothing leaves open what was open before it, and only that', () => {
    for (const [prewarm, isPreviewing] of [
      ['signaling', false],
      ['signaling', true],
      ['none', false],
    ] as const) {
      const player = new MachinePlayer({ prewarm }).lobby();
      if (isPreviewing) player.input({ type: 'preview' });
      player.input({ type: 'join' });
      player.input({ type: 'captured', kind: 'camera', result: { ok: true, deviceId: 'd' } });
      player.pass(15_000);
      assert.equal(player.state.error?.code, 'signaling-unreachable');
      assert.equal(player.state.camera.status, isPreviewing ? 'live' : 'closed');
      assert.equal(player.done('signaling-close').length, prewarm === 'none' ? 1 : 0);
    }
  });

  test('a service that is silent: told after 15 s', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'join' });
    player.pass(15_000);
    assert.equal(player.state.error?.code, 'signaling-unreachable');
  });
});

describe('negotiation', () => {
  test('the one who waited takes the answer to the current offer only', () => {
    const player = new MachinePlayer().waiting();
    player.hear(peerJoined());
    const answer = { type: 'answer', epoch: 1, sdp: 'a', from: 'p_b', seq: 1 } as const;
    for (const wrong of [
      { conn: 2, neg: 1 },
      { conn: 1, neg: 2 },
    ])
      player.hear({ ...answer, ...wrong });
    player.hear({ ...answer, conn: 1, neg: 1, epoch: 7 });
    assert.deepEqual(player.done('link-accept-answer'), []);
    player.hear({ ...answer, conn: 1, neg: 1 });
    assert.equal(player.done('link-accept-answer').length, 1);
  });

  test('a peer who was handed no offer, or an older one, is sent the current one', () => {
    for (const offer of [null, { conn: 1, neg: 9 }]) {
      const player = new MachinePlayer().waiting();
      player.link({ type: 'link-candidate', candidate: { candidate: 'a' } });
      player.pass(3_000);
      player.clear();
      player.hear(peerJoined({ offer }));
      assert.deepEqual(player.sent(), ['offer', 'candidate']);
      assert.equal(player.state.phase, 'connecting');
    }
  });

  test('an offer that crosses with the news of a peer is not said twice, unless it goes unanswered', () => {
    const player = new MachinePlayer().waiting();
    player.clear();
    player.hear(peerJoined({ offer: null }));
    player.pass(4_900);
    assert.deepEqual(player.sent(), []);
    player.pass(100);
    assert.deepEqual(player.sent(), ['offer']);
  });

  test('an offer got twice gets the same answer again, and no second connection', () => {
    const player = new MachinePlayer().connecting(1);
    player.clear();
    player.hear({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'their-offer', from: 'p_b', seq: 1 });
    assert.deepEqual(player.sent(), ['answer']);
    assert.deepEqual(player.done('link-open'), []);
  });

  test('a higher conn replaces the connection, a lower one is dropped, the impolite side takes none', () => {
    const offer = { type: 'offer', epoch: 1, neg: 1, sdp: 'o', from: 'p_b', seq: 1 } as const;
    const polite = new MachinePlayer().connecting(1);
    const first = polite.state.link?.id;
    polite.hear({ ...offer, conn: 2 });
    assert.equal(polite.state.link?.conn, 2);
    assert.deepEqual(polite.done('link-close'), [{ type: 'link-close', link: first }]);
    polite.clear();
    polite.hear({ ...offer, conn: 1, neg: 5 });
    assert.deepEqual(polite.done('link-accept-offer'), []);
    const impolite = new MachinePlayer().connecting(0);
    impolite.hear({ ...offer, conn: 2 });
    assert.equal(impolite.state.link?.conn, 1);
  });

  test('what a replaced connection still says is dropped', () => {
    const player = new MachinePlayer().connecting(1);
    const old = player.state.link?.id ?? 0;
    player.hear({ type: 'offer', epoch: 1, conn: 2, neg: 1, sdp: 'o', from: 'p_b', seq: 1 });
    player.clear();
    player.link({ type: 'link-transport', transport: 'failed' }, old);
    player.link({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'late' }, old);
    assert.deepEqual(player.effects, []);
  });

  test('65 candidates: the 65th is not sent', () => {
    const player = new MachinePlayer().waiting();
    for (let n = 0; n < 65; n++) player.link({ type: 'link-candidate', candidate: { candidate: `${n}` } });
    assert.equal(player.sent().filter((type) => type === 'candidate').length, 64);
  });

  test('a stored offer is made anew after 90 s', () => {
    const player = new MachinePlayer().waiting();
    player.clear();
    player.pass(90_000);
    assert.equal(player.state.link?.conn, 2);
    assert.equal(player.done('link-offer').length, 1);
  });

  test('a description the browser refuses: simpler connections, then sound alone, then the two are incompatible', () => {
    const player = new MachinePlayer().connecting(0);
    const refuse = () => player.link({ type: 'link-failed', step: 'answer', cause: new Error('no') });
    for (const _ of [1, 2, 3]) refuse();
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.state.link?.conn, 4);
    assert.deepEqual(
      player.done('link-open').map(({ config }) => config.profile),
      ['full', 'compatible', 'compatible', 'audio'],
    );
    assert.deepEqual(player.state.camera, { status: 'closed', wanted: true, problem: 'negotiation-failed' });
    assert.ok(player.done('release').some(({ kind }) => kind === 'camera'));
    refuse();
    assert.equal(player.state.phase, 'ended');
    assert.equal(player.state.reason, 'incompatible');
  });
});

describe('connected', () => {
  for (const order of ['transport first', 'channel first']) {
    test(`takes transport and data channel, ${order}, and is told once`, () => {
      const player = new MachinePlayer().connecting(0);
      const transport = () => player.link({ type: 'link-transport', transport: 'connected' });
      const channel = () => player.link({ type: 'link-channel', open: true });
      for (const step of order === 'transport first' ? [transport, channel] : [channel, transport]) {
        assert.equal(player.state.phase, 'connecting');
        step();
      }
      assert.equal(player.state.phase, 'connected');
      transport();
      assert.equal(player.facts().filter((type) => type === 'connected').length, 1);
      assert.ok('total' in player.state.timings);
    });
  }

  test('the peer leaves: the survivor is slot 0 of the next pairing and stores a fresh offer', () => {
    const player = new MachinePlayer().connected(1);
    player.hear(peerLeft());
    assert.equal(player.state.phase, 'waiting');
    assert.deepEqual(player.state.seat, { slot: 0, epoch: 2, conn: 1 });
    assert.equal(player.state.peer, null);
    assert.equal(player.done('link-offer').length, 1);
    assert.deepEqual(player.facts(), ['phase-change', 'peer-left']);
    assert.equal(player.state.reason, 'peer-left');
    player.hear(peerJoined({ epoch: 2 }));
    assert.equal(player.state.reason, null);
  });

  test('a call lasts from the first connection to the end, whoever came and went', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(peerLeft());
    player.pass(5_000);
    player.input({ type: 'leave' });
    const [ended] = player.done('fact').filter(({ fact }) => fact.type === 'ended');
    assert.deepEqual(ended?.fact, { type: 'ended', reason: 'left', durationMs: 5_000 });
  });

  test('the times of a second pairing are its own', () => {
    const player = new MachinePlayer().connected(0);
    player.pass(80_000);
    player.hear(peerLeft());
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    player.hear(peerJoined({ epoch: 2, peer: { id: 'p_c' }, offer: { conn: 1, neg: 1 } }));
    player.now += 30;
    player.link({ type: 'link-settled', neg: 1 });
    player.now += 20;
    player.prove();
    const { sdp, ice, total } = player.state.timings;
    assert.deepEqual({ sdp, ice, total }, { sdp: 30, ice: 20, total: 50 });
  });

  test('the parts of the setup, as far as their moments are known', () => {
    const marks = { join: 100, joined: 130, paired: 130, described: 150, ice: 160, asked: 100 };
    assert.deepEqual(timingsOf(marks, 175), { signaling: 30, sdp: 20, ice: 10, dtls: 15, total: 45 });
    assert.deepEqual(timingsOf(null, 1), {});
  });

  test('a peer whom only the service lost stays while their bytes flow', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(peerLeft({ reason: 'lost' }));
    assert.equal(player.state.phase, 'connected');
    assert.equal(player.state.peer?.here, false);
    for (let n = 0; n < 8; n++) {
      player.now += 500;
      player.link({ type: 'link-bytes', bytes: 100 });
    }
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.state.reason, 'connection-lost');
    assert.equal(player.facts().at(-1), 'peer-left');
    assert.equal(player.done('link-offer').length, 1);
  });

  test('they hang up on the data channel: their media ends at once', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-message', message: { type: 'leave' } });
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.done('link-close').length, 1);
    player.clear();
    player.hear({ type: 'peer-away', epoch: 1, peer: { id: 'p_b' } });
    player.hear(peerLeft());
    assert.deepEqual(player.facts(), [], 'told once, however it is learned');
    assert.equal(player.done('link-offer').length, 1);
  });

  test('they hung up, and the service does not know it yet: nobody comes back', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-message', message: { type: 'leave' } });
    player.input({ type: 'signaling-lost' });
    player.clear();
    const person = { id: 'p_b', name: 'Ben' };
    player.hear(welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'away', person } }));
    player.hear({ type: 'peer-back', epoch: 1, peer: person });
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.state.peer, null);
    assert.deepEqual(player.facts(), []);
    player.hear(peerLeft());
    player.hear(peerJoined({ epoch: 2 }));
    assert.equal(player.state.phase, 'connecting');
  });

  test("the peer's state comes on two ways: the higher revision counts", () => {
    const player = new MachinePlayer().connected(0);
    const state = (rev: number, audio: boolean) =>
      ({ type: 'state', rev, audio, video: true, screen: false }) as const;
    player.link({ type: 'link-message', message: state(3, true) });
    player.hear({ ...state(2, false), from: 'p_b', seq: 3 });
    assert.equal(player.state.peer?.audio, true);
    player.hear({ ...state(4, false), from: 'p_b', seq: 4 });
    assert.equal(player.state.peer?.audio, false);
  });

  test('a pulse is answered, an answer is not', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-message', message: { type: 'beat', n: 7 } });
    player.link({ type: 'link-message', message: { type: 'beat', n: 8, echo: true } });
    assert.deepEqual(
      player.done('link-send').map(({ message }) => message),
      [{ type: 'beat', n: 7, echo: true }],
    );
  });
});

const hears = (message: ServerMessage): SignalingInput => ({ type: 'message', message, askedSeat: false });

describe('the service comes and goes', () => {
  test('resumed with the same seat: nothing is renegotiated', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'signaling-lost' });
    assert.equal(player.state.signaling, 'resuming');
    assert.equal(player.state.phase, 'connected');
    player.hear(welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' }, resync: true }));
    assert.deepEqual(player.sent(), ['state']);
    assert.deepEqual(player.done('link-close'), []);
  });

  test('resumed before it was settled: the description and its candidates go out again', () => {
    const player = new MachinePlayer().waiting();
    player.hear(peerJoined());
    player.link({ type: 'link-candidate', candidate: { candidate: 'a' } });
    player.input({ type: 'signaling-lost' });
    player.clear();
    player.hear(welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } }));
    assert.deepEqual(player.sent(), ['offer', 'candidate', 'state']);
  });

  test('a line that comes and goes during the setup does not put its help off for ever', () => {
    const player = new MachinePlayer().connecting(0);
    const resumed = welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } });
    for (let ms = 0; ms < 35_000; ms += 5_000) {
      player.pass(5_000);
      player.input({ type: 'signaling-lost' });
      player.hear(resumed);
      player.answerProbe();
    }
    assert.ok((player.state.link?.conn ?? 0) > 1, 'a new connection is tried');
  });

  test('resumed without a seat: asks for one, and media goes on until the answer', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(welcome());
    assert.deepEqual(player.sent(), ['join']);
    assert.equal(player.state.phase, 'connected');
  });

  test('the peer left while our socket was away', () => {
    const player = new MachinePlayer().connected(1);
    player.link({ type: 'link-channel', open: false });
    player.hear(welcome({ seat: { slot: 0, epoch: 2, callId: 'c_2', peer: null } }));
    assert.equal(player.state.phase, 'waiting');
    assert.equal(player.done('link-offer').length, 1);
  });

  const alone = welcome({ seat: { slot: 0, epoch: 2, callId: 'c_2', peer: null } });
  const lapses: [string, SignalingInput[]][] = [
    ['them, and the welcome of a resume says so', [hears(alone)]],
    ['them, and a resume follows', [hears(peerLeft({ reason: 'lost' })), hears(alone)]],
    ['both, and we are back first', [hears(welcome()), hears(joined({ epoch: 1, callId: 'c_9' }))]],
  ];
  for (const [name, said] of lapses) {
    test(`the service lost ${name}: media goes on as long as it flows`, () => {
      const player = new MachinePlayer().connected(1);
      for (const input of said) player.input(input);
      assert.equal(player.state.phase, 'connected');
      assert.equal(player.state.peer?.here, false);
      assert.deepEqual(player.done('link-close'), []);
      assert.deepEqual(player.facts(), []);
      player.link({ type: 'link-channel', open: false });
      assert.equal(player.state.phase, 'waiting');
      assert.deepEqual(player.facts(), ['phase-change', 'peer-left']);
      assert.equal(player.done('link-offer').length, 1);
    });
  }

  test('our own seat had lapsed, theirs is held: media goes on until they offer a new connection', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(welcome());
    player.hear(joined({ epoch: 2, slot: 1, polite: true, callId: 'c_2', peer: { id: 'p_b', name: 'Ben' } }));
    assert.equal(player.state.phase, 'connected');
    assert.deepEqual(player.done('link-close'), []);
    player.input({ type: 'simulate', fault: 'ice-disconnected' });
    player.link({ type: 'link-bytes', bytes: 100 });
    player.pass(1_400);
    player.answerProbe();
    player.pass(600);
    player.answerProbe();
    const [asked] = player
      .done('send')
      .flatMap(({ message }) => (message.type === 'recover' ? [message] : []));
    assert.deepEqual([asked?.epoch, asked?.action], [2, 'rebuild']);
    player.hear({ type: 'offer', epoch: 2, conn: 1, neg: 1, sdp: 'o', from: 'p_b', seq: 10 });
    player.link({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'a' });
    player.prove();
    assert.equal(player.state.phase, 'connected');
    assert.equal(player.done('link-open').length, 1);
  });

  test('a seat that is told of twice is the same seat', () => {
    const player = new MachinePlayer().connected(1);
    player.hear(joined({ slot: 1, polite: true, peer: { id: 'p_b', name: 'Ben' } }));
    assert.deepEqual(player.effects, [{ type: 'timer-stop', name: 'join' }]);
  });

  test('an offer that waits is not made again under a lower number, whoever left before', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(peerLeft());
    player.pass(90_000);
    player.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o2' });
    player.input({ type: 'signaling-lost' });
    player.clear();
    player.hear(alone);
    assert.deepEqual(player.state.seat, { slot: 0, epoch: 2, conn: 2 });
    assert.equal(player.state.callId, 'c_2');
    assert.deepEqual(player.done('link-open'), []);
    assert.deepEqual(player.sent(), ['offer', 'state']);
  });

  const ben = { id: 'p_b', name: 'Ben', state: { rev: 4, audio: true, video: false, screen: false } };

  test('somebody came while our socket was dead: the welcome of the resume tells who, once', () => {
    const player = new MachinePlayer().waiting();
    player.clear();
    player.hear(welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: 'here', person: ben } }));
    player.hear(peerJoined());
    assert.equal(player.state.phase, 'connecting');
    assert.equal(player.state.peer?.name, 'Ben');
    assert.equal(player.state.peer.audio, true);
    assert.equal(player.facts().filter((type) => type === 'peer-joined').length, 1);
    assert.ok(player.sent().includes('offer'), 'and they get our offer');
  });

  test('somebody else came while our socket was dead: the one before left', () => {
    const player = new MachinePlayer().connected(0);
    const cleo = { id: 'p_c', name: 'Cleo' };
    player.hear(welcome({ seat: { slot: 0, epoch: 2, callId: 'c_2', peer: 'here', person: cleo } }));
    assert.equal(player.state.peer?.name, 'Cleo');
    assert.equal(player.state.peer.audio, false, 'what the one before sent is not theirs');
    assert.deepEqual(
      player.facts().filter((type) => type.startsWith('peer-')),
      ['peer-left', 'peer-joined'],
    );
  });

  test('they left while our socket was dead: told once', () => {
    const player = new MachinePlayer().connected(0);
    player.link({ type: 'link-channel', open: false });
    player.hear(alone);
    player.hear(peerLeft());
    assert.equal(player.facts().filter((type) => type === 'peer-left').length, 1);
    assert.equal(player.done('link-open').length, 1);
  });

  test('the same answer twice is taken in once', () => {
    const player = new MachinePlayer().waiting();
    player.hear(peerJoined());
    const answer = { type: 'answer', epoch: 1, conn: 1, neg: 1, sdp: 'a', from: 'p_b', seq: 1 } as const;
    player.hear(answer);
    player.hear(answer);
    assert.equal(player.done('link-accept-answer').length, 1);
  });

  test('a join that was given up holds no seat', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'join' });
    player.pass(15_000);
    assert.equal(player.sent().at(-1), 'leave');
    player.hear(joined());
    assert.equal(player.sent().at(-1), 'leave');
    assert.equal(player.state.phase, 'lobby');
  });

  test('a join that was given up while the line was away holds no seat either', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'join' });
    player.input({ type: 'signaling-lost' });
    player.pass(15_000);
    player.clear();
    player.hear(welcome({ seat: { slot: 1, epoch: 1, callId: 'c_1', peer: 'here' } }));
    assert.deepEqual(player.sent(), ['leave']);
    assert.equal(player.state.phase, 'lobby');
  });

  test('our seat is taken after a long cut: the call has ended', () => {
    const player = new MachinePlayer().connected(0);
    player.hear(welcome());
    player.hear({ type: 'error', code: 'room-full' });
    assert.equal(player.state.phase, 'ended');
    assert.equal(player.state.reason, 'connection-lost');
  });

  const refusals: [SignalingInput & { type: 'signaling-refused' }, EndReason, CallErrorCode][] = [
    [{ type: 'signaling-refused', why: 'replaced' }, 'replaced', 'replaced'],
    [{ type: 'signaling-refused', why: 'removed' }, 'removed', 'removed'],
    [{ type: 'signaling-refused', why: 'room-closed' }, 'room-closed', 'room-closed'],
    [{ type: 'signaling-refused', why: 'token-invalid' }, 'token-rejected', 'token-invalid'],
    [{ type: 'signaling-refused', why: 'token-expired' }, 'token-rejected', 'token-expired'],
    [{ type: 'signaling-refused', why: 'no-token' }, 'token-rejected', 'token-invalid'],
    [{ type: 'signaling-refused', why: 'forbidden' }, 'token-rejected', 'signaling-rejected'],
    [{ type: 'signaling-refused', why: 'origin' }, 'error', 'signaling-rejected'],
    [{ type: 'signaling-refused', why: 'bad-message' }, 'error', 'signaling-protocol'],
  ];
  for (const [input, reason, code] of refusals) {
    test(`refused (${input.why}): ended ${reason}, ${code}; in the lobby only said`, () => {
      const inCall = new MachinePlayer().connected(0);
      inCall.input(input);
      assert.equal(inCall.state.phase, 'ended');
      assert.equal(inCall.state.reason, reason);
      assert.equal(inCall.state.error?.code, code);
      const inLobby = new MachinePlayer().lobby();
      inLobby.input(input);
      assert.equal(inLobby.state.phase, 'lobby');
      assert.equal(inLobby.state.error?.code, code);
      assert.equal(inLobby.state.room, null, 'who waits there is no longer known');
      inLobby.input({ type: 'join' });
      assert.equal(inLobby.state.phase, 'joining', 'Join tries again');
    });
  }
});

describe('hanging up', () => {
  for (const [where, player] of [
    ['lobby', new MachinePlayer().lobby()],
    ['waiting', new MachinePlayer().waiting()],
    ['connecting', new MachinePlayer().connecting(0)],
    ['connected', new MachinePlayer().connected(1)],
  ] as const) {
    test(`from ${where}: nothing stays open, and Join starts anew`, () => {
      const hadLink = player.state.link !== null;
      player.clear();
      player.input({ type: 'leave' });
      assert.equal(player.state.phase, 'ended');
      assert.equal(player.state.reason, 'left');
      assert.equal(player.done('link-close').length, hadLink ? 1 : 0);
      assert.equal(player.done('signaling-close').length, 1);
      assert.equal(player.done('signaling-pace').at(-1)?.inCall, false);
      assert.deepEqual(
        player.done('release').map(({ kind }) => kind),
        player.state.camera.status === 'closed' && where === 'lobby' ? [] : ['microphone', 'camera'],
      );
      assert.deepEqual([...player.timers], []);
      player.input({ type: 'join' });
      assert.equal(player.state.phase, 'joining');
    });
  }

  test('and joining again at once, six times in ten seconds: each call makes its offer without a wait', () => {
    const player = new MachinePlayer().waiting();
    for (let call = 2; call <= 6; call += 1) {
      player.input({ type: 'leave' });
      player.clear();
      player.input({ type: 'join' });
      player.hear(welcome());
      player.hear(joined());
      assert.equal(player.done('link-offer').length, 1, `call ${call}`);
      player.pass(1_000);
    }
  });
});

describe('devices', () => {
  const live: CaptureResult = { ok: true, deviceId: 'd' };

  test('in the lobby a switch only says what is wanted; a preview opens what is', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'set-device', kind: 'camera', on: false });
    assert.deepEqual(player.done('capture'), []);
    player.input({ type: 'preview' });
    assert.deepEqual(player.done('capture')[0]?.kinds, ['microphone']);
  });

  test('audio only never asks for a camera', () => {
    const player = new MachinePlayer({ mode: 'audio' }).lobby();
    player.input({ type: 'join' });
    player.input({ type: 'set-device', kind: 'camera', on: true });
    assert.deepEqual(
      player.done('capture').flatMap(({ kinds }) => kinds),
      ['microphone'],
    );
  });

  test('camera off lets go of it, on opens it again, without renegotiation; the peer is told', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'captured', kind: 'camera', result: live });
    player.clear();
    player.input({ type: 'set-device', kind: 'camera', on: false });
    assert.deepEqual(player.done('release'), [{ type: 'release', kind: 'camera' }]);
    player.input({ type: 'set-device', kind: 'camera', on: true });
    player.input({ type: 'captured', kind: 'camera', result: live });
    assert.deepEqual(player.sent(), ['state', 'state']);
    assert.deepEqual(player.done('link-offer'), []);
  });

  test('mute keeps the microphone, silent', () => {
    const player = new MachinePlayer().connected(0);
    player.input({ type: 'captured', kind: 'microphone', result: live });
    player.input({ type: 'set-device', kind: 'microphone', on: false });
    assert.deepEqual(player.done('release'), []);
    assert.deepEqual(player.done('enable').at(-1), { type: 'enable', kind: 'microphone', on: false });
  });

  test('switched off while it opens: the wish of the last moment holds', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'preview' });
    player.input({ type: 'set-device', kind: 'camera', on: false });
    player.input({ type: 'captured', kind: 'camera', result: live });
    assert.deepEqual(player.done('release'), [{ type: 'release', kind: 'camera' }]);
    assert.equal(player.state.camera.status, 'closed');
  });

  test('a denied camera: the problem stands beside it, joining goes on and asks no second time', () => {
    const player = new MachinePlayer().lobby();
    player.input({ type: 'preview' });
    player.input({ type: 'captured', kind: 'camera', result: { ok: false, code: 'media-denied' } });
    player.input({ type: 'captured', kind: 'microphone', result: live });
    player.clear();
    player.input({ type: 'join' });
    assert.deepEqual(player.done('capture'), []);
    assert.equal(toSnapshot(player.state, 0, null).camera.problem, 'media-denied');
    player.input({ type: 'set-device', kind: 'camera', on: true });
    assert.deepEqual(
      player.done('capture')[0]?.kinds,
      ['camera'],
      'asked for by the person, it is tried again',
    );
  });
});

describe('snapshots', () => {
  test('are frozen, and the same object while nothing changed', () => {
    const first = toSnapshot(initialState(), 0, null);
    assert.ok(Object.isFrozen(first) && Object.isFrozen(first.camera));
    assert.equal(toSnapshot(initialState(), 5, first), first);
    const { state } = transition(initialState(), { type: 'start', obstacle: null }, 0);
    const second = toSnapshot(state, 0, first);
    assert.notEqual(second, first);
    assert.equal(second.camera, first.camera, 'a part that did not change keeps its identity');
  });
});

describe('whatever happens', () => {
  const offer = { epoch: 1, conn: 1, neg: 1, from: 'p_b', seq: 1 } as const;
  const inputs: fc.Arbitrary<Input | number> = fc.oneof(
    fc.constantFrom<Input>(
      { type: 'start', obstacle: null },
      { type: 'preview' },
      { type: 'join' },
      { type: 'leave' },
      { type: 'set-device', kind: 'camera', on: true },
      { type: 'set-device', kind: 'camera', on: false },
      { type: 'captured', kind: 'camera', result: { ok: true, deviceId: null } },
      { type: 'captured', kind: 'microphone', result: { ok: false, code: 'media-denied' } },
      { type: 'device-lost', kind: 'camera' },
      { type: 'signaling-lost' },
      { type: 'signaling-refused', why: 'replaced' },
      ...[
        welcome(),
        welcome({ seat: { slot: 1, epoch: 2, callId: 'c_1', peer: 'here' } }),
        welcome({ seat: { slot: 0, epoch: 1, callId: 'c_1', peer: null } }),
        joined(),
        joined({ slot: 1, polite: true, peer: { id: 'p_b' }, offer: { conn: 1, neg: 1, sdp: 'o' } }),
        peerJoined(),
        peerLeft(),
        peerLeft({ reason: 'lost' }),
        { type: 'offer', ...offer, sdp: 'o' } as const,
        { type: 'offer', ...offer, conn: 3, sdp: 'o' } as const,
        { type: 'answer', ...offer, sdp: 'a' } as const,
        { type: 'candidate', ...offer, candidate: null } as const,
        { type: 'recover', epoch: 1, conn: 1, action: 'rebuild', reason: 'x', from: 'p_b', seq: 2 } as const,
        { type: 'probe-ack', n: 1, from: 'p_b', seq: 3 } as const,
        { type: 'peer-away', epoch: 1, peer: { id: 'p_b' } } as const,
        { type: 'peer-back', epoch: 1, peer: { id: 'p_b' } } as const,
        { type: 'error', code: 'room-full' } as const,
      ].map((message): Input => ({ type: 'message', message, askedSeat: false })),
      ...[1, 2, 3].flatMap((link): Input[] => [
        { type: 'link-described', link, kind: 'offer', neg: 1, sdp: 'o' },
        { type: 'link-transport', link, transport: 'connected' },
        { type: 'link-transport', link, transport: 'failed' },
        { type: 'link-channel', link, open: true },
        { type: 'link-channel', link, open: false },
        { type: 'link-settled', link, neg: 1 },
        { type: 'link-bytes', link, bytes: 9 },
        { type: 'link-message', link, message: { type: 'leave' } },
        { type: 'link-failed', link, step: 'x', cause: null },
      ]),
    ),
    fc.nat(20_000),
  );

  test('it never throws, and after hanging up nothing is left: no link, timer or device', () => {
    fc.assert(
      fc.property(fc.array(inputs, { maxLength: 60 }), (steps) => {
        const player = new MachinePlayer();
        for (const step of steps) {
          if (typeof step === 'number') player.pass(step);
          else player.input(step);
          const opened = player.done('link-open').length;
          const closed = new Set(player.done('link-close').map(({ link }) => link)).size;
          assert.equal(
            opened - closed,
            player.state.link ? 1 : 0,
            'at most one connection, and none forgotten',
          );
        }
        player.input({ type: 'start', obstacle: null });
        player.input({ type: 'leave' });
        assert.equal(player.state.phase, 'ended');
        assert.equal(player.state.link, null);
        assert.equal(player.state.camera.status, 'closed');
        assert.deepEqual([...player.timers], []);
      }),
      { numRuns: 500 },
    );
  });

  test('every timer has a name that ending stops', () => {
    const player = new MachinePlayer().connected(0);
    for (const name of TIMERS) player.timers.set(name, Infinity);
    player.input({ type: 'leave' });
    assert.deepEqual([...player.timers], []);
  });
});
