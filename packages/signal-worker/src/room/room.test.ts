import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeServerMessage, LIMITS } from '@p2p-call/protocol';
import { answer, candidate, offer, RoomDriver, START, state, type Seen } from '../../test/room-driver.js';
import { createRoom, nextDeadline, step } from './index.js';

type Of<Type extends Seen['type']> = Extract<Seen, { type: Type }>;

/** The one message of a type among those seen. */
function only<Type extends Seen['type']>(seen: readonly Seen[], type: Type): Of<Type> {
  const found = seen.filter((one): one is Of<Type> => one.type === type);
  assert.equal(found.length, 1, `one ${type} among ${seen.map((one) => one.type).join(', ')}`);
  return found[0] as Of<Type>;
}

/** Anna is alone, Ben joined her: both in the call, inboxes empty. */
function pair(): RoomDriver {
  const driver = new RoomDriver();
  driver.hello('a', 'anna', { join: true });
  driver.hello('b', 'ben', { join: true });
  driver.take('a');
  driver.take('b');
  return driver;
}

describe('one call, frame by frame', () => {
  test('as the wire describes it', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { name: 'Anna' });
    const welcome = only(driver.take('a'), 'welcome');
    assert.deepEqual(welcome.room, { seats: 0 });
    assert.equal(welcome.self.name, 'Anna');
    assert.equal(welcome.graceMs, 90_000);
    assert.equal(welcome.now, START);
    assert.equal(welcome.seat, undefined);

    driver.join('a');
    const joined = only(driver.take('a'), 'joined');
    assert.deepEqual(
      [joined.epoch, joined.slot, joined.polite, joined.peer, joined.offer],
      [1, 0, false, undefined, undefined],
    );
    driver.send('a', offer());
    driver.send('a', candidate('one'));
    driver.send('a', candidate('two'));
    driver.send('a', state(1));
    assert.deepEqual(driver.take('a'), []);

    driver.hello('b', 'ben', { name: 'Ben' });
    assert.deepEqual(only(driver.take('b'), 'welcome').room, { seats: 1, peer: { name: 'Anna' } });
    driver.join('b');
    const seen = driver.take('b');
    assert.deepEqual(
      seen.map((one) => one.type),
      ['joined', 'candidate', 'candidate'],
    );
    const second = only(seen, 'joined');
    assert.deepEqual([second.epoch, second.slot, second.polite, second.callId], [1, 1, true, joined.callId]);
    assert.equal(second.trace, joined.trace);
    assert.deepEqual(second.peer, {
      id: welcome.self.id,
      name: 'Anna',
      state: { rev: 1, audio: true, video: false, screen: false },
    });
    assert.deepEqual(second.offer, { conn: 1, neg: 1, sdp: 'v=0 offer' });
    const candidates = seen.filter((one): one is Of<'candidate'> => one.type === 'candidate');
    assert.deepEqual(
      candidates.map((one) => [one.from, one.seq]),
      [
        [welcome.self.id, 1],
        [welcome.self.id, 2],
      ],
    );

    const peerJoined = only(driver.take('a'), 'peer-joined');
    assert.deepEqual(
      [peerJoined.epoch, peerJoined.slot, peerJoined.polite, peerJoined.callId],
      [1, 0, false, joined.callId],
    );
    assert.deepEqual(peerJoined.offer, { conn: 1, neg: 1 });
    assert.equal(peerJoined.peer.name, 'Ben');

    driver.send('b', answer());
    const relayed = only(driver.take('a'), 'answer');
    assert.deepEqual([relayed.sdp, relayed.from, relayed.seq], ['v=0 answer', peerJoined.peer.id, 1]);

    driver.drop('b');
    assert.equal(only(driver.take('a'), 'peer-away').peer.id, peerJoined.peer.id);
    driver.resume('b2', driver.ticket('b'));
    const back = only(driver.take('b2'), 'welcome');
    const { person, ...seat } = back.seat ?? {};
    assert.deepEqual(seat, {
      slot: 1,
      epoch: 1,
      callId: joined.callId,
      trace: joined.trace,
      peer: 'here',
    });
    // Who came while the socket was dead is not lost with it.
    assert.equal(person?.name, 'Anna');
    assert.equal(person.state?.audio, true);
    assert.equal(back.resync, true);
    assert.equal(back.graceMs, 60_000);
    assert.equal(back.self.id, peerJoined.peer.id);
    assert.deepEqual(driver.takeTypes('a'), ['peer-back']);

    driver.send('a', { type: 'probe', n: 1 });
    assert.equal(only(driver.take('b2'), 'probe').n, 1);
    driver.send('b2', { type: 'probe-ack', n: 1 });
    assert.equal(only(driver.take('a'), 'probe-ack').n, 1);
    driver.send('a', offer({ neg: 2 }));
    assert.equal(only(driver.take('b2'), 'offer').neg, 2);
    driver.send('b2', { type: 'recover', epoch: 1, conn: 1, action: 'rebuild', reason: 'stall' });
    assert.equal(only(driver.take('a'), 'recover').action, 'rebuild');

    driver.leave('b2');
    const left = only(driver.take('a'), 'peer-left');
    assert.deepEqual(
      [left.epoch, left.slot, left.polite, left.reason, left.peer.name],
      [2, 0, false, 'left', 'Ben'],
    );
    assert.deepEqual(driver.takeTypes('b2'), ['room']);
  });

  test('hello with join is a welcome and a joined at once, with a ticket for the seat', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    assert.deepEqual(driver.takeTypes('a'), ['welcome', 'joined']);
    assert.equal(driver.ticket('a').seat?.slot, 0);
    assert.equal(driver.effects.filter((effect) => effect.type === 'ticket').length, 0);
  });

  test('the first joiner’s own trace is taken, a made-up one is not', () => {
    const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true, trace });
    driver.hello('b', 'ben', { join: true, trace: 'nonsense' });
    assert.equal(only(driver.take('a'), 'peer-joined').trace, trace);
    assert.equal(only(driver.take('b'), 'joined').trace, trace);
  });

  test('everything said decodes as a message of the wire', () => {
    const driver = pair();
    driver.send('a', offer());
    driver.drop('b');
    driver.hello('c', 'cleo', { join: true });
    driver.wait(61_000);
    driver.leave('a');
    for (const effect of driver.effects) {
      if (effect.type === 'send')
        assert.ok(decodeServerMessage(JSON.stringify(effect.message)).ok, effect.message.type);
      if (effect.type === 'relay') assert.ok(decodeServerMessage(effect.text).ok, effect.text);
    }
  });
});

