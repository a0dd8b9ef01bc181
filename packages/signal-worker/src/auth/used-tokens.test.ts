import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { UsedTokensInMemory } from './used-tokens.js';

const NOW = 1_795_353_600_000;

describe('used tokens, in memory', () => {
  test('the first claim counts, and no other', () => {
    const used = new UsedTokensInMemory();
    assert.equal(used.claim('a', NOW + 1_000, NOW), 'first');
    assert.equal(used.claim('a', NOW + 1_000, NOW + 999), 'used');
    assert.equal(used.claim('b', NOW + 1_000, NOW), 'first');
  });

  test('what is over is forgotten, and never free again', () => {
    const used = new UsedTokensInMemory();
    for (let n = 0; n < 100; n += 1) used.claim(`a${n}`, NOW + 1_000, NOW);
    assert.equal(used.claim('b', NOW + 60_000, NOW + 20_000), 'first');
    assert.equal(used.size, 1);
    // Said before it was over, checked for long: it may have been used.
    assert.equal(used.claim('a7', NOW + 1_000, NOW + 500), 'used');
  });

  test('two tokens with one id are one, until the last of them is over', () => {
    const used = new UsedTokensInMemory();
    assert.equal(used.claim('a', NOW + 1_000, NOW), 'first');
    assert.equal(used.claim('a', NOW + 90_000, NOW), 'used');
    assert.equal(used.claim('b', NOW + 90_000, NOW + 30_000), 'first');
    assert.equal(used.claim('a', NOW + 90_000, NOW + 30_000), 'used');
  });

  test('full, it lets nobody in whom it could not remember, until something is over', () => {
    const used = new UsedTokensInMemory(3);
    for (const id of ['a', 'b', 'c']) assert.equal(used.claim(id, NOW + 5_000, NOW), 'first');
    assert.equal(used.claim('d', NOW + 9_000, NOW + 600), 'unavailable');
    assert.equal(used.claim('a', NOW + 5_000, NOW + 600), 'used');
    assert.equal(used.size, 3);
    assert.equal(used.claim('d', NOW + 9_000, NOW + 5_000), 'first');
    assert.equal(used.size, 1);
  });

  test('a clock that was set forward and back holds nothing up for longer than a token lives', () => {
    const used = new UsedTokensInMemory();
    used.claim('a', NOW + 300_000, NOW);
    used.claim('b', NOW + 3_900_000, NOW + 3_600_000);
    assert.equal(used.claim('c', NOW + 300_001, NOW + 1), 'first');
    assert.equal(used.claim('c', NOW + 300_001, NOW + 2), 'used');
  });

  test('whatever comes when, in whatever order: no token is first twice, and it never outgrows its bound', () => {
    const tokens = Array.from({ length: 8 }, (_, n) => ({ id: `t${n}`, expires: NOW + 20_000 * (n + 1) }));
    const step = fc.record({
      token: fc.constantFrom(...tokens),
      after: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const used = new UsedTokensInMemory(4);
        const first = new Set<string>();
        for (const { token, after } of steps) {
          const claim = used.claim(token.id, token.expires, NOW + after);
          assert.ok(used.size <= 4);
          if (claim !== 'first') continue;
          assert.ok(!first.has(token.id), token.id);
          first.add(token.id);
        }
      }),
    );
  });
});
