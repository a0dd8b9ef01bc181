import { expect } from '@open-wc/testing';
import { backoff } from './backoff.js';
import { orderCodecs } from './codecs.js';
import { classifyMediaError } from './media-errors.js';
import { codecsOf, fragmentsOf, hasOneFingerprint } from './sdp.js';
import { serviceUrls } from './signaling-url.js';
import { roomOfToken } from './token-source.js';

describe('backoff', () => {
  for (const [kind, attempt, random, ms] of [
    ['resume', 0, 0.5, 0],
    ['resume', 1, 0.5, 250],
    ['resume', 5, 0.5, 4_000],
    ['resume', 50, 0.5, 4_000],
    ['resume', 2, 0, 350],
    ['resume', 2, 1, 650],
    ['wait', 0, 1, 1_000],
    ['wait', 3, 0.5, 4_000],
    ['wait', 50, 1, 30_000],
    ['poll', 0, 0.5, 500],
    ['poll', 149, 0.5, 500],
    ['poll', 150, 0.5, 5_000],
    ['offline', 0, 0.5, 5_000],
    ['offline', 50, 0, 3_500],
  ] as const) {
    it(`${kind}, attempt ${attempt}, chance ${random}: ${ms} ms`, () => {
      expect(backoff(kind, attempt, random)).to.be.closeTo(ms, 0.001);
    });
  }
});

describe('addresses of a service', () => {
  for (const [given, socket, health] of [
    ['https://s.example', 'wss://s.example/v1/rooms/r', 'https://s.example/healthz'],
    ['http://localhost:8787', 'ws://localhost:8787/v1/rooms/r', 'http://localhost:8787/healthz'],
    ['wss://s.example/calls/', 'wss://s.example/calls/v1/rooms/r', 'https://s.example/calls/healthz'],
    ['ws://[::1]:9?x=1#y', 'ws://[::1]:9/v1/rooms/r', 'http://[::1]:9/healthz'],
  ] as const) {
    it(given, () => {
      expect(serviceUrls(given, 'r')).to.include({ socket, health });
    });
  }
});

describe('codec order', () => {
  const codecs = ['VP8', 'rtx', 'VP9', 'rtx', 'H264', 'AV1', 'red', 'ulpfec'].map((name) => ({
    mimeType: `video/${name}`,
  }));
  const names = (preferred: string[]) =>
    orderCodecs(codecs, preferred).map(({ mimeType }) => mimeType.slice('video/'.length));

  it('preferred ones first, in the order named', () => {
    expect(names(['h264', 'vp8']).slice(0, 2)).to.deep.equal(['H264', 'VP8']);
  });
  it('nothing is lost, and the rest keeps its order', () => {
    expect(names(['h264'])).to.deep.equal(['H264', 'VP8', 'rtx', 'VP9', 'rtx', 'AV1', 'red', 'ulpfec']);
  });
  it('of sound as of pictures', () => {
    const sound = ['audio/PCMU', 'audio/opus', 'audio/red'].map((mimeType) => ({ mimeType }));
    expect(orderCodecs(sound, ['vp8', 'OPUS'])[0]?.mimeType).to.equal('audio/opus');
  });
  it('names that are not there change nothing', () => {
    expect(names(['theora'])).to.deep.equal(names([]));
  });
});

describe('what a description says', () => {
  const line = (digits: string) => `a=fingerprint:sha-256 ${digits}\r\n`;
  it('one certificate, however often it is named and in whatever case', () => {
    expect(hasOneFingerprint(line('AA:BB') + line('aa:bb'))).to.equal(true);
  });
  it('none, or two different ones, are refused', () => {
    expect(hasOneFingerprint('v=0\r\n')).to.equal(false);
    expect(hasOneFingerprint(line('AA:BB') + line('AA:CC'))).to.equal(false);
  });
  it('its codecs, in the order of its section', () => {
    const sdp = [
      'm=audio 9 X 111',
      'a=rtpmap:111 opus/48000/2',
      'm=video 9 X 98 96 97',
      'a=rtpmap:96 VP8/90000',
      'a=rtpmap:97 rtx/90000',
      'a=rtpmap:98 H264/90000',
      'm=video 9 X 99',
      'a=rtpmap:99 AV1/90000',
    ].join('\r\n');
    expect(codecsOf(sdp, 'video')).to.deep.equal(['h264', 'vp8', 'rtx']);
    expect(codecsOf(sdp, 'audio')).to.deep.equal(['opus']);
    expect(codecsOf('v=0', 'video')).to.deep.equal([]);
  });
  it('its ICE user names', () => {
    expect(fragmentsOf('v=0\r\na=ice-ufrag:ab+/\r\na=ice-ufrag:cd\r\n')).to.deep.equal(['ab+/', 'cd']);
  });
});

describe('why a device did not open', () => {
  for (const [name, isAllowed, code] of [
    ['NotAllowedError', true, 'media-denied'],
    ['NotAllowedError', false, 'policy-blocked'],
    ['SecurityError', true, 'media-denied'],
    ['NotFoundError', true, 'media-not-found'],
    ['OverconstrainedError', true, 'media-not-found'],
    ['NotReadableError', true, 'media-in-use'],
    ['AbortError', true, 'media-in-use'],
    ['TypeError', true, 'media-failed'],
  ] as const) {
    it(`${name}${isAllowed ? '' : ', the page may not'}: ${code}`, () => {
      expect(classifyMediaError(new DOMException('', name), isAllowed)).to.equal(code);
    });
  }
  it('anything else', () => {
    expect(classifyMediaError('odd', true)).to.equal('media-failed');
  });
});

describe('the room of a token', () => {
  it('is read from its payload, and whatever is no token has none', () => {
    expect(roomOfToken(`h.${btoa('{"room":"a-b"}').replace(/=+$/, '')}.s`)).to.equal('a-b');
    for (const odd of ['', 'a.b.c', 'x', `h.${btoa('{"room":7}')}.s`, `h.${btoa('null')}.s`])
      expect(roomOfToken(odd)).to.equal(null);
  });
});