describe('the stored offer', () => {
  test('is handed with its newest version only', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    driver.send('a', candidate('old'));
    driver.send('a', offer({ conn: 2, sdp: 'v=0 newer' }));
    driver.send('a', candidate('late, of the old one'));
    driver.send('a', candidate('new', { conn: 2 }));
    driver.send('a', offer({ conn: 1, neg: 5, sdp: 'v=0 late' }));
    driver.hello('b', 'ben', { join: true });
    const seen = driver.take('b');
    assert.equal(only(seen, 'joined').offer?.sdp, 'v=0 newer');
    assert.deepEqual(only(seen, 'candidate').candidate, { candidate: 'new' });
    assert.deepEqual(only(driver.take('a'), 'peer-joined').offer, { conn: 2, neg: 1 });
  });

  test('is forgotten at 150 s, and the owner hears that none was handed', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    assert.equal(nextDeadline(driver.room), START + 150_000);
    driver.wait(150_000);
    assert.equal(driver.room.seats[0]?.offer, null);
    driver.hello('b', 'ben', { join: true });
    assert.equal(only(driver.take('b'), 'joined').offer, undefined);
    assert.equal(only(driver.take('a'), 'peer-joined').offer, null);
  });

  test('is not handed when its deadline passed, though no tick came', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    driver.now += 150_000;
    driver.hello('b', 'ben', { join: true });
    assert.equal(only(driver.take('b'), 'joined').offer, undefined);
  });

  test('outlives a short loss of its owner’s socket, who then hears of the newcomer', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    driver.drop('a');
    driver.hello('b', 'ben', { join: true });
    assert.equal(only(driver.take('b'), 'joined').offer?.conn, 1);
    driver.take('a');
    driver.resume('a2', driver.ticket('a'));
    const seen = driver.take('a2');
    assert.deepEqual(
      seen.map((one) => one.type),
      ['welcome', 'peer-joined'],
    );
    assert.equal(only(seen, 'welcome').seat?.peer, 'here');
    assert.deepEqual(only(seen, 'peer-joined').offer, { conn: 1, neg: 1 });
    assert.deepEqual(driver.takeTypes('b'), ['peer-back']);
  });

  test('who is handed one while its owner is away hears that they are', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    driver.send('a', candidate('one'));
    driver.drop('a');
    driver.hello('b', 'ben', { join: true });
    assert.deepEqual(driver.takeTypes('b'), ['welcome', 'joined', 'candidate', 'peer-away']);
  });

  test('is forgotten with its epoch', () => {
    const driver = pair();
    driver.leave('b');
    driver.send('a', offer());
    driver.hello('c', 'cleo', { join: true });
    assert.equal(only(driver.take('c'), 'joined').offer, undefined);
  });
});

