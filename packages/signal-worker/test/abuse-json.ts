import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { INVALID_CLIENT_FRAMES, VALID_CLIENT_FRAMES } from '@p2p-call/protocol/fixtures';
import fc from 'fast-check';
import type { Client } from './client.js';
import {
  ENVIRONMENT,
  newRoom,
  ONE_ADDRESS,
  sit,
  sitTogether,
  type Abuse,
  type AbusedHost,
} from './abuse-host.js';

/** What a page may say without harm, whatever else stands beside it. */
const IGNORED: readonly (readonly [what: string, text: string])[] = [
  ['`__proto__` with a message', '{"__proto__":{"type":"leave","n":5},"type":"probe","n":1}'],
  ['`__proto__` with switches', '{"type":"probe","n":1,"__proto__":{"isAdmin":true,"relay":false}}'],
  ['`constructor.prototype`', '{"type":"probe","n":1,"constructor":{"prototype":{"isAdmin":true}}}'],
  ['`toJSON` and `toString`', '{"type":"probe","n":1,"toJSON":"x","toString":1,"valueOf":null,"then":1}'],
  ['equal names', '{"type":"leave","type":"probe","n":9,"n":"x","n":1}'],
  [
    'deep nesting where nobody looks',
    `{"type":"probe","n":1,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ],
  [
    'deep objects where nobody looks',
    `{"type":"probe","n":1,"x":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
  ],
  [
    '5,000 unknown fields',
    `{${Array.from({ length: 5_000 }, (_, n) => `"x${n}":0,`).join('')}"type":"probe","n":1}`,
  ],
  ['a huge number where nobody looks', `{"type":"probe","n":1,"x":${'9'.repeat(30_000)}}`],
  ['a lone surrogate', '{"type":"probe","n":1,"x":"\\ud800"}'],
  ['NUL', '{"type":"probe","n":1,"x\\u0000":"\\u0000"}'],
  ['the stamp, forged', '{"type":"probe","n":1,"from":"p_forged","seq":-1}'],
  ['the stamp, forged in a comment of braces', '{"type":"probe","n":1,"x":"}}}\\"from\\":\\"p_forged\\""}'],
  ['white space', ` \n\t{ "type" : "probe" , "n" : 1 } ${' '.repeat(2_000)}`],
];

const REFUSED: readonly (readonly [what: string, text: string])[] = [
  ['60 KB of [', '['.repeat(60 * 1024)],
  ['60 KB of {"a":', '{"a":'.repeat(12_000)],
  ['60 KB of "', '"'.repeat(60 * 1024)],
  ['a type that every object has', '{"type":"constructor"}'],
  ['another one', '{"type":"toString"}'],
  ['and another', '{"type":"__proto__"}'],
  ['hasOwnProperty', '{"type":"hasOwnProperty","hasOwnProperty":1}'],
  ['a type by inheritance only', '{"__proto__":{"type":"probe","n":1}}'],
  ['a list of messages', '[{"type":"probe","n":1}]'],
  ['a list with a type', '[{"type":"join"},"type","join"]'],
  ['text', '"probe"'],
  ['a number', '1e400'],
  ['nothing', ''],
  ['white space only', ' \n '],
  ['NUL only', '\0'],
  ['an endless number', '{"type":"probe","n":1e999}'],
  ['a number of 30,000 digits', `{"type":"probe","n":${'9'.repeat(30_000)}}`],
  ['minus nothing at all', '{"type":"probe","n":-1}'],
  ['a list for a number', '{"type":"probe","n":[1]}'],
  ['an object for text', '{"type":"offer","epoch":1,"conn":1,"neg":1,"sdp":{"toString":"v=0"}}'],
  ['a list for an object', '{"type":"candidate","epoch":1,"conn":1,"neg":1,"candidate":[]}'],
  [
    'deep nesting in a field that counts',
    `{"type":"candidate","epoch":1,"conn":1,"neg":1,"candidate":${'{"candidate":'.repeat(4_000)}1${'}'.repeat(4_000)}}`,
  ],
  ['deep lists in a report', `{"type":"report","metrics":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['ten thousand metrics', `{"type":"report","metrics":[${Array(10_000).fill('1').join(',')}]}`],
];

const builtIns = (): unknown[] =>
  [Object.prototype, Array.prototype, Function.prototype].map((one) => Reflect.ownKeys(one));

export function json(abuse: Abuse): void {
  describe('JSON', () => {
    let host: AbusedHost;
    const untouched = builtIns();
    before(async () => {
      host = await abuse.start({ ...ENVIRONMENT, ...ONE_ADDRESS });
    });
    after(() => host.close());
    // The host of this process shares its built-ins with the test; of any other one it says nothing.
    after(() => assert.deepEqual(builtIns(), untouched));

    test('whatever stands beside a message is ignored', async () => {
      for (const [what, text] of IGNORED) {
        const { anna, ben } = await sitTogether(host.url);
        ben.client.socket.send(text);
        const { n, from, seq } = await anna.client.next('probe');
        assert.deepEqual([n, from, seq], [1, ben.welcome.self.id, 1], what);
        for (const { client } of [anna, ben]) client.socket.close(1000);
      }
    });

    test('what is no message: 4400, with the same words each time', async () => {
      const texts = [
        ...REFUSED,
        ...INVALID_CLIENT_FRAMES.filter(isText).map((one) => [one.name, one.text] as const),
      ];
      for (const [what, text] of texts) {
        const { client } = await sit(host.url, newRoom(), 'anna');
        client.socket.send(text);
        assert.deepEqual(await client.closed, { code: 4400, reason: 'bad-message' }, what);
      }
    });

    test('random and mutated frames: 4400 or ignored, and the others notice nothing', () =>
      fuzz(() => host.url));
  });
}

/** `ping` is the heartbeat, and a frame that is too large has its own code. */
const isText = ({ text, why }: (typeof INVALID_CLIENT_FRAMES)[number]): boolean =>
  text !== 'ping' && why !== 'too-large';

const TEMPLATES = VALID_CLIENT_FRAMES.map(({ message }) => message);
const KEYS = [
  'type',
  'epoch',
  'conn',
  'neg',
  'sdp',
  'candidate',
  'n',
  'rev',
  'metrics',
  '__proto__',
  'constructor',
  'length',
  'then',
];

/** A good message with some fields made strange. */
const strange = fc
  .tuple(
    fc.constantFrom(...TEMPLATES),
    fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 3 })), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([message, changes]) => {
    const members = [...Object.entries(message), ...changes];
    return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  });

/** A good message with some characters put in, taken out or repeated. */
const torn = fc
  .tuple(
    fc.constantFrom(...TEMPLATES),
    fc.nat(),
    fc.nat({ max: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  .map(([message, at, less, more]) => {
    const text = JSON.stringify(message);
    const from = at % (text.length + 1);
    return text.slice(0, from) + more + text.slice(from + less);
  });

const anything = fc.oneof(
  strange,
  torn,
  fc.constantFrom(...TEMPLATES).map((message) => JSON.stringify(message)),
  fc.json({ maxDepth: 6 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** Says all of this in a call of its own. @returns the code it was closed with, `null` if it was not */
async function say(client: Client, texts: readonly string[]): Promise<number | null> {
  for (const text of texts) client.socket.send(text);
  return client.pong().then(
    () => null,
    () => client.closed.then(({ code }) => code),
  );
}

async function fuzz(url: () => string): Promise<void> {
  const witness = await sitTogether(url());
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 12 }), async (texts) => {
      const { anna, ben } = await sitTogether(url());
      const code = await say(ben.client, texts);
      assert.ok(code === null || code === 4400, `closed with ${code}`);
      // The other one understood whatever reached her (the test's client refuses what is no message), and is still there.
      await anna.client.pong();
      for (const { client } of [anna, ben]) client.socket.terminate();
      if (n % 20 === 0) witness.anna.client.send({ type: 'probe', n });
      if (n % 20 === 0) assert.equal((await witness.ben.client.next('probe')).n, n);
      n += 1;
    }),
    { numRuns: 250, interruptAfterTimeLimit: 60_000 },
  );
}
