import { expect } from '@open-wc/testing';
import type { CaptureResult } from '../core/inputs.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import type { DeviceKind } from '../core/state.js';
import { LocalMedia } from './local-media.js';

type Results = Partial<Record<DeviceKind, CaptureResult>>;

/** Captures, and waits until each kind was told. */
function capture(media: LocalMedia, kinds: readonly DeviceKind[]): Promise<Results> {
  const results: Results = {};
  return new Promise((resolve) => {
    media.capture(kinds, DEFAULT_SETTINGS, (kind, result) => {
      results[kind] = result;
      if (Object.keys(results).length === kinds.length) resolve(results);
    });
  });
}

describe('local media, with this browser’s fake devices', () => {
  it('opens both, and lets go of each', async () => {
    const media = new LocalMedia();
    const results = await capture(media, ['microphone', 'camera']);
    expect(results.microphone?.ok).to.equal(true);
    expect(results.camera?.ok).to.equal(true);
    const camera = media.track('camera');
    expect(camera?.readyState).to.equal('live');
    media.release('camera');
    expect(camera?.readyState).to.equal('ended');
    expect(media.track('camera')).to.equal(null);
    expect(media.track('microphone')?.readyState).to.equal('live');
    media.release('microphone');
  });

  it('mutes without letting go', async () => {
    const media = new LocalMedia();
    await capture(media, ['microphone']);
    media.enable('microphone', false);
    expect(media.track('microphone')).to.include({ enabled: false, readyState: 'live' });
    media.release('microphone');
  });
});

