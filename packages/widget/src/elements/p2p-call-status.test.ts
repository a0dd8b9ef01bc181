import { expect, oneEvent } from '@open-wc/testing';
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
    expect(heard(part, 'alert')).to.contain(en.phases.recovering.title);
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

  for (const [what, change, words] of [
    ['unstable', { phase: 'unstable' }, en.phases.unstable.title],
    ['service lost', { signaling: 'resuming' }, en.ui.signalingLost],
    ['the other one is away', { peer: { ...ANNA, here: false } }, 'Anna Berg lost contact'],
    ['an error', { error: new CallError('media-failed') }, en.errors['media-failed'].title],
  ] as const) {
    it(`${what}: a line at the edge, the call goes on`, async () => {
      const { part } = await partInCall('p2p-call-status', { snapshot: { ...CALL, ...change } });
      expect(textOf(mustFind(part, 'banner'))).to.contain(words);
      expect(heard(part, 'status') + heard(part, 'alert')).to.contain(words);
      await expectAccessible(part);
    });
  }

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
