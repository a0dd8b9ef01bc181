import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanName } from './names.js';

const TABLE: readonly [string, string | null][] = [
  ['Anna', 'Anna'],
  ['  Anna \t Maria  ', 'Anna Maria'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['two\r\nlines\u2028three', 'two lines three'],
  ['nul\u0000bell\u0007', 'nul bell'],
  ['\u202etxet\u202c', 'txet'],
  ['a\u2066b\u2069\u200f\u061c', 'ab'],
  ['zero\u200bwidth\ufeff', 'zerowidth'],
  ['\ud83d\ude00', '\ud83d\ude00'],
  ['👩\u200d🚀', '👩\u200d🚀'],
  ['lone \ud800 surrogate', 'lone surrogate'],
  ['שלום', 'שלום'],
  ['😀'.repeat(100), '😀'.repeat(64)],
  ['', null],
  [' \n\u200b ', null],
];

for (const [raw, clean] of TABLE) {
  test(`${JSON.stringify(raw).slice(0, 40)} is shown as ${JSON.stringify(clean)?.slice(0, 40)}`, () => {
    assert.equal(cleanName(raw), clean);
  });
}

test('whatever comes, a name is one short line, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', size: 'max', maxLength: 2_000 }), (raw) => {
      const clean = cleanName(raw);
      if (clean === null) return;
      assert.ok([...clean].length <= 64);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(clean, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      assert.equal(cleanName(clean), clean);
    }),
  );
});
