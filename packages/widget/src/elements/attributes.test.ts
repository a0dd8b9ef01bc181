import { expect } from '@open-wc/testing';
import { DEFAULT_OPTIONS, problemOf, readOption, type OptionName } from './attributes.js';

const BAD = Symbol('bad');

/** An option, what the page gives, and what comes of it. */
const TABLE: [OptionName, unknown, unknown][] = [
  ['signalingUrl', 'https://signal.example', 'https://signal.example'],
  ['signalingUrl', ' wss://signal.example/x ', 'wss://signal.example/x'],
  ['signalingUrl', '', null],
  ['signalingUrl', '/relative', BAD],
  ['signalingUrl', 'javascript:alert(1)', BAD],
  ['signalingUrl', 5, BAD],
  ['room', 'support-42', 'support-42'],
  ['room', 'a'.repeat(64), 'a'.repeat(64)],
  ['room', 'a'.repeat(65), BAD],
  ['room', 'a b', BAD],
  ['token', 'a.b.c', 'a.b.c'],
  ['tokenUrl', '/p2p-token', '/p2p-token'],
  ['tokenUrl', 'https://x.example/t?a=1', 'https://x.example/t?a=1'],
  ['tokenUrl', 'data:text/plain,x', BAD],
  ['getToken', 'text', BAD],
  ['displayName', 'Anna', 'Anna'],
  ['displayName', '   ', null],
  ['displayName', '🙂'.repeat(64), '🙂'.repeat(64)],
  ['displayName', '🙂'.repeat(65), BAD],
  ['mode', 'audio', 'audio'],
  ['mode', 'AUDIO', 'audio'],
  ['mode', 'smell', BAD],
  ['audio', '', true],
  ['audio', 'on', true],
  ['audio', 'true', true],
  ['audio', 'audio', true],
  ['audio', 'off', false],
  ['audio', 'False', false],
  ['audio', false, false],
  ['audio', 'maybe', BAD],
  ['audio', 0, BAD],
  ['autojoin', '', true],
  ['icePolicy', 'relay', 'relay'],
  ['prewarm', 'connect', 'connect'],
  ['codecs', 'vp9, h264 vp9', ['vp9', 'h264']],
  ['codecs', ['av1'], ['av1']],
  ['codecs', 'theora', BAD],
  ['codecs', [1], BAD],
  ['codecs', 7, BAD],
  ['resolution', '360p', '360p'],
  ['resolution', '12p', BAD],
  ['frameRate', '24', 24],
  ['frameRate', 15, 15],
  ['frameRate', '0', BAD],
  ['frameRate', '', BAD],
  ['frameRate', 'fast', BAD],
  ['frameRate', NaN, BAD],
  ['maxBitrate', '500', 500],
  ['maxBitrate', '-1', BAD],
  ['statsInterval', '500', 500],
  ['statsInterval', 99, BAD],
  ['statsInterval', 60_001, BAD],
  ['controls', 'leave mic', ['leave', 'mic']],
  ['controls', '', []],
  ['controls', 'mic nonsense', ['mic', 'nonsense']],
  ['selfView', 'hidden', 'hidden'],
  ['theme', 'dark', 'dark'],
  ['theme', {}, BAD],
];

describe('attributes', () => {
  for (const [name, given, expected] of TABLE) {
    const text =
      typeof given === 'string' && given.length > 40 ? `${given.slice(0, 10)}…` : JSON.stringify(given);
    it(`${name} ${text} ${expected === BAD ? 'is refused' : `is ${JSON.stringify(expected)}`.slice(0, 40)}`, () => {
      const value = readOption(name, given);
      if (expected !== BAD) expect(value).to.deep.equal(expected);
      else expect(value).to.equal(undefined);
      expect(problemOf(name)).to.match(/^[a-zA-Z-]+: not .+/);
    });
  }

  it('never throw, whatever they are given', () => {
    const strange = [Object.create(null), Symbol('x'), () => 1, [], {}, NaN, 10n, new Map(), '\u0000', '💥'];
    for (const name of Object.keys(DEFAULT_OPTIONS) as OptionName[]) {
      for (const given of strange) expect(() => readOption(name, given), name).not.to.throw();
    }
  });
});