describe('local media, when things go wrong', () => {
  const { mediaDevices } = navigator;
  const real = mediaDevices.getUserMedia.bind(mediaDevices);
  const opened: MediaStreamTrack[] = [];
  let asked: MediaStreamConstraints[];

  function answer(next: (constraints: MediaStreamConstraints) => Promise<MediaStream>): void {
    asked = [];
    mediaDevices.getUserMedia = async (constraints = {}) => {
      asked.push(constraints);
      const stream = await next(constraints);
      opened.push(...stream.getTracks());
      return stream;
    };
  }

  afterEach(() => {
    mediaDevices.getUserMedia = real;
    for (const track of opened.splice(0)) track.stop();
  });

  it('released while it opens: stopped the moment it does', async () => {
    let go: () => void = () => undefined;
    answer((constraints) => new Promise((resolve) => (go = () => resolve(real(constraints)))));
    const media = new LocalMedia();
    const results = capture(media, ['camera']);
    media.release('camera');
    go();
    expect((await results).camera).to.deep.equal({ ok: false, code: null });
    expect(opened.map(({ readyState }) => readyState)).to.deep.equal(['ended']);
    expect(media.track('camera')).to.equal(null);
  });

  it('no camera: the microphone opens all the same', async () => {
    answer((constraints) =>
      constraints.video ? Promise.reject(new DOMException('', 'NotFoundError')) : real(constraints),
    );
    const media = new LocalMedia();
    const results = await capture(media, ['microphone', 'camera']);
    expect(results.microphone?.ok).to.equal(true);
    expect(results.camera).to.deep.equal({ ok: false, code: 'media-not-found' });
    media.release('microphone');
  });

  it('denied: nobody is asked a second time where that would prompt', async () => {
    answer(() => Promise.reject(new DOMException('', 'NotAllowedError')));
    const { permissions } = navigator;
    const query = permissions.query.bind(permissions);
    permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
    try {
      const results = await capture(new LocalMedia(), ['microphone', 'camera']);
      expect(results.microphone).to.deep.equal({ ok: false, code: 'media-denied' });
      expect(results.camera).to.deep.equal({ ok: false, code: 'media-denied' });
      expect(asked.length).to.equal(1);
    } finally {
      permissions.query = query;
    }
  });

  it('a camera that the page may not use is not asked for, and does not cost the microphone', async () => {
    answer((constraints) => real(constraints));
    const policy = { allowsFeature: (feature: string) => feature !== 'camera' };
    Object.defineProperty(document, 'featurePolicy', { value: policy, configurable: true });
    try {
      const media = new LocalMedia();
      const results = await capture(media, ['microphone', 'camera']);
      expect(results.camera).to.deep.equal({ ok: false, code: 'policy-blocked' });
      expect(results.microphone?.ok).to.equal(true);
      expect(asked.map(({ video }) => video)).to.deep.equal([false]);
      media.release('microphone');
    } finally {
      Reflect.deleteProperty(document, 'featurePolicy');
    }
  });

  describe('opened again', () => {
    const { permissions } = navigator;
    const query = permissions.query.bind(permissions);
    const permission = (state: PermissionState) => {
      permissions.query = () => Promise.resolve({ state } as PermissionStatus);
    };
    const reopen = (media: LocalMedia, kind: DeviceKind, deviceId: string | null) =>
      new Promise<CaptureResult>((resolve) =>
        media.reopen(kind, deviceId, DEFAULT_SETTINGS, (_kind, result) => resolve(result)),
      );
    afterEach(() => {
      permissions.query = query;
    });

    it('where the person allows it: the same device, as a wish', async () => {
      permission('granted');
      const media = new LocalMedia();
      const { camera } = await capture(media, ['camera']);
      const deviceId = camera?.ok ? camera.deviceId : null;
      media.release('camera');
      answer((constraints) => real(constraints));
      expect(await reopen(media, 'camera', deviceId)).to.deep.equal({ ok: true, deviceId });
      expect(media.track('camera')?.readyState).to.equal('live');
      expect((asked[0]?.video as MediaTrackConstraints).deviceId).to.deep.equal({ ideal: deviceId });
      expect(asked.map(({ audio }) => audio)).to.deep.equal([false]);
      media.release('camera');
    });

    it('another, where that one is gone', async () => {
      permission('granted');
      const media = new LocalMedia();
      const result = await reopen(media, 'microphone', 'unplugged');
      expect(result.ok).to.equal(true);
      media.release('microphone');
    });

    for (const [state, code] of [
      ['prompt', 'media-not-found'],
      ['denied', 'media-denied'],
    ] as const)
      it(`never where that asks somebody, or was refused: ${state}`, async () => {
        permission(state);
        answer((constraints) => real(constraints));
        expect(await reopen(new LocalMedia(), 'microphone', null)).to.deep.equal({ ok: false, code });
        expect(asked).to.deep.equal([]);
      });

    it('never where the browser cannot say whether it asks', async () => {
      permissions.query = () => Promise.reject(new TypeError('no such name'));
      answer((constraints) => real(constraints));
      const result = await reopen(new LocalMedia(), 'camera', null);
      expect(result).to.deep.equal({ ok: false, code: 'media-not-found' });
      expect(asked).to.deep.equal([]);
    });

    it('there is none: says so', async () => {
      permission('granted');
      answer(() => Promise.reject(new DOMException('', 'NotFoundError')));
      const result = await reopen(new LocalMedia(), 'camera', 'gone');
      expect(result).to.deep.equal({ ok: false, code: 'media-not-found' });
    });

    it('released before it is asked for: it is not; released while it opens: stopped', async () => {
      permission('granted');
      answer((constraints) => real(constraints));
      const media = new LocalMedia();
      const early = reopen(media, 'camera', null);
      media.release('camera');
      expect(await early).to.deep.equal({ ok: false, code: null });
      expect(asked).to.deep.equal([]);
      let go: () => void = () => undefined;
      const opens = new Promise<void>((resolve) => {
        answer((constraints) => {
          resolve();
          return new Promise((open) => (go = () => open(real(constraints))));
        });
      });
      const late = reopen(media, 'camera', null);
      await opens;
      media.release('camera');
      go();
      expect(await late).to.deep.equal({ ok: false, code: null });
      expect(opened.map(({ readyState }) => readyState)).to.deep.equal(['ended']);
    });
  });

  it('a track that ends by itself is told', async () => {
    const media = new LocalMedia();
    await capture(media, ['microphone']);
    const lost: DeviceKind[] = [];
    media.onLost = (kind) => lost.push(kind);
    media.track('microphone')?.dispatchEvent(new Event('ended'));
    expect(lost).to.deep.equal(['microphone']);
    media.release('microphone');
  });
});
