import { expect, oneEvent } from '@open-wc/testing';
import { DEFAULT_VIEW, NO_STREAMS } from '../context/call-context.js';
import { CallError } from '../core/errors.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { en } from '../i18n/en.js';
import {
  expectAccessible,
  mustFind,
  partInCall,
  partOf,
  textOf,
  watchStreams,
} from '../testing/call-fixture.js';

const LOBBY: Partial<CallSnapshot> = { phase: 'lobby' };
const device = (
  on: boolean,
  problem: CallSnapshot['camera']['problem'] = null,
  deviceId: string | null = null,
) => ({ on, problem, deviceId });

describe('p2p-call-preview', () => {
  it('offers to open the devices, to choose what is sent, and to join', async () => {
    const { part } = await partInCall('p2p-call-preview', { snapshot: LOBBY });
    expect(textOf(part)).to.contain(en.ui.openDevices).and.contain(en.ui.join).and.contain(en.ui.joinWithout);
    expect(mustFind(part, 'mic-button').ariaLabel).to.equal(en.ui.microphoneOff);
    expect(mustFind(part, 'camera-button').ariaLabel).to.equal(en.ui.cameraOff);
    await expectAccessible(part);
  });

  it('asks by events, and does nothing itself', async () => {
    const { part } = await partInCall('p2p-call-preview', {
      snapshot: { ...LOBBY, microphone: device(false), camera: device(false, 'media-in-use') },
    });
    for (const [name, type, detail] of [
      ['mic-button', 'p2p-microphone-request', { on: true }],
      ['camera-button', 'p2p-camera-request', { on: true }],
      ['join-button', 'p2p-join-request', { withoutDevices: false }],
    ] as const) {
      const asked = oneEvent<CustomEvent<unknown>>(part, type);
      mustFind(part, name).click();
      const event = await asked;
      expect(event.detail).to.deep.equal(detail);
      expect(event.cancelable && event.bubbles && event.composed).to.equal(true);
    }
  });

  it('without a camera in the call there is none to see', async () => {
    const { part } = await partInCall('p2p-call-preview', {
      snapshot: LOBBY,
      view: { ...DEFAULT_VIEW, mode: 'audio' },
    });
    expect(partOf(part, 'camera-button')).to.equal(null);
    expect(textOf(part)).to.contain(en.ui.microphoneOn).and.contain(en.ui.joinWithoutMicrophone);
  });

  it('shows the picture, mirrored by style only', async () => {
    const local = document.createElement('canvas').captureStream();
    const { part } = await partInCall('p2p-call-preview', {
      snapshot: { ...LOBBY, camera: device(true, null, 'c') },
      streams: { local, remoteVideo: null, remoteAudio: null },
    });
    const video = part.shadowRoot?.querySelector('video');
    expect(video?.srcObject).to.equal(local);
    expect(video?.hidden).to.equal(false);
    expect(video?.muted).to.equal(true);
    expect(video && getComputedStyle(video).scale).to.equal('-1 1');
    expect(partOf(part, 'avatar')).to.equal(null);
    await expectAccessible(part);
  });

  it('rendered again, it does not give the player the same stream again: that would start it over', async () => {
    const { part, set } = await partInCall('p2p-call-preview', {
      snapshot: LOBBY,
      streams: { ...NO_STREAMS, local: document.createElement('canvas').captureStream() },
    });
    const given = watchStreams();
    await set({ camera: device(true, null, 'c') });
    await set({ microphone: device(false) });
    part.requestUpdate();
    await part.updateComplete;
    expect(given.stop()).to.equal(0);
  });

  it('names who waits', async () => {
    const { part, set } = await partInCall('p2p-call-preview', {
      snapshot: { ...LOBBY, room: { seats: 1, waitingName: 'Anna' } },
    });
    expect(textOf(part)).to.contain('Anna is waiting');
    await set({ room: { seats: 1, waitingName: null } });
    expect(textOf(part)).to.contain(en.ui.someoneInside);
    await set({ room: { seats: 0, waitingName: null } });
    expect(textOf(part)).not.to.contain('waiting');
  });

  for (const code of [
    'media-denied',
    'media-not-found',
    'media-in-use',
    'media-failed',
    'policy-blocked',
  ] as const) {
    it(`${code}: in words, once, with a way to try again and one to join without`, async () => {
      const { part } = await partInCall('p2p-call-preview', {
        snapshot: {
          ...LOBBY,
          microphone: device(true, code),
          camera: device(true, code),
          error: new CallError(code),
        },
      });
      const { title, todo } = en.errors[code];
      expect(textOf(part)).to.contain(todo).and.contain(en.ui.joinWithout);
      expect(textOf(part).split(title)).to.have.length(2);
      const retry = [...(part.shadowRoot?.querySelectorAll('button') ?? [])].find(
        (button) => button.textContent.trim() === en.ui.retry,
      );
      const asked = oneEvent(part, 'p2p-preview-request');
      retry?.click();
      await asked;
      await expectAccessible(part);
    });
  }

  it('says which device a problem is of', async () => {
    const { part } = await partInCall('p2p-call-preview', {
      snapshot: { ...LOBBY, microphone: device(true, null, 'm'), camera: device(true, 'media-in-use') },
    });
    const words = textOf(mustFind(part, 'error'));
    expect(words).to.contain(en.ui.camera).and.contain(en.errors['media-in-use'].title);
  });

  it('while it joins, a second press does nothing', async () => {
    const { part } = await partInCall('p2p-call-preview', { snapshot: { phase: 'joining' } });
    let asked = 0;
    part.addEventListener('p2p-join-request', () => (asked += 1));
    const join = mustFind(part, 'join-button');
    join.click();
    expect(asked).to.equal(0);
    expect(join.getAttribute('aria-disabled')).to.equal('true');
    expect(textOf(join)).to.equal(en.phases.joining.title);
    await expectAccessible(part);
  });

  it('without the green room only Join is left, and who waits', async () => {
    const { part } = await partInCall('p2p-call-preview', {
      snapshot: { ...LOBBY, room: { seats: 1, waitingName: 'Anna' } },
      view: { ...DEFAULT_VIEW, prejoin: false },
    });
    expect(partOf(part, 'preview')).to.equal(null);
    expect(textOf(part)).to.equal(`${en.phases.lobby.title} Anna is waiting ${en.ui.join}`);
  });

  it('removed and put back, it shows the newest state', async () => {
    const { part, set } = await partInCall('p2p-call-preview', { snapshot: LOBBY });
    const parent = part.parentElement;
    part.remove();
    await set({ room: { seats: 1, waitingName: 'Bob' } });
    expect(textOf(part)).not.to.contain('Bob');
    parent?.append(part);
    await part.updateComplete;
    expect(textOf(part)).to.contain('Bob is waiting');
  });
});
