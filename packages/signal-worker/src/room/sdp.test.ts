import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { relayOnlyCandidate, relayOnlySdp } from './sdp.js';

const at = '842163049 1 udp 1677729535';

describe('a candidate of somebody who may use relays only', () => {
  for (const [what, line, expected] of [
    ['host', `candidate:${at} 192.0.2.7 46154 typ host generation 0`, null],
    ['server reflexive', `candidate:${at} 203.0.113.7 46154 typ srflx raddr 192.0.2.7 rport 46154`, null],
    ['peer reflexive', `candidate:${at} 203.0.113.7 46154 typ prflx raddr 0.0.0.0 rport 0`, null],
    ['mDNS', `candidate:${at} 1f4712db.local 46154 typ host`, null],
    [
      'relay',
      `candidate:${at} 198.51.100.7 3478 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag x`,
      `candidate:${at} 198.51.100.7 3478 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag x`,
    ],
    [
      'relay that tells where it comes from',
      `candidate:${at} 198.51.100.7 3478 typ relay raddr 203.0.113.7 rport 46154 generation 0`,
      `candidate:${at} 198.51.100.7 3478 typ relay raddr 0.0.0.0 rport 0 generation 0`,
    ],
    [
      'the same over IPv6',
      `candidate:${at} 2001:db8::7 3478 typ relay raddr 2001:db8::1 rport 46154`,
      `candidate:${at} 2001:db8::7 3478 typ relay raddr :: rport 0`,
    ],
    ['relay in the wrong place', `candidate:${at} 192.0.2.7 46154 typ host x typ relay`, null],
    ['not a candidate', 'typ relay', null],
    ['the end of candidates', '', ''],
  ] as const) {
    test(what, () => assert.equal(relayOnlyCandidate(line), expected));
  }
});

describe('a description of somebody who may use relays only', () => {
  test('tells of no address but those of relays', () => {
    const sdp = [
      'v=0',
      'o=- 4611731400430051336 2 IN IP4 192.0.2.7',
      'c=IN IP4 203.0.113.7',
      'a=rtcp:9 IN IP6 2001:db8::1',
      'a=candidate:1 1 udp 1 192.0.2.7 9 typ host',
      'a=candidate:2 1 udp 1 198.51.100.7 9 typ relay raddr 203.0.113.7 rport 9',
      'a=end-of-candidates',
      '',
    ].join('\r\n');
    assert.deepEqual(relayOnlySdp(sdp).split('\r\n'), [
      'v=0',
      'o=- 4611731400430051336 2 IN IP4 0.0.0.0',
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=candidate:2 1 udp 1 198.51.100.7 9 typ relay raddr 0.0.0.0 rport 0',
      'a=end-of-candidates',
      '',
    ]);
  });

  for (const [what, line, expected] of [
    ['a line separator behind the address', 'c=IN IP4 192.168.1.5\u2028', 'c=IN IP4 0.0.0.0'],
    ['a long one', `c=IN IP4 ${'x'.repeat(32_000)}\u2028`, 'c=IN IP4 0.0.0.0'],
    ['an address as the user', 'o=192.168.1.5 1 2 IN IP4 0.0.0.0', 'o=- 1 2 IN IP4 0.0.0.0'],
    ['one as the session', 'o=- 192.168.1.5 2 IN IP4 0.0.0.0', 'o=- 0 2 IN IP4 0.0.0.0'],
    ['one behind a harmless one', 'c=IN IP4 0.0.0.0 192.168.1.5', 'c=IN IP4 0.0.0.0'],
    ['one without its type', 'c=192.168.1.5', 'c=IN IP4 0.0.0.0'],
    ['a candidate for lenient parsers', 'a=Candidate:1 1 udp 1 192.168.1.5 9 typ host', null],
    ['another', 'a= candidate:1 1 udp 1 192.168.1.5 9 typ host', null],
    ['a port alone', 'a=rtcp:9', 'a=rtcp:9'],
    ['a port that is none', 'a=rtcp:192.168.1.5', 'a=rtcp:9 IN IP4 0.0.0.0'],
  ] as const) {
    test(`tells of none by ${what}`, () => {
      const lines = ['v=0', line, 'a=mid:0', ''];
      const kept = expected === null ? ['v=0', 'a=mid:0', ''] : ['v=0', expected, 'a=mid:0', ''];
      assert.equal(relayOnlySdp(lines.join('\r\n')), kept.join('\r\n'));
    });
  }

  test('stays the very same text where it told of none', () => {
    const sdp = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n';
    assert.equal(relayOnlySdp(sdp), sdp);
  });
});