describe('what is not passed on', () => {
  test('frames of another epoch', () => {
    const driver = pair();
    for (const epoch of [2, 7]) {
      driver.send('a', offer({ epoch }));
      driver.send('b', answer({ epoch }));
      driver.send('a', candidate('x', { epoch }));
      driver.send('b', { type: 'recover', epoch, conn: 1, action: 'restart', reason: '' });
    }
    assert.deepEqual([driver.take('a'), driver.take('b')], [[], []]);
  });

  test('frames of the epoch before', () => {
    const driver = pair();
    driver.leave('b');
    driver.hello('c', 'cleo', { join: true });
    driver.take('c');
    driver.send('a', offer({ epoch: 1 }));
    assert.deepEqual(driver.take('c'), []);
    driver.send('a', offer({ epoch: 2 }));
    assert.deepEqual(driver.takeTypes('c'), ['offer']);
  });

  test('what somebody without a seat says', () => {
    const driver = pair();
    driver.hello('c', 'cleo');
    driver.take('c');
    driver.send('c', offer());
    driver.send('c', { type: 'probe', n: 1 });
    assert.deepEqual(driver.take('c'), [
      { type: 'error', code: 'not-seated', ref: 'offer' },
      { type: 'error', code: 'not-seated', ref: 'probe' },
    ]);
    assert.deepEqual([driver.take('a'), driver.take('b')], [[], []]);
  });

  test('the 65th candidate of a description, with one warning', () => {
    const driver = pair();
    driver.send('a', offer());
    for (let n = 0; n < LIMITS.candidatesPerDescription + 5; n += 1) driver.send('a', candidate(`${n}`));
    assert.equal(
      driver.take('b').filter((one) => one.type === 'candidate').length,
      LIMITS.candidatesPerDescription,
    );
    assert.deepEqual(driver.take('a'), [{ type: 'error', code: 'too-many-candidates', ref: 'candidate' }]);
    driver.send('a', offer({ neg: 2 }));
    driver.send('a', candidate('of the next', { neg: 2 }));
    assert.deepEqual(driver.takeTypes('b'), ['offer', 'candidate']);
  });

  test('the 65th candidate of a stored offer', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    for (let n = 0; n < LIMITS.candidatesPerDescription + 5; n += 1) driver.send('a', candidate(`${n}`));
    driver.hello('b', 'ben', { join: true });
    assert.equal(
      driver.take('b').filter((one) => one.type === 'candidate').length,
      LIMITS.candidatesPerDescription,
    );
  });

  test('an answer to nobody, which would count the candidates of a stored offer anew', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    for (let n = 0; n < LIMITS.candidatesPerDescription; n += 1) driver.send('a', candidate(`${n}`));
    driver.send('a', answer());
    driver.send('a', candidate('one more'));
    assert.equal(driver.room.seats[0]?.offer?.candidates.length, LIMITS.candidatesPerDescription);
    assert.deepEqual(driver.takeTypes('a').slice(-1), ['error']);
  });

  test('an older state does not replace a newer one', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', state(5));
    driver.send('a', state(3));
    driver.hello('b', 'ben', { join: true });
    assert.equal(only(driver.take('b'), 'joined').peer?.state?.rev, 5);
  });

  test('the direct candidates of somebody who may use relays only, also inside SDP', () => {
    const host = 'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host';
    const relay = 'candidate:2 1 udp 41885439 198.51.100.7 3478 typ relay raddr 0.0.0.0 rport 0';
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true, relay: true });
    assert.equal(only(driver.take('a'), 'welcome').relay, true);
    driver.hello('b', 'ben', { join: true });
    driver.take('b');
    driver.send('a', offer({ sdp: `v=0\r\nm=audio\r\na=${host}\r\na=${relay}\r\na=mid:0\r\n` }));
    driver.send('a', candidate(host));
    driver.send('a', candidate(relay));
    driver.send('a', { ...candidate(''), candidate: null });
    const seen = driver.take('b');
    assert.deepEqual(
      seen.map((one) => one.type),
      ['offer', 'candidate', 'candidate'],
    );
    assert.equal(only(seen, 'offer').sdp, `v=0\r\nm=audio\r\na=${relay}\r\na=mid:0\r\n`);
    driver.send('b', candidate(host));
    assert.deepEqual(driver.takeTypes('a').slice(-1), ['candidate']);
  });
});

