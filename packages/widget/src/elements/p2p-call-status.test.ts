import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import { CallError } from '../core/errors.js';
import type { CallSnapshot, EndReason } from '../core/snapshot.js';
import { en } from '../i18n/en.js';
import { expectAccessible, ANNA, mustFind, partInCall, partOf, textOf } from '../testing/call-fixture.js';

const CALL: Partial<CallSnapshot> = { phase: 'connected', peer: ANNA, signaling: 'open' };
const heard = (part: Element, role: 'status' | 'alert'): string =>
  (part.shadowRoot?.querySelector(`[role="${role}"]`)?.textContent ?? '').trim();

describe('p2p-call-status', () => {
  it('says aloud what changes, what is urgent at once', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: { ...CALL, phase: 'waiting' } });
    const polite = part.shadowRoot?.querySelector('[role="status"]');
    expect(heard(part, 'status')).to.contain(en.phases.waiting.title);
    await set({ phase: 'connected' });
    expect(heard(part, 'status')).to.equal(en.phases.connected.title);
    await set({ phase: 'recovering' });
    await waitUntil(() => heard(part, 'status').includes(en.phases.recovering.title));
    await set({ phase: 'ended', reason: 'peer-left' });
    expect(heard(part, 'alert')).to.contain(en.ends['peer-left'].title);
    // The same region all the time: a new one would stay silent.
    expect(part.shadowRoot?.querySelector('[role="status"]')).to.equal(polite);
  });

  it('in a calm call nothing lies over the picture', async () => {
    const { part } = await partInCall('p2p-call-status', { snapshot: CALL });
    expect(partOf(part, 'banner')).to.equal(null);
    expect(partOf(part, 'status')).to.equal(null);
  });

  it('an error: a line at the edge, the call goes on', async () => {
    const words = en.errors['media-failed'].title;
    const { part } = await partInCall('p2p-call-status', {
      snapshot: { ...CALL, error: new CallError('media-failed') },
    });
    expect(textOf(mustFind(part, 'banner'))).to.contain(words);
    expect(heard(part, 'alert')).to.contain(words);
    await expectAccessible(part);
  });

  it('tells of a device that failed after the lobby, until it is waved away', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: CALL });
    await set({ camera: { on: false, deviceId: null, problem: 'media-in-use' } });
    const banner = mustFind(part, 'banner');
    expect(textOf(banner)).to.contain(en.errors['media-in-use'].title);
    banner.querySelector('button')?.click();
    await part.updateComplete;
    expect(partOf(part, 'banner')).to.equal(null);
  });

  it('does not repeat in the call what the lobby said', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: { phase: 'lobby' } });
    await set({ camera: { on: true, deviceId: null, problem: 'media-denied' } });
    await set({ phase: 'joining' });
    await set(CALL);
    expect(partOf(part, 'banner')).to.equal(null);
  });

  it('connecting: to whom', async () => {
    const { part } = await partInCall('p2p-call-status', { snapshot: { ...CALL, phase: 'connecting' } });
    expect(textOf(mustFind(part, 'status'))).to.contain('Connecting to Anna Berg');
    await expectAccessible(part);
  });

  for (const [reason, canJoin] of [
    ['left', true],
    ['peer-left', true],
    ['replaced', true],
    ['connection-lost', true],
    ['incompatible', true],
    ['unsupported', false],
    ['room-closed', false],
    ['removed', false],
  ] as [EndReason, boolean][]) {
    it(`ended, ${reason}: ${canJoin ? 'with' : 'without'} a way back in`, async () => {
      const { part } = await partInCall('p2p-call-status', { snapshot: { phase: 'ended', reason } });
      const button = partOf(part, 'join-button');
      expect(button !== null).to.equal(canJoin);
      if (button === null) return;
      const asked = oneEvent(part, 'p2p-join-request');
      button.click();
      await asked;
    });
  }

  it('an error that only the site owner can mend has a line for that person', async () => {
    const { part } = await partInCall('p2p-call-status', {
      snapshot: { phase: 'idle', error: new CallError('config-invalid', { detail: 'room: too long' }) },
    });
    const words = textOf(mustFind(part, 'error'));
    expect(words).to.contain(en.ui.forOwner).and.contain('room: too long');
    await expectAccessible(part);
  });

  it('removed and put back, it shows the newest state', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: CALL });
    const parent = part.parentElement;
    part.remove();
    await set({ phase: 'ended', reason: 'left' });
    parent?.append(part);
    await part.updateComplete;
    expect(textOf(mustFind(part, 'status'))).to.contain(en.ends.left.title);
  });
});

