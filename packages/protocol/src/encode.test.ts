import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeClientMessage, decodeServerMessage } from './decode.js';
import { stamp } from './encode.js';
import { VALID_CLIENT_FRAMES } from './fixtures.js';
import * as LIMITS from './limits.js';
import { clientMessages } from './client-messages.js';
import { serverMessages } from './server-messages.js';
import { arbitrariesOf } from './testing/arbitrary-of.js';

/** The types that a service passes on: those both unions know. */
const serverTypes = new Set<string>(Object.keys(serverMessages));
const RELAYED = [...arbitrariesOf(clientMessages)].filter(
  ([type]) => serverTypes.has(type) && type !== 'ice',
);

const blank = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const seq = fc.integer({ min: 1 });

/** What a sender may slip in besides: stamps of its own, in any spelling, and things that look like an end. */
const extra = fc.tuple(
  fc.oneof(
    fc.constantFrom('"from"', '"seq"', '"\\u0066rom"', '"s\\u0065q"', '"__proto__"', '"}"', '"x"'),
    fc.string().map((name) => JSON.stringify(name.replace(/^[a-z]/, 'X'))),
  ),
  fc.oneof(
    fc.json({ maxDepth: 2 }),
    fc.constantFrom('"}"', '{"from":"p_bad","seq":1}', '1e999', '"\\"}"', '[{}]'),
  ),
);

/** An object as text, with blanks at every place where JSON allows them. */
function write(
  members: readonly (readonly [name: string, value: string])[],
  blanks: readonly string[],
): string {
  let next = 0;
  const gap = () => blanks[next++ % blanks.length] ?? '';
  const texts = members.map(([name, value]) => `${gap()}${name}${gap()}:${gap()}${value}${gap()}`);
  return `${gap()}{${texts.join(',')}}${gap()}`;
}

describe('a stamp on a frame that is relayed', () => {
  for (const [type, arbitrary] of RELAYED) {
    test(`${type}: whoever sent it, however it was written, our stamp counts`, () => {
      const blanks = fc.array(blank, { minLength: 1, maxLength: 9 });
      fc.assert(
        fc.property(
          arbitrary,
          fc.array(extra, { maxLength: 4 }),
          blanks,
          id,
          seq,
          (message, extras, gaps, from, n) => {
            const own = Object.entries(message).map(
              ([name, value]) => [JSON.stringify(name), JSON.stringify(value)] as const,
            );
            for (const members of [
              [...own, ...extras],
              [...extras, ...own],
            ]) {
              const text = write(members, gaps);
              assert.deepEqual(decodeClientMessage(text), { ok: true, message });
              const stamped = decodeServerMessage(stamp(text, from, n));
              assert.deepEqual(stamped, { ok: true, message: { ...message, from, seq: n } });
            }
          },
        ),
      );
    });
  }

  test('every golden frame of a relayed type', () => {
    const types = new Set(RELAYED.map(([type]) => type));
    const frames = VALID_CLIENT_FRAMES.filter(({ message }) => types.has(message.type));
    for (const { name, text, message } of frames) {
      const decoded = decodeServerMessage(stamp(text, 'p_7Qk', 3));
      assert.deepEqual(decoded, { ok: true, message: { ...message, from: 'p_7Qk', seq: 3 } }, name);
    }
    assert.ok(frames.length > types.size);
  });

  test('the largest frame a client may send still decodes with the longest stamp', () => {
    const text = `{"type":"probe",${' '.repeat(LIMITS.frameBytes - 22)}"n":1}`;
    assert.equal(text.length, LIMITS.frameBytes);
    const message = { type: 'probe', n: 1, from: 'x'.repeat(64), seq: Number.MAX_SAFE_INTEGER };
    assert.equal(decodeClientMessage(text).ok, true);
    assert.deepEqual(decodeServerMessage(stamp(text, message.from, message.seq)), { ok: true, message });
  });
});
