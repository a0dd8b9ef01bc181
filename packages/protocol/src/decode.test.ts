import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeClientMessage, decodeServerMessage, type Decoded } from './decode.js';
import { encode } from './encode.js';
import {
  INVALID_CLIENT_FRAMES,
  INVALID_SERVER_FRAMES,
  VALID_CLIENT_FRAMES,
  VALID_SERVER_FRAMES,
} from './fixtures.js';
import * as LIMITS from './limits.js';
import { clientMessages } from './client-messages.js';
import type { Shape } from './shapes.js';
import type { ClientMessage, ServerMessage } from './messages.js';
import { serverMessages } from './server-messages.js';
import { arbitrariesOf } from './testing/arbitrary-of.js';

const DIRECTIONS = [
  {
    name: 'client → service',
    decode: decodeClientMessage as (text: string) => Decoded<ClientMessage | ServerMessage>,
    valid: VALID_CLIENT_FRAMES,
    invalid: INVALID_CLIENT_FRAMES,
    types: Object.keys(clientMessages),
    arbitraries: arbitrariesOf(clientMessages),
  },
  {
    name: 'service → client',
    decode: decodeServerMessage,
    valid: VALID_SERVER_FRAMES,
    invalid: INVALID_SERVER_FRAMES,
    types: Object.keys(serverMessages),
    arbitraries: arbitrariesOf(serverMessages),
  },
];

for (const { name: direction, decode, valid, invalid, types, arbitraries } of DIRECTIONS) {
  describe(`${direction}: golden frames`, () => {
    test('every type of message has one', () => {
      assert.deepEqual(new Set(valid.map(({ message }) => message.type)), new Set(types));
    });
    for (const { name, text, message } of valid) {
      test(`decodes: ${name}`, () => {
        assert.deepEqual(decode(text), { ok: true, message });
        assert.deepEqual(decode(encode(message)), { ok: true, message });
      });
    }
    for (const { name, text, why } of invalid) {
      test(`refuses: ${name}`, () => {
        assert.deepEqual(decode(text), { ok: false, why });
      });
    }
  });

  describe(`${direction}: anything at all`, () => {
    const isAnswered = (text: string) => {
      assert.equal(typeof decode(text).ok, 'boolean');
    };

    test('no text makes it throw', () => {
      fc.assert(fc.property(fc.string({ unit: 'binary' }), isAnswered));
    });
    test('no JSON makes it throw', () => {
      fc.assert(fc.property(fc.json({ maxDepth: 6 }), isAnswered));
    });
    test('no object with a known type makes it throw', () => {
      const members = fc.object({
        maxDepth: 3,
        key: fc.constantFrom('epoch', 'sdp', 'candidate', 'self', 'peer', 'n'),
      });
      fc.assert(
        fc.property(fc.constantFrom(...types), members, (type, object) => {
          isAnswered(JSON.stringify({ ...object, type }));
        }),
      );
    });
    test('no damaged frame makes it throw', () => {
      const texts = valid.map(({ text }) => text);
      fc.assert(
        fc.property(
          fc.constantFrom(...texts),
          fc.nat(),
          fc.nat(4),
          fc.string(),
          (text, at, length, instead) => {
            const start = at % text.length;
            isAnswered(text.slice(0, start) + instead + text.slice(start + length));
          },
        ),
      );
    });
  });

  describe(`${direction}: what is encoded decodes to the same`, () => {
    for (const [type, arbitrary] of arbitraries) {
      test(type, () => {
        fc.assert(
          fc.property(arbitrary, (message) => {
            assert.deepEqual(decode(encode(message)), { ok: true, message });
          }),
        );
      });
    }
  });

  test(`${direction}: a decoded message is a new object without strange parents`, () => {
    const decoded = decode(valid[0]?.text ?? '');
    assert.ok(decoded.ok);
    assert.equal(Object.getPrototypeOf(decoded.message), Object.prototype);
    assert.equal(({} as Record<string, unknown>).quiet, undefined);
  });
}

describe('the size of a frame', () => {
  const ofLength = (length: number) => '{"type":"join"}'.padEnd(length);

  test('a frame of the largest size decodes, one more does not', () => {
    assert.equal(decodeClientMessage(ofLength(LIMITS.frameBytes)).ok, true);
    assert.deepEqual(decodeClientMessage(ofLength(LIMITS.frameBytes + 1)), { ok: false, why: 'too-large' });
  });
});

test('no field has a name that every object inherits: the reader need not ask whose it is', () => {
  const names = (shape: Shape): string[] => {
    switch (shape.kind) {
      case 'fields':
        return Object.entries(shape.fields).flatMap(([name, of]) => [name, ...names(of)]);
      case 'either':
        return shape.shapes.flatMap(names);
      case 'list':
        return names(shape.of);
      default:
        return [];
    }
  };
  for (const shapes of [clientMessages, serverMessages])
    for (const name of Object.values(shapes).flatMap(names)) assert.ok(!(name in {}), name);
});