describe('p2p-call-status: a call that is being mended', () => {
  const LOST_SELF = en.losses.self.title;
  const READS = {
    'the path': [{ phase: 'unstable' }, 'banner', en.phases.unstable.title],
    'my end': [{ phase: 'unstable', signaling: 'resuming' }, 'banner', LOST_SELF],
    'their end': [
      { phase: 'unstable', peer: { ...ANNA, here: false } },
      'banner',
      'Anna Berg lost the connection',
    ],
    restart: [
      { phase: 'recovering', recovery: { step: 'restart', attempt: 1, sinceMs: 4_000 } },
      'status',
      en.phases.recovering.todo,
    ],
    'relay, after more': [
      { phase: 'recovering', recovery: { step: 'relay', attempt: 3, sinceMs: 20_000 } },
      'status',
      `${en.ui.otherWay} ${en.ui.stillTrying}`,
    ],
    'given up, they may come back': [
      { phase: 'waiting', peer: { ...ANNA, here: false } },
      'status',
      'Anna Berg lost the connection',
    ],
  } as const;

  for (const [what, [change, place, words]] of Object.entries(READS)) {
    it(`${what}: in words, to read and to hear`, async () => {
      const { part } = await partInCall('p2p-call-status', { snapshot: { ...CALL, ...change } });
      expect(textOf(mustFind(part, place))).to.contain(words);
      expect(heard(part, 'status') + heard(part, 'alert')).to.contain(words);
      await expectAccessible(part);
    });
  }

  /** All that was ever shown or said from now on. */
  function watch(part: Element): { all: Set<string>; stop: () => void } {
    const all = new Set<string>();
    const observer = new MutationObserver(() => all.add(textOf(part)));
    if (part.shadowRoot)
      observer.observe(part.shadowRoot, { subtree: true, childList: true, characterData: true });
    return { all, stop: () => observer.disconnect() };
  }

  it('what passes at once is neither shown nor said', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: CALL });
    const { all, stop } = watch(part);
    for (let blip = 0; blip < 3; blip++) {
      await set({ phase: 'unstable' });
      await set({ phase: 'connected' });
    }
    await set({ phase: 'recovering' });
    await waitUntil(() => partOf(part, 'status') !== null);
    stop();
    expect([...all].filter((text) => text.includes(en.phases.unstable.title))).to.deep.equal([]);
  });

  it('calm, too, has to last before the words go', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: { ...CALL, phase: 'unstable' } });
    const { all, stop } = watch(part);
    await set({ phase: 'connected' });
    await set({ phase: 'unstable' });
    await set({ phase: 'connected' });
    expect(partOf(part, 'banner')).not.to.equal(null);
    await waitUntil(() => partOf(part, 'banner') === null);
    stop();
    expect(heard(part, 'status')).to.equal(en.phases.connected.title);
    expect([...all]).to.deep.equal([en.phases.connected.title]);
  });

  it('an end or a failure is told at once', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: { ...CALL, phase: 'unstable' } });
    await set({ error: new CallError('media-failed') });
    expect(heard(part, 'alert')).to.contain(en.errors['media-failed'].title);
    await set({ phase: 'ended', reason: 'connection-lost', error: new CallError('signaling-unreachable') });
    expect(heard(part, 'alert')).to.contain(en.ends['connection-lost'].title);
  });

  it('many attempts are told once', async () => {
    const { part, set } = await partInCall('p2p-call-status', {
      snapshot: { ...CALL, phase: 'recovering', recovery: { step: 'rebuild', attempt: 2, sinceMs: 9_000 } },
    });
    const { all, stop } = watch(part);
    for (let attempt = 3; attempt < 9; attempt++) {
      await set({ recovery: { step: 'rebuild', attempt, sinceMs: attempt * 5_000 } });
    }
    await set({ phase: 'ended', reason: 'connection-lost' });
    stop();
    expect([...all]).to.have.length(1);
  });

  it('while media flows, the loss of the service is told after a while, quietly', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: CALL });
    await set({ signaling: 'resuming' });
    expect(partOf(part, 'banner')).to.equal(null);
    await waitUntil(() => partOf(part, 'banner') !== null, 'the notice', { timeout: 5_000 });
    expect(textOf(mustFind(part, 'banner'))).to.equal(en.ui.signalingLost);
    expect(heard(part, 'alert')).to.equal('');
    await expectAccessible(part);
    await set({ signaling: 'open' });
    expect(partOf(part, 'banner')).to.equal(null);
  });

  it('a device that cannot be used is no matter while there is no connection', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: CALL });
    await set({ camera: { on: false, deviceId: null, problem: 'media-in-use' }, phase: 'unstable' });
    await waitUntil(() => partOf(part, 'banner') !== null);
    expect(textOf(mustFind(part, 'banner'))).to.contain(en.phases.unstable.title);
    expect(partOf(part, 'button')).to.equal(null);
  });

  it('sound only is told calmly, until it is waved away', async () => {
    const { part, set } = await partInCall('p2p-call-status', { snapshot: CALL });
    await set({ camera: { on: false, deviceId: null, problem: 'negotiation-failed' } });
    expect(textOf(mustFind(part, 'banner'))).to.contain(en.losses.picture.todo);
    expect([heard(part, 'status'), heard(part, 'alert')]).to.deep.equal([
      `${en.losses.picture.title} ${en.losses.picture.todo}`,
      '',
    ]);
    mustFind(part, 'button').click();
    await part.updateComplete;
    expect(partOf(part, 'banner')).to.equal(null);
  });
});
