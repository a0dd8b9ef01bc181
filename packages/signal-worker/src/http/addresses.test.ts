import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressKey, clientAddress, isWithin, parseAddress, parseNetwork } from './addresses.js';

describe('addresses', () => {
  for (const [text, key] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['[2001:db8::1]', '32:1:13:184:0:0:0:0'],
    ['2001:db8:0:0:ffff:ffff:ffff:ffff', '32:1:13:184:0:0:0:0'],
    ['2001:db8:0:1::1', '32:1:13:184:0:0:0:1'],
    ['fe80::1%eth0', '254:128:0:0:0:0:0:0'],
    ['::1', '0:0:0:0:0:0:0:0'],
  ] as const) {
    test(`${text} counts as ${key}`, () => {
      const bytes = parseAddress(text);
      assert.ok(bytes);
      assert.equal(addressKey(bytes), key);
    });
  }

  for (const text of [
    '',
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4a',
    'example.com',
    ':::',
    '1::2::3',
    '[',
    '2001:db8::g',
  ]) {
    test(`"${text}" is none`, () => assert.equal(parseAddress(text), null));
  }
});

describe('networks', () => {
  for (const [address, network, expected] of [
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['192.168.130.1', '192.168.128.0/17', true],
    ['192.168.127.1', '192.168.128.0/17', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.2', '127.0.0.1', false],
    ['8.8.8.8', '0.0.0.0/0', true],
    ['fd12::1', 'fc00::/7', true],
    ['fe12::1', 'fc00::/7', false],
    ['10.0.0.1', 'fc00::/7', false],
    ['::ffff:10.0.0.1', '10.0.0.0/8', true],
  ] as const) {
    test(`${address} is ${expected ? '' : 'not '}in ${network}`, () => {
      const [bytes, parsed] = [parseAddress(address), parseNetwork(network)];
      assert.ok(bytes && parsed);
      assert.equal(isWithin(bytes, parsed), expected);
    });
  }

  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', 'fd00::/129', '/8', 'all'])
    test(`"${text}" is none`, () => assert.equal(parseNetwork(text), null));
});

describe('who is at the other end', () => {
  const networks = (...texts: string[]) => texts.flatMap((text) => parseNetwork(text) ?? []);
  for (const [what, peer, forwarded, trusted, expected] of [
    ['nobody in between', '192.0.2.7', null, [], '192.0.2.7'],
    ['a header from a stranger', '192.0.2.7', '10.9.9.9', [], '192.0.2.7'],
    ['a header from our proxy', '127.0.0.1', '192.0.2.7', ['127.0.0.1'], '192.0.2.7'],
    [
      'what a client wrote itself is further left',
      '127.0.0.1',
      '1.1.1.1, 192.0.2.7',
      ['127.0.0.1'],
      '192.0.2.7',
    ],
    [
      'two proxies of ours',
      '127.0.0.1',
      '1.1.1.1, 192.0.2.7, 10.0.0.2',
      ['127.0.0.1', '10.0.0.0/8'],
      '192.0.2.7',
    ],
    ['only proxies of ours', '127.0.0.1', '10.0.0.3, 10.0.0.2', ['127.0.0.1', '10.0.0.0/8'], '10.0.0.3'],
    ['nonsense from our proxy', '127.0.0.1', 'unknown', ['127.0.0.1'], '127.0.0.1'],
    ['nonsense before our proxy', '127.0.0.1', 'unknown, 10.0.0.2', ['127.0.0.1', '10.0.0.0/8'], '10.0.0.2'],
    ['with ports', '127.0.0.1', '192.0.2.7:5123', ['127.0.0.1'], '192.0.2.7'],
    ['IPv6 with a port', '::ffff:127.0.0.1', '[2001:db8::1]:5123', ['127.0.0.1'], '32:1:13:184:0:0:0:0'],
    [
      'more proxies than anybody has',
      '127.0.0.1',
      `192.0.2.7,${'127.0.0.1,'.repeat(40)}127.0.0.1`,
      ['127.0.0.1'],
      '127.0.0.1',
    ],
    ['no header from our proxy', '127.0.0.1', null, ['127.0.0.1'], '127.0.0.1'],
  ] as const) {
    test(what, () => {
      const address = clientAddress(peer, forwarded, networks(...trusted));
      assert.equal(address && addressKey(address), expected);
    });
  }

  test('an address that is none', () => assert.equal(clientAddress('', null, []), null));
});
