import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { offer, RoomDriver, START } from '../../test/room-driver.js';
import { createRoom, DEFAULT_ROOM_LIMITS, nextDeadline, type RoomLimits } from './index.js';

function pair(limits: Partial<RoomLimits> = {}): RoomDriver {
  const driver = new RoomDriver(createRoom('support-42', START, { ...DEFAULT_ROOM_LIMITS, ...limits }));
  driver.hello('a', 'anna', { join: true });
  driver.hello('b', 'ben', { join: true });
  driver.take('a');
  driver.take('b');
  return driver;
}

const limitsHit = (driver: RoomDriver) =>
  driver.effects.flatMap((effect) => (effect.type === 'limit' ? [effect.limit] : []));

describe('the lobby', () => {
  test('holds eight; the ninth hears that the room is full, and may try later', () => {
    const driver = pair();
    for (let n = 1; n <= 8; n += 1) {
      driver.hello(`s${n}`, `guest-${n}`);
      assert.deepEqual(driver.takeTypes(`s${n}`), ['welcome']);
    }
    driver.hello('s9', 'guest-9', { join: true });
    assert.deepEqual(driver.takeTypes('s9'), ['error', 'close rate-limited']);
    assert.equal(driver.room.lobby.length, 8);
    assert.deepEqual(limitsHit(driver), ['lobby']);
  });

  test('does not keep anybody from a free seat', () => {
    const driver = new RoomDriver();
    for (let n = 1; n <= 8; n += 1) driver.hello(`s${n}`, `guest-${n}`);
    driver.hello('x', 'xenia', { join: true });
    assert.deepEqual(driver.takeTypes('x'), ['welcome', 'joined']);
  });
});

describe('one person', () => {
  test('has four sockets; the fifth is refused and changes nothing', () => {
    const driver = pair();
    for (let n = 1; n <= 3; n += 1) driver.hello(`b${n}`, 'ben');
    driver.hello('b4', 'ben');
    assert.deepEqual(driver.takeTypes('b4'), ['close rate-limited']);
    assert.equal(driver.room.seats[1]?.socket, 'b');
    driver.drop('b1', 1001);
    driver.hello('b5', 'ben');
    assert.deepEqual(driver.takeTypes('b5'), ['welcome']);
  });

  test('who talks too much is warned twice, then cut off; the other one hears that they are away, and nothing else changes', () => {
    const driver = pair({ messagesBurst: 10, messagesPerSecond: 1 });
    // Anna’s hello was the first message.
    for (let n = 0; n < 12; n += 1) driver.send('a', { type: 'probe', n });
    const seen = driver.takeTypes('a');
    assert.deepEqual(seen, ['error', 'error', 'close rate-limited']);
    const heard = driver.takeTypes('b');
    assert.equal(heard.filter((type) => type === 'probe').length, 11);
    assert.equal(heard.at(-1), 'peer-away');
    // Coming again is no new allowance.
    driver.resume('a2', driver.ticket('a'), { seen: 0 });
    assert.deepEqual(driver.takeTypes('a2'), ['close rate-limited']);
    driver.now += 6_000;
    driver.resume('a3', driver.ticket('a'), { seen: 0 });
    assert.deepEqual(driver.takeTypes('a3'), ['welcome']);
    assert.deepEqual(driver.takeTypes('b'), ['peer-back']);
  });

  test('a warning says when it is over', () => {
    const driver = pair({ messagesBurst: 10, messagesPerSecond: 1 });
    for (let n = 0; n < 10; n += 1) driver.send('a', { type: 'probe', n });
    const warning = driver.take('a').find((one) => one.type === 'error');
    assert.deepEqual(warning, { type: 'error', code: 'rate-warning', retryAfterMs: 6_000 });
  });

  test('may make thirty offers a minute', () => {
    const driver = pair();
    for (let neg = 1; neg <= 33; neg += 1) driver.send('a', offer({ neg }));
    assert.deepEqual(driver.takeTypes('a'), ['error', 'error', 'close rate-limited']);
    assert.deepEqual(limitsHit(driver), ['offers', 'offers', 'offers']);
  });

  test('what was said is forgotten after a while of calm', () => {
    const driver = pair();
    driver.send('a', { type: 'probe', n: 1 });
    assert.equal(driver.room.allowances.length, 2);
    driver.wait(60_000);
    assert.equal(driver.room.allowances.length, 0);
  });
});

