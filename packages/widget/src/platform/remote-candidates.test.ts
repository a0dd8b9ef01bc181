import { LIMITS, type IceCandidate } from '@p2p-call/protocol';
import { expect } from '@open-wc/testing';
import { RemoteCandidates } from './remote-candidates.js';

const MANY = LIMITS.candidatesPerDescription;
const of = (fragment: string | null, name: string | number = 1): IceCandidate => ({
  candidate: `candidate:${name}`,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: fragment,
});
const sdp = (...fragments: string[]) => fragments.map((fragment) => `a=ice-ufrag:${fragment}\r\n`).join('');

function start() {
  const added: string[] = [];
  const inbox = new RemoteCandidates(({ candidate }) => added.push(candidate.slice('candidate:'.length)));
  return { inbox, added };
}

describe("the other side's candidates", () => {
  it('wait for their description, and come in the order they came in', () => {
    const { inbox, added } = start();
    for (const name of ['z', 'a', 'z']) inbox.take(of('one', name));
    expect(added).to.deep.equal([]);
    inbox.describe(sdp('one', 'one'));
    expect(added).to.deep.equal(['z', 'a']);
    for (const name of ['a', 'b']) inbox.take(of('one', name));
    expect(added).to.deep.equal(['z', 'a', 'b']);
  });

  it('those of the next description wait while the present one is in place, those of a former one are dropped', () => {
    const { inbox, added } = start();
    inbox.describe(sdp('one'));
    inbox.take(of('two', 'early'));
    inbox.take(of('one', 'present'));
    expect(added).to.deep.equal(['present']);
    inbox.describe(sdp('two'));
    inbox.take(of('one', 'late'));
    inbox.describe(sdp('two'));
    expect(added).to.deep.equal(['present', 'early']);
  });

  it('are handed on once, also when the path stays and only the description changes', () => {
    const { inbox, added } = start();
    inbox.describe(sdp('one'));
    inbox.take(of('one'));
    inbox.describe(sdp('one', 'two'));
    inbox.take(of('one'));
    expect(added).to.deep.equal(['1']);
  });

  it('one that names its description in its own line is of that', () => {
    const { inbox, added } = start();
    inbox.describe(sdp('one'));
    inbox.take(of(null, 'x typ host ufrag two network-cost 999'));
    expect(added).to.deep.equal([]);
    inbox.describe(sdp('two'));
    expect(added).to.have.length(1);
  });

  it('one that names none is of the first description that comes, or of the present one', () => {
    const { inbox, added } = start();
    inbox.take(of(null, 'early'));
    inbox.describe(sdp('one'));
    inbox.take(of('', 'present'));
    expect(added).to.deep.equal(['early', 'present']);
  });

  it('no more than a description may have, whether they waited or not; the next description has its own', () => {
    const { inbox, added } = start();
    for (let i = 0; i < MANY + 9; i++) inbox.take(of('one', i));
    inbox.describe(sdp('one'));
    inbox.take(of('one', 'more'));
    expect(added).to.have.length(MANY);
    for (let i = 0; i < MANY + 9; i++) inbox.take(of('two', i));
    inbox.describe(sdp('two'));
    expect(added).to.have.length(2 * MANY);
  });

  it('a flood for descriptions that never come does not push out those of the one that does', () => {
    const { inbox, added } = start();
    for (let i = 0; i < 10 * MANY; i++) inbox.take(of('bogus', i));
    inbox.take(of('real', 'real'));
    for (let i = 0; i < 10 * MANY; i++) inbox.take(of('other', i));
    inbox.describe(sdp('real'));
    expect(added).to.deep.equal(['real']);
  });

  it('generations that pile up give way to newer ones', () => {
    const { inbox, added } = start();
    for (let i = 0; i < 50; i++) inbox.take(of(`old${i}`));
    inbox.take(of('new', 'new'));
    for (let i = 0; i < 40; i++) inbox.describe(sdp(`old${i}`));
    expect(added).to.deep.equal([]);
    inbox.describe(sdp('new'));
    expect(added).to.deep.equal(['new']);
  });
});