describe('third persons and second pages', () => {
  test('a third person is told that the room is full, and when it no longer is', () => {
    const driver = pair();
    driver.hello('c', 'cleo', { join: true });
    assert.deepEqual(driver.takeTypes('c'), ['welcome', 'error']);
    assert.deepEqual([driver.take('a'), driver.take('b')], [[], []]);
    driver.leave('a');
    assert.deepEqual(driver.take('c'), [{ type: 'room', seats: 1, peer: { name: 'ben' } }]);
    driver.join('c');
    const joined = only(driver.take('c'), 'joined');
    assert.deepEqual([joined.epoch, joined.slot, joined.polite, joined.peer?.name], [2, 1, true, 'ben']);
    const news = driver.take('b');
    assert.deepEqual(
      news.map((one) => one.type),
      ['peer-left', 'peer-joined'],
    );
    assert.equal(only(news, 'peer-left').slot, 0);
  });

  test('two who call each other after a change have another call id', () => {
    const driver = pair();
    const before = driver.room.callId;
    driver.leave('b');
    driver.hello('c', 'cleo', { join: true });
    assert.notEqual(only(driver.take('c'), 'joined').callId, before);
  });

  test('the same person again: the seat changes hands, the first page is closed for good', () => {
    const driver = pair();
    const before = driver.room.callId;
    driver.hello('b2', 'ben');
    assert.deepEqual(only(driver.take('b2'), 'welcome').room, { seats: 1, peer: { name: 'anna' } });
    assert.deepEqual([driver.take('a'), driver.take('b')], [[], []]);
    driver.join('b2');
    assert.deepEqual(driver.takeTypes('b'), ['close replaced']);
    const joined = only(driver.take('b2'), 'joined');
    assert.deepEqual([joined.epoch, joined.slot, joined.callId], [2, 1, before]);
    const news = driver.take('a');
    assert.deepEqual(
      news.map((one) => one.type),
      ['peer-left', 'peer-joined'],
    );
    assert.deepEqual([only(news, 'peer-left').reason, only(news, 'peer-left').epoch], ['replaced', 2]);
    driver.resume('b3', driver.ticket('b'));
    assert.deepEqual(driver.takeTypes('b3'), ['close replaced']);
    assert.deepEqual(driver.take('a'), []);
  });

  test('the one who sat in slot 0 comes again: the other one is slot 0 now', () => {
    const driver = pair();
    driver.hello('a2', 'anna', { join: true });
    assert.equal(only(driver.take('b'), 'peer-left').slot, 0);
    assert.equal(only(driver.take('a2'), 'joined').slot, 1);
  });

  test('a quiet seat gives way to a real join, a real one does not give way to a quiet one', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.hello('b', 'ben', { join: true, quiet: true });
    driver.hello('c', 'cleo', { join: true, quiet: true });
    assert.deepEqual(driver.takeTypes('c'), ['welcome', 'error']);
    driver.take('b');
    driver.join('c');
    assert.deepEqual(driver.takeTypes('b'), ['error', 'room']);
    assert.equal(only(driver.take('c'), 'joined').peer?.name, 'anna');
    driver.hello('d', 'dora', { join: true });
    assert.deepEqual(driver.takeTypes('d'), ['welcome', 'error']);
  });

  for (const when of ['before', 'after'] as const) {
    test(`who gave a quiet seat away comes back to the lobby, their socket gone ${when} that`, () => {
      const driver = new RoomDriver();
      driver.hello('a', 'anna', { join: true });
      driver.hello('b', 'ben', { join: true, quiet: true });
      if (when === 'before') driver.drop('b');
      driver.take('a');
      driver.hello('c', 'cleo', { join: true });
      assert.equal(only(driver.take('a'), 'peer-left').reason, 'replaced');
      if (when === 'after') driver.drop('b');
      driver.resume('b2', driver.ticket('b'));
      assert.equal(only(driver.take('b2'), 'welcome').seat, undefined);
      driver.leave('c');
      driver.join('b2');
      assert.deepEqual(driver.takeTypes('b2'), ['room', 'joined']);
    });
  }

  test('a quiet seat is made real by a join that comes with the hello of a resume', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.hello('b', 'ben', { join: true, quiet: true });
    driver.drop('b');
    driver.resume('b2', driver.ticket('b'), { join: true });
    assert.equal(driver.ticket('b2').seat?.quiet, false);
    driver.hello('c', 'cleo', { join: true });
    assert.deepEqual(driver.takeTypes('c'), ['welcome', 'error']);
  });

  test('a quiet seat stays quiet through a resume that asks for no more', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true, quiet: true });
    driver.drop('a');
    driver.resume('a2', driver.ticket('a'), { join: true, quiet: true });
    assert.equal(driver.room.seats[0]?.quiet, true);
    driver.resume('a3', driver.ticket('a2'));
    assert.equal(driver.room.seats[0]?.quiet, true);
  });

  test('a quiet seat made real is no longer given away', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.hello('b', 'ben', { join: true, quiet: true });
    driver.join('b');
    driver.hello('c', 'cleo', { join: true });
    assert.deepEqual(driver.takeTypes('c'), ['welcome', 'error']);
  });

  test('a quiet join in a second tab does not end the call in the first', () => {
    const driver = pair();
    driver.hello('b2', 'ben', { join: true, quiet: true });
    assert.deepEqual(driver.takeTypes('b2'), ['welcome', 'error']);
    assert.deepEqual(driver.take('b'), []);
  });

  test('who is seated and asks again is told again', () => {
    const driver = pair();
    driver.join('b');
    assert.deepEqual(driver.takeTypes('b'), ['joined']);
    assert.deepEqual(driver.take('a'), []);
  });
});

