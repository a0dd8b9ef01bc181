import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOriginAllowed, normaliseOrigin } from './origins.js';
import { decideUpgrade, type UpgradePolicy, type UpgradeRequest } from './upgrade.js';

const PAGE = 'https://www.example.com';
const policy: UpgradePolicy = {
  isOriginAllowed: (origin) => isOriginAllowed({ allowed: [PAGE], allowNone: false }, origin),
  isDraining: () => false,
};
const good: UpgradeRequest = {
  url: '/v1/rooms/support-42',
  upgrade: 'websocket',
  origin: PAGE,
  protocols: 'p2p-call.v1',
};

describe('an upgrade that is accepted', () => {
  const accepted = { accept: true, room: 'support-42', protocol: 'p2p-call.v1', isSupported: true };
  for (const [what, part] of [
    ['plain', {}],
    ['with other sub-protocols around ours', { protocols: 'x, p2p-call.v2 ,p2p-call.v1' }],
    ['differently written', { upgrade: 'WebSocket' }],
    ['with a query', { url: '/v1/rooms/support-42?x=1' }],
  ] as const) {
    test(what, () => assert.deepEqual(decideUpgrade({ ...good, ...part }, policy), accepted));
  }

  test('only to be told that its version is not spoken', () => {
    assert.deepEqual(decideUpgrade({ ...good, protocols: 'p2p-call.v9' }, policy), {
      accept: true,
      room: 'support-42',
      protocol: 'p2p-call.v9',
      isSupported: false,
    });
  });
});

const REFUSED: readonly [string, number, Partial<UpgradeRequest>][] = [
  ['another path', 404, { url: '/v2/rooms/x' }],
  ['no room', 400, { url: '/v1/rooms/' }],
  ['more path', 404, { url: '/v1/rooms/a/b' }],
  ['a room with strange characters', 400, { url: '/v1/rooms/a%20b' }],
  ['a wildcard room', 400, { url: '/v1/rooms/*' }],
  ['a long room', 400, { url: `/v1/rooms/${'x'.repeat(65)}` }],
  ['h2c', 400, { upgrade: 'h2c' }],
  ['no upgrade', 400, { upgrade: null }],
  ['no origin', 403, { origin: null }],
  ['the null origin', 403, { origin: 'null' }],
  ['a foreign origin', 403, { origin: 'https://evil.example' }],
  ['a suffixed origin', 403, { origin: `${PAGE}.evil.example` }],
  ['a prefixed origin', 403, { origin: 'https://evilwww.example.com' }],
  ['another scheme', 403, { origin: 'http://www.example.com' }],
  ['another port', 403, { origin: `${PAGE}:8443` }],
  ['a path behind the origin', 403, { origin: `${PAGE}/` }],
  ['no sub-protocol', 426, { protocols: null }],
  ['a foreign sub-protocol', 426, { protocols: 'graphql-ws' }],
  ['a sub-protocol that looks like ours', 426, { protocols: 'p2p-call.v1x' }],
];

describe('an upgrade that is refused', () => {
  for (const [what, status, part] of REFUSED) {
    test(`${what}: ${status}`, () => {
      const decision = decideUpgrade({ ...good, ...part }, policy);
      assert.ok(!decision.accept);
      assert.equal(decision.status, status);
    });
  }

  test('while draining: 503', () => {
    const decision = decideUpgrade(good, { ...policy, isDraining: () => true });
    assert.ok(!decision.accept && decision.status === 503);
  });
});

test('no origin at all is for clients that are no browser, where that is allowed', () => {
  assert.ok(isOriginAllowed({ allowed: [], allowNone: true }, null));
  assert.ok(!isOriginAllowed({ allowed: [], allowNone: true }, 'null'));
});

for (const [text, origin] of [
  ['https://a.example', 'https://a.example'],
  ['https://A.example:443/', 'https://a.example'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://a.example/x', null],
  ['https://a.example?x', null],
  ['https://u:p@a.example', null],
  ['https://*.example', null],
  ['ws://a.example', null],
  ['null', null],
  ['', null],
] as const) {
  test(`as an origin, "${text}" is ${origin}`, () => assert.equal(normaliseOrigin(text), origin));
}
