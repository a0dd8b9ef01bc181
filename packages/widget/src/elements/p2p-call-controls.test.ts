import { expect, oneEvent } from '@open-wc/testing';
import { DEFAULT_VIEW } from '../context/call-context.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { en } from '../i18n/en.js';
import { expectAccessible, mustFind, partInCall } from '../testing/call-fixture.js';

const CALL: Partial<CallSnapshot> = { phase: 'connected' };
const labels = (part: Element): (string | null)[] =>
  [...(part.shadowRoot?.querySelectorAll('button') ?? [])].map((button) => button.ariaLabel);

describe('p2p-call-controls', () => {
  it('has the controls that there are, leave last, each saying what it does', async () => {
    const { part } = await partInCall('p2p-call-controls', { snapshot: CALL });
    expect(labels(part)).to.deep.equal([en.ui.microphoneOff, en.ui.cameraOff, en.ui.leave]);
    await expectAccessible(part);
  });

  it('shows those of the page’s list, in its order, and ignores what it does not know', async () => {
    const { part } = await partInCall('p2p-call-controls', {
      snapshot: CALL,
      view: { ...DEFAULT_VIEW, controls: ['leave', 'fireworks', 'mic'] },
    });
    expect(labels(part)).to.deep.equal([en.ui.leave, en.ui.microphoneOff]);
  });

  it('an audio call has no camera', async () => {
    const { part } = await partInCall('p2p-call-controls', {
      snapshot: CALL,
      view: { ...DEFAULT_VIEW, mode: 'audio' },
    });
    expect(labels(part)).to.deep.equal([en.ui.microphoneOff, en.ui.leave]);
  });

  it('asks by events; what it shows changes when the session says so', async () => {
    const { part, set } = await partInCall('p2p-call-controls', { snapshot: CALL });
    for (const [name, type, detail] of [
      ['mic-button', 'p2p-microphone-request', { on: false }],
      ['camera-button', 'p2p-camera-request', { on: false }],
      ['leave-button', 'p2p-leave-request', null],
    ] as const) {
      const asked = oneEvent<CustomEvent<unknown>>(part, type);
      mustFind(part, name).click();
      const event = await asked;
      expect(event.detail).to.deep.equal(detail);
      expect(event.cancelable && event.bubbles && event.composed).to.equal(true);
    }
    expect(labels(part)[0]).to.equal(en.ui.microphoneOff);
    await set({ microphone: { on: false, deviceId: null, problem: null } });
    expect(labels(part)[0]).to.equal(en.ui.microphoneOn);
  });

  it('a device with a problem is off, and its button tries again', async () => {
    const { part } = await partInCall('p2p-call-controls', {
      snapshot: { ...CALL, camera: { on: true, deviceId: null, problem: 'media-in-use' } },
    });
    expect(labels(part)[1]).to.equal(en.ui.cameraOn);
    const asked = oneEvent<CustomEvent<unknown>>(part, 'p2p-camera-request');
    mustFind(part, 'camera-button').click();
    expect((await asked).detail).to.deep.equal({ on: true });
  });

  it('removed and put back, it shows the newest state', async () => {
    const { part, set } = await partInCall('p2p-call-controls', { snapshot: CALL });
    const parent = part.parentElement;
    part.remove();
    await set({ microphone: { on: false, deviceId: null, problem: null } });
    parent?.append(part);
    await part.updateComplete;
    expect(labels(part)[0]).to.equal(en.ui.microphoneOn);
  });
});