describe('sockets that go', () => {
  for (const code of [1000, 1001]) {
    test(`${code} gives the seat up at once`, () => {
      const driver = pair();
      driver.drop('b', code);
      assert.equal(only(driver.take('a'), 'peer-left').reason, 'left');
    });
  }

  for (const code of [1005, 1006, 1012, 4413]) {
    test(`${code} does not: the seat is held for 60 s in a call`, () => {
      const driver = pair();
      driver.drop('b', code);
      assert.deepEqual(driver.takeTypes('a'), ['peer-away']);
      driver.wait(59_999);
      assert.deepEqual(driver.take('a'), []);
      driver.wait(1);
      const left = only(driver.take('a'), 'peer-left');
      assert.deepEqual([left.reason, left.epoch, left.slot], ['lost', 2, 0]);
    });
  }

  test('grace runs from the last sign of life', () => {
    const driver = pair();
    driver.drop('b', 1006, driver.now - 30_000);
    assert.equal(nextDeadline(driver.room), driver.now + 30_000);
  });

  test('alone, it is 90 s; then the room is empty for 60 s, and forgotten', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.drop('a');
    assert.equal(nextDeadline(driver.room), START + 90_000);
    driver.wait(90_000);
    assert.deepEqual(driver.room.seats, [null, null]);
    assert.equal(nextDeadline(driver.room), START + 150_000);
    driver.wait(60_000);
    assert.equal(driver.effects.at(-1)?.type, 'dispose');
  });

  test('both gone: each lapses in its time, and the second has the longer grace of who is alone', () => {
    const driver = pair();
    driver.drop('b');
    driver.now += 10_000;
    driver.drop('a');
    driver.wait(50_000);
    assert.equal(driver.room.seats[0]?.person.sub, 'anna');
    assert.equal(driver.room.epoch, 2);
    assert.equal(nextDeadline(driver.room), START + 100_000);
    driver.resume('a2', driver.ticket('a'));
    const seen = driver.take('a2');
    assert.deepEqual([only(seen, 'welcome').seat?.epoch, only(seen, 'welcome').seat?.peer], [2, null]);
    assert.equal(only(seen, 'peer-left').reason, 'lost');
  });

  test('a room that is too old is closed, whoever is in it', () => {
    const driver = pair();
    driver.hello('c', 'cleo');
    driver.wait(12 * 3_600_000);
    for (const socket of ['a', 'b', 'c']) assert.equal(driver.takeTypes(socket).at(-1), 'close room-closed');
    assert.equal(driver.effects.at(-1)?.type, 'dispose');
  });

  test('a socket nobody knows changes nothing', () => {
    const room = createRoom('r', START);
    for (const input of [
      { type: 'join', socket: 'x', quiet: false, fresh: '' },
      { type: 'leave', socket: 'x', fresh: '' },
      { type: 'ice', socket: 'x' },
      { type: 'closed', socket: 'x', code: 1000, heardAt: START, fresh: '' },
      { type: 'relay', socket: 'x', message: { type: 'probe', n: 1 }, text: '{"type":"probe","n":1}' },
    ] as const) {
      assert.deepEqual(step(room, input, START), { room, effects: [] });
    }
  });
});

