import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calmAfterMs, isFull, newAllowance, spend, type Allowance } from './rates.js';
import { DEFAULT_ROOM_LIMITS } from './state.js';

const START = 1_000_000;
const limits = DEFAULT_ROOM_LIMITS;

/** Says `count` things at once. @returns what is left, and the verdicts that were not fine, with the number of what was said */
function say(from: Allowance, count: number, at: number, isOffer = false) {
  let left = from;
  const verdicts: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const next = spend(left, isOffer, limits, at);
    left = next.left;
    if (next.verdict !== 'fine') verdicts.push(`${n} ${next.verdict} ${next.limit}`);
  }
  return { left, verdicts };
}

describe('what one person may say', () => {
  const fresh = newAllowance('anna', limits, START);

  test('100 messages at once, then two warnings, then no more', () => {
    const { verdicts } = say(fresh, 105, START);
    assert.deepEqual(verdicts, [
      '101 warned messages',
      '102 warned messages',
      '103 refused messages',
      '104 refused messages',
      '105 refused messages',
    ]);
  });

  test('10 a second after that', () => {
    const { left } = say(fresh, 100, START);
    assert.deepEqual(say(left, 10, START + 1_000).verdicts, []);
    assert.deepEqual(say(left, 11, START + 1_000).verdicts, ['11 warned messages']);
  });

  test('warnings are forgiven after a while of calm', () => {
    const { left } = say(fresh, 102, START);
    assert.deepEqual(say(left, 1, START + 100).verdicts, ['1 refused messages']);
    const calm = START + calmAfterMs(left, limits);
    const later = say(left, 51, calm);
    assert.deepEqual(later.verdicts, ['51 warned messages']);
  });

  test('30 offers a minute, and each is a message too', () => {
    const { left, verdicts } = say(fresh, 33, START, true);
    assert.deepEqual(verdicts, ['31 warned offers', '32 warned offers', '33 refused offers']);
    assert.deepEqual(say(left, 67, START).verdicts, []);
    assert.deepEqual(say(left, 68, START).verdicts, ['68 warned messages']);
  });

  test('what is refused costs nothing: a flood does not lock its sender out for longer', () => {
    const { left } = say(fresh, 10_000, START);
    assert.ok(left.messages.level >= -2);
  });

  test('it is forgotten once it is as good as new', () => {
    const { left } = say(fresh, 100, START);
    assert.equal(isFull(left, limits, START + 9_900), false);
    assert.equal(isFull(left, limits, START + 10_000), true);
  });

  test('a clock that jumps back gives nothing and takes nothing', () => {
    const { left } = say(fresh, 50, START);
    assert.equal(spend(left, false, limits, START - 60_000).left.messages.level, 49);
  });
});
