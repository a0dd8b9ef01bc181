import { expect } from '@open-wc/testing';
import { IDLE_STATE } from '../context/call-context.js';
import { CallError } from '../core/errors.js';
import type { CallSnapshot, RecoveryStep } from '../core/snapshot.js';
import { en } from '../i18n/en.js';
import { ANNA } from '../testing/call-fixture.js';
import { statusOf, type Status } from './status-words.js';

const { errors, ends, losses, phases, ui } = en;
const AWAY = { ...ANNA, here: false };
const SELF_AWAY = { signaling: 'resuming' } as const;
const LOST_PEER = 'Anna Berg lost the connection';
const trying = (step: RecoveryStep, attempt: number): Partial<CallSnapshot> => ({
  phase: 'recovering',
  recovery: { step, attempt, sinceMs: 5_000 },
});

function told(change: Partial<CallSnapshot>, isLong = false): Status {
  const call: CallSnapshot = {
    ...IDLE_STATE.snapshot,
    phase: 'connected',
    peer: ANNA,
    signaling: 'open',
    media: 'flowing',
    ...change,
  };
  return statusOf({ ...IDLE_STATE, snapshot: call }, null, isLong);
}

describe('statusOf: over a frozen picture', () => {
  const rows: [what: string, change: Partial<CallSnapshot>, title: string, todo: string][] = [
    ['nobody is away', {}, phases.unstable.title, phases.unstable.todo],
    ['I am away', SELF_AWAY, losses.self.title, losses.self.todo],
    ['they are away', { peer: AWAY }, LOST_PEER, losses.peer.todo],
    ['both: I know only of me', { ...SELF_AWAY, peer: AWAY }, losses.self.title, losses.self.todo],
  ];
  for (const [what, change, title, todo] of rows) {
    it(`unstable, ${what}`, () => {
      const { banner, panel, polite, assertive, isPassing } = told({ phase: 'unstable', ...change });
      expect(banner).to.deep.equal({ title, todo, look: 'busy' });
      expect(panel).to.equal(undefined);
      expect([polite, assertive, isPassing]).to.deep.equal([`${title} ${todo}`, '', true]);
    });
  }

  it('somebody without a name is a guest', () => {
    const { banner } = told({ phase: 'unstable', peer: { ...AWAY, name: null } });
    expect(banner?.title).to.equal('Guest lost the connection');
  });
});

describe('statusOf: what is tried', () => {
  const { title, todo } = phases.recovering;
  const rows: [change: Partial<CallSnapshot>, title: string, todo: string][] = [
    [{ phase: 'recovering' }, title, todo],
    [trying('restart', 1), title, todo],
    [trying('rebuild', 1), title, todo],
    [trying('rebuild', 2), title, ui.stillTrying],
    [trying('relay', 1), ui.otherWay, todo],
    [trying('relay', 3), ui.otherWay, ui.stillTrying],
    [trying('relay-tcp', 1), ui.lastWay, todo],
    [trying('relay-tcp', 7), ui.lastWay, ui.stillTrying],
    [{ ...trying('restart', 1), ...SELF_AWAY }, losses.self.title, losses.self.todo],
    [{ ...trying('relay', 4), ...SELF_AWAY }, losses.self.title, losses.self.todo],
    [{ ...trying('rebuild', 2), peer: AWAY }, LOST_PEER, losses.peer.todo],
  ];
  for (const [change, heading, help] of rows) {
    const { recovery, signaling, peer } = change;
    const ends = `${signaling ? ', I am away' : ''}${peer ? ', they are away' : ''}`;
    it(`${recovery?.step ?? 'not yet known'} ${recovery?.attempt ?? ''}${ends}`, () => {
      const { panel, banner, polite, assertive } = told(change);
      expect(panel).to.deep.include({ title: heading, todo: help, look: 'busy' });
      expect(banner).to.equal(null);
      const words = `${heading} ${help}`;
      expect([polite, assertive]).to.deep.equal([words, '']);
    });
  }
});

describe('statusOf: an end is away while media flows', () => {
  for (const [what, change, words] of [
    ['I am', SELF_AWAY, ui.signalingLost],
    ['they are', { peer: AWAY }, 'Anna Berg lost contact. The call goes on.'],
  ] as const) {
    it(`${what}: a word only after a while, without alarm`, () => {
      expect(told(change)).to.deep.include({ banner: null, polite: phases.connected.title, assertive: '' });
      const { banner, polite, assertive } = told(change, true);
      expect(banner).to.deep.equal({ title: words, todo: '', look: 'calm' });
      expect([polite, assertive]).to.deep.equal([words, '']);
    });
  }

  it('of a call that does not run it is not said that it goes on, but what helps', () => {
    for (const phase of ['waiting', 'connecting'] as const) {
      expect(told({ phase, ...SELF_AWAY }).panel?.title).not.to.equal(losses.self.title);
      const { panel, banner } = told({ phase, ...SELF_AWAY, peer: null }, true);
      expect(panel).to.deep.equal({ ...losses.self, look: 'busy' });
      expect(banner).to.equal(null);
    }
  });
});

describe('statusOf: before and after', () => {
  it('connecting: that it takes more attempts, or that they are away', () => {
    expect(told({ phase: 'connecting' }).panel?.todo).to.equal('');
    const slow = told({ ...trying('rebuild', 1), phase: 'connecting' });
    expect(slow.panel).to.deep.include({ title: 'Connecting to Anna Berg…', todo: ui.stillTrying });
    expect(told({ phase: 'connecting', peer: AWAY }).panel?.title).to.equal(LOST_PEER);
  });

  it('waiting for somebody who was lost is not waiting for somebody new', () => {
    const { panel, banner, polite } = told({ phase: 'waiting', peer: AWAY }, true);
    expect(panel).to.deep.equal({ title: LOST_PEER, todo: losses.peer.todo, look: 'person' });
    expect([banner, polite]).to.deep.equal([null, `${LOST_PEER} ${losses.peer.todo}`]);
    const gone = told({ phase: 'waiting', peer: null, reason: 'peer-left' }).panel;
    expect(gone?.title).to.equal(ends['peer-left'].title);
    const lost = told({ phase: 'waiting', peer: null, reason: 'connection-lost' }).panel;
    expect(lost).to.deep.equal({ ...losses.gone, look: 'waiting' });
  });

  for (const [reason, code, words] of [
    ['connection-lost', 'signaling-unreachable', ends['connection-lost']],
    ['connection-lost', 'ice-failed', errors['ice-failed']],
    ['connection-lost', 'room-full', errors['room-full']],
    ['incompatible', 'negotiation-failed', ends.incompatible],
  ] as const) {
    it(`ended, ${reason} by ${code}: what happened, what helps, and Join again`, () => {
      const { panel, assertive } = told({ phase: 'ended', reason, error: new CallError(code) });
      expect(panel).to.deep.include({ ...words, look: 'error', canJoinAgain: true });
      expect(assertive).to.equal(`${words.title} ${words.todo}`);
    });
  }
});