describe('who is removed', () => {
  test('loses seat and lobby for good; the other one is told, and is first in the next pairing', () => {
    const driver = pair();
    driver.hello('b2', 'ben');
    driver.take('b2');
    const tickets = [driver.ticket('b'), driver.ticket('b2')];
    driver.apply({ type: 'remove', key: 'key-ben', fresh: driver.fresh() });
    assert.deepEqual([driver.takeTypes('b'), driver.takeTypes('b2')], [['close removed'], ['close removed']]);
    const [left] = driver.take('a');
    assert.ok(left?.type === 'peer-left' && left.reason === 'removed' && left.epoch === 2 && left.slot === 0);
    tickets.forEach((ticket, n) => {
      driver.resume(`back-${n}`, ticket, { seen: 0 });
      assert.deepEqual(driver.takeTypes(`back-${n}`), ['close removed']);
    });
  });

  test('is not let in by a token from before, but by a later one', () => {
    const driver = pair();
    driver.apply({ type: 'remove', key: 'key-ben', fresh: driver.fresh() });
    driver.hello('again', 'ben', { join: true });
    assert.deepEqual(driver.takeTypes('again'), ['close removed']);
    driver.now += 1;
    driver.hello('later', 'ben', { join: true });
    assert.deepEqual(driver.takeTypes('later'), ['welcome', 'joined']);
  });

  test('stays out with a ticket of an earlier page, too, for as long as a ticket lives', () => {
    const driver = new RoomDriver();
    driver.hello('early', 'ben');
    const ticket = driver.ticket('early');
    driver.drop('early', 1000);
    driver.hello('a', 'anna', { join: true });
    driver.hello('b', 'ben', { join: true });
    driver.apply({ type: 'remove', key: 'key-ben', fresh: driver.fresh() });
    for (const ms of [606_000, 6 * 3_600_000]) {
      driver.wait(ms);
      driver.resume(`back-${ms}`, ticket, { join: true });
      assert.deepEqual(driver.takeTypes(`back-${ms}`), ['close removed']);
    }
  });

  test('stays out of the room that follows one that grew too old', () => {
    const driver = pair();
    driver.wait(11 * 3_600_000);
    driver.hello('c', 'cleo');
    const ticket = driver.ticket('c');
    driver.apply({ type: 'remove', key: 'key-cleo', fresh: driver.fresh() });
    driver.wait(3_600_000);
    assert.equal(driver.takeTypes('a').at(-1), 'close room-closed');
    driver.resume('back', ticket);
    assert.deepEqual(driver.takeTypes('back'), ['close removed']);
  });

  test('stays out of an empty room for as long as an old ticket lives', () => {
    const driver = pair();
    driver.apply({ type: 'remove', key: 'key-ben', fresh: driver.fresh() });
    driver.leave('a');
    driver.drop('a', 1001);
    const { roomAgeMs } = DEFAULT_ROOM_LIMITS;
    driver.wait(roomAgeMs - 1);
    assert.notEqual(driver.effects.at(-1)?.type, 'dispose');
    assert.equal(nextDeadline(driver.room), START + roomAgeMs);
    driver.wait(1);
    assert.equal(driver.effects.at(-1)?.type, 'dispose');
  });
});

describe('the longest session', () => {
  test('ends for whoever sits, and whoever waits', () => {
    const driver = pair();
    driver.hello('c', 'cleo');
    driver.take('c');
    const first = driver.room.seats[0];
    assert.ok(first);
    // Anna’s token allows a minute.
    driver.room = {
      ...driver.room,
      seats: [{ ...first, person: { ...first.person, endsAt: START + 60_000 } }, driver.room.seats[1]],
      lobby: driver.room.lobby.map((one) => ({ ...one, person: { ...one.person, endsAt: START + 61_000 } })),
    };
    assert.equal(nextDeadline(driver.room), START + 60_000);
    driver.wait(60_000);
    assert.deepEqual(driver.takeTypes('a'), ['close token-expired']);
    assert.deepEqual(driver.takeTypes('b'), ['peer-left']);
    driver.wait(1_000);
    assert.deepEqual(driver.takeTypes('c').at(-1), 'close token-expired');
  });
});

test('ICE servers are asked for a few times at once, then every ten seconds', () => {
  const driver = pair();
  const asked = () => driver.take('a').filter((one) => one.type === 'ice-for').length;
  for (let n = 0; n < 9; n += 1) driver.apply({ type: 'ice', socket: 'a' });
  assert.equal(asked(), 5);
  driver.now += 10_000;
  for (let n = 0; n < 3; n += 1) driver.apply({ type: 'ice', socket: 'a' });
  assert.equal(asked(), 1);
});

test('however many others come and go, who is here is not given a new allowance', () => {
  const driver = pair({ messagesBurst: 10, messagesPerSecond: 1 });
  for (let n = 0; n < 10; n += 1) driver.send('a', { type: 'probe', n });
  for (let n = 0; n < 80; n += 1) {
    driver.hello(`s${n}`, `guest-${n}`);
    driver.drop(`s${n}`, 1001);
  }
  assert.equal(driver.room.allowances.length, 64);
  assert.ok(driver.room.allowances.some(({ key, messages }) => key === 'key-anna' && messages.level < 0));
});

test('a report counts as a message, and comes from nobody but those who are here', () => {
  const driver = pair({ messagesBurst: 2, messagesPerSecond: 1 });
  const metrics = [{ name: 'call_setup_time_ms', value: 300 }];
  driver.apply({ type: 'report', socket: 'a', metrics });
  assert.deepEqual(driver.effects.at(-1), { type: 'report', metrics });
  const { length } = driver.effects;
  driver.apply({ type: 'report', socket: 'stranger', metrics });
  assert.equal(driver.effects.length, length);
  for (let n = 0; n < 3; n += 1) driver.apply({ type: 'report', socket: 'a', metrics });
  assert.deepEqual(driver.takeTypes('a'), ['error', 'error', 'close rate-limited']);
});
