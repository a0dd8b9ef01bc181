import { expect, nextFrame, waitUntil } from '@open-wc/testing';
import { DEFAULT_VIEW, NO_STREAMS } from '../context/call-context.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { en } from '../i18n/en.js';
import {
  expectAccessible,
  ANNA,
  fakedCall,
  mustFind,
  partInCall,
  partOf,
  settled,
  textOf,
  watchStreams,
  WORKING,
} from '../testing/call-fixture.js';

const CALL: Partial<CallSnapshot> = { phase: 'connected', peer: ANNA, signaling: 'open' };
const picture = (): MediaStream => document.createElement('canvas').captureStream();

/** Makes every `play()` end as a test wants, and counts them. */
function stubPlay(results: readonly (() => Promise<void>)[]): { plays: number; restore: () => void } {
  const original = HTMLMediaElement.prototype.play;
  const stub = { plays: 0, restore: () => void (HTMLMediaElement.prototype.play = original) };
  HTMLMediaElement.prototype.play = () => (results[stub.plays++] ?? (() => Promise.resolve()))();
  return stub;
}

describe('p2p-call-stage', () => {
  it('shows the other person, with name; the picture is silent, the sound apart', async () => {
    const remoteVideo = picture();
    const remoteAudio = new MediaStream();
    const { part } = await partInCall('p2p-call-stage', {
      snapshot: CALL,
      streams: { local: null, remoteVideo, remoteAudio },
    });
    const video = mustFind(part, 'remote-video') as HTMLVideoElement;
    expect(video.srcObject).to.equal(remoteVideo);
    expect(video.muted && video.autoplay && video.hasAttribute('playsinline')).to.equal(true);
    expect(video.classList.contains('showing')).to.equal(true);
    expect(part.shadowRoot?.querySelector('audio')?.srcObject).to.equal(remoteAudio);
    expect(textOf(mustFind(part, 'name'))).to.equal('Anna Berg');
    await expectAccessible(part);
  });

  it('rendered again, it does not give a player the same stream again: that would start it over', async () => {
    const { part, set } = await partInCall('p2p-call-stage', {
      snapshot: CALL,
      streams: { local: picture(), remoteVideo: picture(), remoteAudio: new MediaStream() },
    });
    const given = watchStreams();
    await set({ peer: { ...ANNA, audio: false } });
    await set({ phase: 'recovering' });
    part.requestUpdate();
    await part.updateComplete;
    expect(given.stop()).to.equal(0);
  });

  it('camera off: a stand-in; microphone off: a badge with words', async () => {
    const { part } = await partInCall('p2p-call-stage', {
      snapshot: { ...CALL, peer: { ...ANNA, audio: false, video: false } },
      streams: { ...NO_STREAMS, remoteVideo: picture() },
    });
    expect(mustFind(part, 'remote-video').classList.contains('showing')).to.equal(false);
    expect(textOf(mustFind(part, 'avatar'))).to.equal('AB');
    expect(mustFind(part, 'name').querySelector('[role="img"]')?.ariaLabel).to.equal('Anna Berg is muted');
    await expectAccessible(part);
  });

  it('somebody without a name is a guest', async () => {
    const { part } = await partInCall('p2p-call-stage', {
      snapshot: { ...CALL, peer: { ...ANNA, name: null } },
    });
    expect(textOf(mustFind(part, 'name'))).to.equal(en.ui.guest);
  });

  it('keeps the last picture while the connection is mended', async () => {
    const remoteVideo = picture();
    const parent = await partInCall('p2p-call-stage', {
      snapshot: { ...CALL, phase: 'recovering' },
      streams: { ...NO_STREAMS, remoteVideo },
    });
    const video = mustFind(parent.part, 'remote-video') as HTMLVideoElement;
    expect(video.classList.contains('held')).to.equal(true);
    expect(video.srcObject).to.equal(remoteVideo);
  });

  it('takes the stream of the next connection only once media passes on it', async () => {
    const { call, session } = await fakedCall(WORKING, CALL);
    const [before, after] = [picture(), picture()];
    session().setStreams({ remoteVideo: before });
    await settled(call);
    const video = mustFind(call, 'remote-video') as HTMLVideoElement;
    for (const phase of ['unstable', 'recovering'] as const) {
      session().set({ phase });
      session().setStreams({ remoteVideo: phase === 'unstable' ? null : after });
      await settled(call);
      // Compared here: the runner hangs where a failure holds a stream.
      expect(video.srcObject === before, phase).to.equal(true);
      expect(video.classList.contains('showing'), phase).to.equal(true);
    }
    session().set({ phase: 'connected' });
    await settled(call);
    expect(video.srcObject === after).to.equal(true);
  });

  it('keeps it also when the track ends, as it does with the connection that is replaced', async () => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no 2d context');
    const remoteVideo = canvas.captureStream(20);
    const paint = setInterval(() => {
      context.fillStyle = `rgb(200 0 ${Math.random() * 50})`;
      context.fillRect(0, 0, 300, 150);
    }, 40);
    const parent = await partInCall('p2p-call-stage', {
      snapshot: { ...CALL, phase: 'connected' },
      streams: { ...NO_STREAMS, remoteVideo },
    });
    const video = mustFind(parent.part, 'remote-video') as HTMLVideoElement;
    const red = () => {
      const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      copy?.drawImage(video, 0, 0, 10, 10);
      return copy?.getImageData(5, 5, 1, 1).data[0] ?? 0;
    };
    await waitUntil(() => red() > 150, 'it plays');
    await parent.set({ phase: 'unstable' });
    clearInterval(paint);
    for (const track of remoteVideo.getTracks()) track.stop();
    await parent.set({ phase: 'recovering' });
    for (let frame = 0; frame < 20; frame++) await nextFrame();
    expect(red()).to.be.greaterThan(150);
  });

  it('asks for a tap only where the browser holds the sound back', async () => {
    const stub = stubPlay([() => Promise.reject(new DOMException('', 'NotAllowedError'))]);
    const { part } = await partInCall('p2p-call-stage', {
      snapshot: CALL,
      streams: { ...NO_STREAMS, remoteAudio: new MediaStream() },
    });
    await Promise.resolve();
    await part.updateComplete;
    const hear = mustFind(part, 'button');
    expect(textOf(hear)).to.equal(en.ui.tapToHear);
    await expectAccessible(part);
    hear.click();
    await Promise.resolve();
    await part.updateComplete;
    stub.restore();
    expect(stub.plays).to.equal(2);
    expect(partOf(part, 'button')).to.equal(null);
  });

  it('any other failure to play asks for nothing', async () => {
    const stub = stubPlay([() => Promise.reject(new DOMException('', 'AbortError'))]);
    const { part } = await partInCall('p2p-call-stage', {
      snapshot: CALL,
      streams: { ...NO_STREAMS, remoteAudio: new MediaStream() },
    });
    await Promise.resolve();
    await part.updateComplete;
    stub.restore();
    expect(stub.plays).to.equal(1);
    expect(partOf(part, 'button')).to.equal(null);
  });

  it('removed while the sound starts, it stays quiet', async () => {
    let refuse = (_reason: DOMException): void => undefined;
    const stub = stubPlay([() => new Promise((_resolve, reject) => (refuse = reject))]);
    const { part } = await partInCall('p2p-call-stage', {
      snapshot: CALL,
      streams: { ...NO_STREAMS, remoteAudio: new MediaStream() },
    });
    part.remove();
    refuse(new DOMException('', 'AbortError'));
    await part.updateComplete;
    stub.restore();
    expect(partOf(part, 'button')).to.equal(null);
  });

  it('shows oneself mirrored, or as initials, or not at all', async () => {
    const local = picture();
    const shown = await partInCall('p2p-call-stage', { snapshot: CALL, streams: { ...NO_STREAMS, local } });
    const video = mustFind(shown.part, 'self-view').querySelector('video');
    expect(video?.srcObject).to.equal(local);
    expect(video && getComputedStyle(video).scale).to.equal('-1 1');
    await shown.set({ camera: { on: false, deviceId: null, problem: null } });
    expect(video?.hidden).to.equal(true);
    expect(textOf(mustFind(shown.part, 'self-view'))).to.equal('Y');
    const hidden = await partInCall('p2p-call-stage', {
      snapshot: CALL,
      view: { ...DEFAULT_VIEW, selfView: 'hidden' },
    });
    expect(partOf(hidden.part, 'self-view')).to.equal(null);
  });

  it('removed and put back, it shows the newest state', async () => {
    const { part, set } = await partInCall('p2p-call-stage', { snapshot: CALL });
    const parent = part.parentElement;
    part.remove();
    await set({ peer: { ...ANNA, name: 'Bob' } });
    parent?.append(part);
    await part.updateComplete;
    expect(textOf(mustFind(part, 'name'))).to.equal('Bob');
  });
});
