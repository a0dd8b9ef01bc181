import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CLOSE, closeName, reconnectAfter } from './close-codes.js';
import * as LIMITS from './limits.js';

/** The wire's table once more, by code: whoever changes one side of it has to think of the other. */
const TABLE = {
  1000: ['bye', 'never'],
  1001: ['page-left', 'never'],
  1003: ['binary', 'never'],
  1005: ['no-code', 'resume'],
  1006: ['cut', 'resume'],
  1007: ['bad-utf8', 'never'],
  1008: ['fragments', 'never'],
  1009: ['too-large', 'never'],
  1012: ['restart', 'resume'],
  4400: ['bad-message', 'never'],
  4401: ['token-invalid', 'never'],
  4402: ['token-expired', 'new-token'],
  4403: ['forbidden', 'never'],
  4406: ['removed', 'never'],
  4407: ['room-closed', 'never'],
  4408: ['hello-timeout', 'wait'],
  4409: ['token-replayed', 'new-token'],
  4410: ['replaced', 'never'],
  4413: ['slow-consumer', 'wait'],
  4426: ['version-unsupported', 'never'],
  4429: ['rate-limited', 'wait'],
  4503: ['unavailable', 'wait'],
} as const;

describe('close codes', () => {
  test('the table is complete, and nothing is in it twice', () => {
    const actual = Object.entries(CLOSE).map(([name, { code, reconnect }]) => [
      String(code),
      [name, reconnect],
    ]);
    assert.equal(new Set(actual.map(([code]) => code)).size, actual.length);
    assert.deepEqual(Object.fromEntries(actual), TABLE);
  });

  for (const [code, [name, reconnect]] of Object.entries(TABLE)) {
    test(`${code} is ${name}, then: ${reconnect}`, () => {
      assert.equal(closeName(Number(code)), name);
      assert.equal(reconnectAfter(Number(code)), reconnect);
    });
  }

  test('any other code counts as a cut line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (code) => {
        fc.pre(!(code in TABLE));
        assert.equal(closeName(code), 'cut');
        assert.equal(reconnectAfter(code), 'resume');
      }),
    );
  });

  test('a name fits into a close frame as its reason', () => {
    for (const name of Object.keys(CLOSE)) {
      assert.match(name, /^[a-z0-9-]+$/);
      assert.ok(name.length <= LIMITS.closeReasonBytes);
    }
  });
});
