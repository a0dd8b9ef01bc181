import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LIMITS } from '@p2p-call/protocol';
import { candidate, offer, RoomDriver, state, type Seen } from '../../test/room-driver.js';
import { createRoom } from './index.js';

/** Anna and Ben in a call, inboxes empty. */
function pair(): RoomDriver {
  const driver = new RoomDriver();
  driver.hello('a', 'anna', { join: true });
  driver.hello('b', 'ben', { join: true });
  driver.take('a');
  driver.take('b');
  return driver;
}

const say = (driver: RoomDriver, socket: string, ...numbers: number[]) =>
  numbers.forEach((n) => driver.send(socket, { type: 'probe', n }));

/** What was relayed, by what was said and its number. */
const frames = (seen: readonly Seen[]) =>
  seen.flatMap((one) => ('n' in one && 'seq' in one ? [`${one.n}:${one.seq}`] : []));

/** Does the welcome say that both have to start anew? */
const resync = (seen: readonly Seen[]) =>
  seen.flatMap((one) => (one.type === 'welcome' ? [one.resync === true] : []));

describe('what somebody missed', () => {
  test('is sent again, and only that: what was on a dead line, and what was said while there was none', () => {
    const driver = pair();
    say(driver, 'a', 1, 2, 3);
    // Ben got the first only; the line is dead before anybody knows.
    driver.drop('b');
    say(driver, 'a', 4);
    const ticket = driver.ticket('b');
    driver.resume('b2', ticket, { seen: 1 });
    say(driver, 'a', 5);
    const seen = driver.take('b2');
    assert.deepEqual([resync(seen), frames(seen)], [[false], ['2:2', '3:3', '4:4', '5:5']]);
  });

  test('nothing, where nothing was missed', () => {
    const driver = pair();
    say(driver, 'a', 1, 2);
    driver.resume('b2', driver.ticket('b'), { seen: 2 });
    const seen = driver.take('b2');
    assert.deepEqual([resync(seen), frames(seen)], [[false], []]);
  });

  test('the candidates of a stored offer count too', () => {
    const driver = new RoomDriver();
    driver.hello('a', 'anna', { join: true });
    driver.send('a', offer());
    driver.send('a', candidate('one'));
    driver.send('a', candidate('two'));
    driver.hello('b', 'ben', { join: true });
    driver.resume('b2', driver.ticket('b'), { seen: 1 });
    const seen = driver.take('b2').filter((one) => one.type === 'candidate');
    assert.deepEqual(
      seen.map((one) => ('seq' in one ? one.seq : null)),
      [2],
    );
  });

  test('of the epoch before, nothing: it is worthless now', () => {
    const driver = pair();
    say(driver, 'a', 1, 2);
    driver.hello('a2', 'anna', { join: true });
    say(driver, 'a2', 3);
    driver.resume('b2', driver.ticket('b'), { seen: 0 });
    const seen = driver.take('b2');
    assert.deepEqual([resync(seen), frames(seen)], [[false], ['3:3']]);
  });

  for (const [what, seen] of [
    ['who does not say what they have seen', undefined],
    ['who says that they have seen more than there was', 9],
  ] as const) {
    test(`${what} starts anew, and frames are counted from 1`, () => {
      const driver = pair();
      say(driver, 'a', 1, 2, 3);
      driver.resume('b2', driver.ticket('b'), seen === undefined ? {} : { seen });
      say(driver, 'a', 4);
      const got = driver.take('b2');
      assert.deepEqual([resync(got), frames(got)], [[true], ['4:1']]);
    });
  }

  test('more than 64 frames are not kept', () => {
    const driver = pair();
    const all = Array.from({ length: LIMITS.replayFrames + 1 }, (_, n) => n + 1);
    say(driver, 'a', ...all);
    const { room } = driver;
    driver.resume('b2', driver.ticket('b'), { seen: 1 });
    const seen = driver.take('b2');
    assert.deepEqual([resync(seen), frames(seen).length], [[false], LIMITS.replayFrames]);
    driver.room = room;
    driver.resume('b3', driver.ticket('b'), { seen: 0 });
    assert.deepEqual(resync(driver.take('b3')), [true]);
  });

  test('nor more than a quarter of a megabyte', () => {
    const driver = pair();
    const candidates = Array.from({ length: 64 }, (_, n) =>
      candidate(`${n}`.padEnd(LIMITS.candidateLength, 'x')),
    );
    for (const one of candidates) driver.send('a', one);
    const sdp = 'v'.repeat(LIMITS.sdpLength - 1);
    for (let conn = 8; conn >= 1; conn -= 1) driver.send('a', offer({ conn, sdp }));
    const kept = driver.room.seats[1]?.replay;
    assert.ok(kept !== undefined && kept.length <= LIMITS.replayLength && kept.frames.length >= 7);
    assert.equal(kept.length, kept.frames.map(({ text }) => text).join('').length);
    driver.resume('b2', driver.ticket('b'), { seen: 0 });
    assert.deepEqual(resync(driver.take('b2')), [true]);
  });

  test('of descriptions and their candidates only what a newer one does not make worthless', () => {
    const driver = pair();
    driver.send('a', offer());
    driver.send('a', candidate('old'));
    driver.send('a', state(1));
    driver.send('a', offer({ conn: 2 }));
    driver.send('a', candidate('new', { conn: 2 }));
    driver.resume('b2', driver.ticket('b'), { seen: 0 });
    const seen = driver.take('b2').flatMap((one) => ('seq' in one ? [`${one.type} ${one.seq}`] : []));
    assert.deepEqual(seen, ['state 3', 'offer 4', 'candidate 5']);
  });

  test('an answer is not made worthless by an offer', () => {
    const driver = pair();
    driver.send('b', { type: 'answer', epoch: 1, conn: 1, neg: 1, sdp: 'v=0 answer' });
    driver.send('b', offer({ neg: 2 }));
    driver.resume('a2', driver.ticket('a'), { seen: 0 });
    const types = driver.takeTypes('a2');
    assert.deepEqual(types, ['welcome', 'answer', 'offer']);
  });

  test('a welcome that says to start anew may be lost too: the older ticket tells', () => {
    const driver = pair();
    say(driver, 'a', 1, 2, 3);
    const ticket = driver.ticket('b');
    driver.resume('b2', ticket, { seen: 9 });
    say(driver, 'a', 4, 5, 6, 7, 8, 9, 10, 11, 12);
    // Ben never heard of the new numbering: his 3 is not its 3.
    driver.resume('b3', ticket, { seen: 3 });
    const seen = driver.take('b3');
    assert.deepEqual(resync(seen), [true]);
    assert.deepEqual(
      frames(seen).map((one) => one.split(':')[0]),
      ['4', '5', '6', '7', '8', '9', '10', '11', '12'],
    );
  });

  test('after the service lost its memory, what was said to the one who was not back yet waits for them', () => {
    const driver = pair();
    const [anna, ben] = [driver.ticket('a'), driver.ticket('b')];
    driver.room = createRoom('support-42', driver.now);
    driver.resume('a2', anna, { seen: 5 });
    assert.deepEqual(resync(driver.take('a2')), [true]);
    driver.send('a2', state(1));
    say(driver, 'a2', 1, 2);
    driver.resume('b2', ben, { seen: 2 });
    const seen = driver.take('b2');
    assert.deepEqual([resync(seen), frames(seen)], [[true], ['1:2', '2:3']]);
    say(driver, 'b2', 3);
    assert.deepEqual(frames(driver.take('a2')), ['3:1']);
  });
});