describe('resume', () => {
  test('a page’s own superseded socket is closed as done', () => {
    const driver = pair();
    driver.resume('b2', driver.ticket('b'));
    assert.deepEqual(driver.takeTypes('b'), ['close bye']);
    assert.deepEqual(driver.takeTypes('b2'), ['welcome']);
    driver.drop('b', 1000);
    assert.equal(driver.room.seats[1]?.socket, 'b2');
  });

  test('the ticket before works until the new one was used, and then no more', () => {
    const driver = pair();
    const first = driver.ticket('b');
    driver.drop('b');
    driver.resume('b2', first);
    const second = driver.ticket('b2');
    driver.drop('b2');
    driver.resume('b3', first);
    assert.deepEqual(driver.takeTypes('b3'), ['welcome']);
    driver.drop('b3');
    driver.resume('b4', second);
    assert.deepEqual(driver.takeTypes('b4'), ['welcome']);
    driver.resume('b5', first);
    assert.deepEqual(driver.takeTypes('b5'), ['close token-invalid']);
    assert.equal(driver.room.seats[1]?.socket, 'b4');
  });

  test('somebody in the lobby comes back to the lobby, as the same page', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna');
    const { id } = only(driver.take('a'), 'welcome').self;
    driver.drop('a');
    driver.resume('a2', driver.ticket('a'));
    assert.equal(only(driver.take('a2'), 'welcome').self.id, id);
    driver.resume('a3', driver.ticket('a2'));
    assert.deepEqual(driver.takeTypes('a2'), ['close bye']);
  });

  test('a ticket of a seat that was given up leads to the lobby', () => {
    const driver = pair();
    const ticket = driver.ticket('b');
    driver.drop('b', 1000);
    driver.resume('b2', ticket);
    assert.equal(only(driver.take('b2'), 'welcome').seat, undefined);
    assert.equal(driver.room.seats[1], null);
  });

  test('a ticket from before leaving is refused while its page is in the lobby', () => {
    const driver = pair();
    const ofTheSeat = driver.ticket('b');
    driver.leave('b');
    assert.equal(driver.ticket('b').seat, null);
    driver.take('b');
    driver.resume('x', ofTheSeat);
    assert.deepEqual(driver.takeTypes('x'), ['close token-invalid']);
    assert.deepEqual(driver.take('b'), []);
  });

  test('so does one of a seat that lapsed', () => {
    const driver = pair();
    driver.drop('b');
    driver.wait(60_000);
    driver.resume('b2', driver.ticket('b'), { join: true });
    assert.deepEqual(driver.takeTypes('b2'), ['welcome', 'joined']);
    assert.equal(driver.room.epoch, 2);
  });

  test('a lobby’s ticket leads to the seat that the page took since', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna');
    const lobbyTicket = driver.ticket('a');
    driver.join('a');
    driver.drop('a');
    driver.resume('a2', lobbyTicket);
    assert.equal(only(driver.take('a2'), 'welcome').seat?.slot, 0);
  });
});

describe('a service that lost its memory', () => {
  /** Both had a call; this is a new room that knows nothing, and the tickets they hold. */
  function afterCrash() {
    const before = pair();
    const { callId, trace } = before.room;
    const driver = new RoomDriver(createRoom('support-42', before.now));
    return { driver, anna: before.ticket('a'), ben: before.ticket('b'), callId, trace };
  }

  for (const first of ['anna', 'ben'] as const) {
    test(`${first} comes first: both are back in place, nothing changed`, () => {
      const { driver, anna, ben, callId, trace } = afterCrash();
      const [one, two] = first === 'anna' ? [anna, ben] : [ben, anna];
      driver.resume('one', one);
      const welcome = only(driver.take('one'), 'welcome');
      const { person: other, ...seat } = welcome.seat ?? {};
      assert.deepEqual(seat, { slot: one.seat?.slot, epoch: 1, callId, trace, peer: 'away' });
      assert.equal(other?.id, two.id);
      assert.equal(welcome.resync, true);
      assert.equal(welcome.self.id, one.id);
      driver.resume('two', two);
      const second = only(driver.take('two'), 'welcome');
      const { person, ...place } = second.seat ?? {};
      assert.deepEqual(place, { slot: two.seat?.slot, epoch: 1, callId, trace, peer: 'here' });
      assert.equal(person?.id, one.id);
      assert.deepEqual(driver.takeTypes('one'), ['peer-back']);
      driver.send('one', { type: 'probe', n: 7 });
      assert.equal(only(driver.take('two'), 'probe').from, one.id);
    });
  }

  test('the other one does not come back: lost after the time of grace', () => {
    const { driver, anna } = afterCrash();
    driver.resume('a', anna);
    driver.take('a');
    driver.wait(60_000);
    const left = only(driver.take('a'), 'peer-left');
    assert.deepEqual([left.reason, left.peer.name, left.epoch], ['lost', 'ben', 2]);
  });

  test('the other one comes with a token: they take the seat held for them, a stranger does not', () => {
    const { driver, anna } = afterCrash();
    driver.resume('a', anna);
    driver.hello('c', 'cleo', { join: true });
    assert.deepEqual(driver.takeTypes('c'), ['welcome', 'error']);
    driver.take('a');
    driver.hello('b', 'ben', { join: true });
    assert.deepEqual(driver.takeTypes('b'), ['welcome', 'joined']);
    assert.deepEqual(driver.takeTypes('a'), ['peer-left', 'peer-joined']);
  });

  test('an older ticket, from before the other one came, leads to the same slot', () => {
    const before = new RoomDriver();
    before.hello('a', 'anna', { join: true });
    const alone = before.ticket('a');
    before.hello('b', 'ben', { join: true });
    const driver = new RoomDriver();
    driver.resume('b', before.ticket('b'));
    driver.resume('a', alone);
    assert.equal(only(driver.take('a'), 'welcome').seat?.peer, 'here');
    assert.deepEqual(driver.takeTypes('b'), ['welcome', 'peer-back']);
  });

  test('the same, in the other order', () => {
    const before = new RoomDriver();
    before.hello('a', 'anna', { join: true });
    const alone = before.ticket('a');
    before.hello('b', 'ben', { join: true });
    const driver = new RoomDriver();
    driver.resume('a', alone);
    driver.take('a');
    driver.resume('b', before.ticket('b'));
    assert.deepEqual(only(driver.take('b'), 'welcome').seat?.slot, 1);
    assert.deepEqual(driver.takeTypes('a'), ['peer-back']);
  });

  test('an offer made meanwhile is kept no longer once the other one is back', () => {
    const before = new RoomDriver();
    before.hello('a', 'anna', { join: true });
    const alone = before.ticket('a');
    before.hello('b', 'ben', { join: true });
    const driver = new RoomDriver();
    driver.resume('a', alone);
    driver.send('a', offer());
    driver.resume('b', before.ticket('b'));
    assert.equal(driver.room.seats[0]?.offer, null);
    driver.send('a', offer());
    assert.deepEqual(driver.takeTypes('b'), ['welcome', 'offer']);
  });

  test('a page that came with an older ticket first is not locked out by its newer one', () => {
    for (const join of [true, false]) {
      const before = new RoomDriver();
      before.hello('a', 'anna', { join });
      const older = before.ticket('a');
      for (const socket of ['a2', 'a3', 'a4', 'a5']) before.resume(socket, older);
      const driver = new RoomDriver();
      driver.resume('b1', older);
      driver.resume('b2', before.ticket('a5'));
      driver.resume('b3', driver.ticket('b2'));
      assert.deepEqual(driver.takeTypes('b3'), ['welcome']);
    }
  });

  test('a ticket of an earlier pairing does not disturb a later one', () => {
    const before = pair();
    const old = before.ticket('b');
    before.leave('b');
    before.hello('c', 'cleo', { join: true });
    const driver = new RoomDriver();
    driver.resume('a', before.ticket('a'));
    driver.resume('c', before.ticket('c'));
    driver.take('a');
    driver.take('c');
    driver.resume('b', old);
    assert.equal(only(driver.take('b'), 'welcome').seat, undefined);
    assert.deepEqual([driver.take('a'), driver.take('c')], [[], []]);
  });

  test('a newer pairing’s ticket does not throw out who is there, but may join them', () => {
    const before = pair();
    const old = before.ticket('a');
    before.leave('b');
    before.hello('c', 'cleo', { join: true });
    const driver = new RoomDriver();
    driver.resume('a', old);
    driver.resume('c', before.ticket('c'));
    assert.equal(only(driver.take('c'), 'welcome').seat, undefined);
  });

  /** Anna came with a ticket from before she was seated, sat down in what is a new call, and gave that up. */
  function annaHasLeft() {
    const before = new RoomDriver();
    before.hello('a', 'anna');
    const fromTheLobby = before.ticket('a');
    before.join('a');
    for (const socket of ['b', 'b2', 'b3']) before.hello(socket, 'ben', { join: true });
    const ben = before.ticket('b3');
    assert.equal(ben.seat?.epoch, 3);
    const driver = new RoomDriver(createRoom('support-42', before.now));
    driver.resume('a', fromTheLobby, { join: true });
    driver.leave('a');
    driver.take('a');
    return { driver, ben };
  }

  test('no seat is held for a page that gave its seat up since: it left', () => {
    const { driver, ben } = annaHasLeft();
    driver.resume('b', ben);
    const seen = driver.take('b');
    assert.deepEqual(
      seen.map((one) => one.type),
      ['welcome', 'peer-left'],
    );
    const { seat } = only(seen, 'welcome');
    assert.deepEqual([seat?.slot, seat?.epoch, seat?.peer], [0, 4, null]);
    assert.notEqual(seat?.callId, ben.seat?.callId);
    const left = only(seen, 'peer-left');
    assert.deepEqual([left.slot, left.epoch, left.reason, left.peer.name], [0, 4, 'left', 'anna']);
  });

  test('when that page joins again it fills an empty seat, and the epoch stays', () => {
    const { driver, ben } = annaHasLeft();
    driver.resume('b', ben);
    driver.take('b');
    driver.join('a');
    const joined = only(driver.take('a'), 'joined');
    assert.deepEqual([joined.slot, joined.epoch, joined.peer?.name], [1, 4, 'ben']);
    const news = driver.take('b');
    assert.deepEqual(
      news.map((one) => one.type),
      ['peer-joined'],
    );
    assert.equal(only(news, 'peer-joined').epoch, 4);
  });

  test('nor is one held for a page that came back to the lobby', () => {
    const before = new RoomDriver();
    before.hello('a', 'anna');
    const fromTheLobby = before.ticket('a');
    before.join('a');
    before.hello('b', 'ben', { join: true });
    const driver = new RoomDriver();
    driver.resume('a', fromTheLobby);
    driver.resume('b', before.ticket('b'));
    const seen = driver.take('b');
    assert.equal(only(seen, 'peer-left').reason, 'lost');
    assert.deepEqual([only(seen, 'welcome').seat?.slot, only(seen, 'welcome').seat?.epoch], [0, 2]);
    driver.resume('a2', fromTheLobby, { join: true });
    assert.deepEqual(driver.takeTypes('a').slice(-1), ['close bye']);
    assert.equal(only(driver.take('a2'), 'joined').epoch, 2);
  });

  test('who saw the end of the pairing their seat is held in joins anew', () => {
    const before = pair();
    const ben = before.ticket('b');
    before.drop('b');
    before.wait(60_000);
    const anna = before.ticket('a');
    assert.equal(anna.seat?.epoch, 2);
    const driver = new RoomDriver();
    driver.resume('b', ben);
    driver.take('b');
    driver.resume('a', anna, { join: true });
    const joined = only(driver.take('a'), 'joined');
    assert.deepEqual([joined.epoch, joined.slot, joined.peer?.name], [2, 1, 'ben']);
    assert.deepEqual(driver.takeTypes('b'), ['peer-left', 'peer-joined']);
  });

  test('a seat that was quiet is quiet again, whoever comes first', () => {
    const before = new RoomDriver();
    before.hello('a', 'anna', { join: true });
    before.hello('b', 'ben', { join: true, quiet: true });
    const driver = new RoomDriver();
    driver.resume('a', before.ticket('a'));
    driver.resume('b', before.ticket('b'));
    assert.equal(driver.ticket('b').seat?.quiet, true);
    driver.hello('c', 'cleo', { join: true });
    assert.deepEqual(driver.takeTypes('c'), ['welcome', 'joined']);
  });

  test('two tickets for one slot: the first one has it, the other is in the lobby', () => {
    const { driver, ben } = afterCrash();
    driver.resume('b', ben);
    driver.resume('x', { ...ben, id: 'p_other', sub: 'otto' });
    assert.equal(only(driver.take('x'), 'welcome').seat, undefined);
    assert.equal(driver.room.seats[1]?.socket, 'b');
  });

  test('a page whose person is back in another page is replaced', () => {
    const { driver, ben } = afterCrash();
    driver.hello('b2', 'ben', { join: true });
    driver.resume('b', ben);
    assert.deepEqual(driver.takeTypes('b'), ['close replaced']);
  });
});

test('ice is answered for whoever is here', () => {
  const driver = pair();
  driver.hello('c', 'cleo');
  driver.take('c');
  for (const [socket, sub] of [
    ['a', 'anna'],
    ['c', 'cleo'],
  ] as const) {
    driver.apply({ type: 'ice', socket });
    assert.deepEqual(driver.take(socket), [{ type: 'ice-for', key: `key-${sub}` }]);
  }
});

test('a room is plain data: written down and read again it is the same', () => {
  const driver = pair();
  driver.send('a', offer());
  assert.deepEqual(JSON.parse(JSON.stringify(driver.room)), driver.room);
});
