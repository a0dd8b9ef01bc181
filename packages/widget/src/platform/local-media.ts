import type { CaptureResult } from '../core/inputs.js';
import type { CallSettings } from '../core/settings.js';
import type { DeviceKind } from '../core/state.js';
import type { LocalMediaPort } from '../session/ports.js';
import { classifyMediaError } from './media-errors.js';

const SIZES = {
  '180p': [320, 180],
  '360p': [640, 360],
  '480p': [854, 480],
  '720p': [1280, 720],
  '1080p': [1920, 1080],
} as const;

/** What is asked of a device: wishes, never demands, so that a lesser camera still opens. */
export function constraintsFor(kind: DeviceKind, settings: CallSettings): MediaTrackConstraints {
  if (kind === 'microphone') return { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const [width, height] = SIZES[settings.resolution];
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: settings.frameRate } };
}

type Done = (kind: DeviceKind, result: CaptureResult) => void;

/** Microphone and camera by `getUserMedia`. */
export class LocalMedia implements LocalMediaPort {
  onLost: ((kind: DeviceKind) => void) | null = null;
  readonly #tracks = new Map<DeviceKind, MediaStreamTrack>();
  /** The capture each kind waits for; a result of any other capture is stopped and dropped. */
  readonly #opening = new Map<DeviceKind, symbol>();

  capture(kinds: readonly DeviceKind[], settings: CallSettings, done: Done): void {
    const run = Symbol('capture');
    for (const kind of kinds) this.#opening.set(kind, run);
    void this.#captureAll(kinds, settings, run, done);
  }

  reopen(kind: DeviceKind, deviceId: string | null, settings: CallSettings, done: Done): void {
    const run = Symbol('reopen');
    this.#opening.set(kind, run);
    void this.#reopen(kind, deviceId, settings, run, done);
  }

  track(kind: DeviceKind): MediaStreamTrack | null {
    return this.#tracks.get(kind) ?? null;
  }

  enable(kind: DeviceKind, on: boolean): void {
    const track = this.#tracks.get(kind);
    if (track) track.enabled = on;
  }

  release(kind: DeviceKind): void {
    this.#opening.delete(kind);
    const track = this.#tracks.get(kind);
    this.#tracks.delete(kind);
    if (!track) return;
    track.onended = null;
    track.stop();
  }

  /** All at once, for one prompt; where that fails, one by one, so that a missing camera does not cost the microphone. */
  async #captureAll(
    kinds: readonly DeviceKind[],
    settings: CallSettings,
    run: symbol,
    done: Done,
  ): Promise<void> {
    // What the page may not use is not asked for: it would take the other device down with it.
    for (const kind of kinds.filter((kind) => !isPolicyOpen(kind)))
      this.#report(kind, run, done, { ok: false, code: 'policy-blocked' });
    const asked = kinds.filter(isPolicyOpen);
    if (asked.length === 0) return;
    try {
      const stream = await openStream(asked, settings);
      for (const kind of asked) this.#take(kind, trackOf(stream, kind), run, done);
    } catch (error) {
      for (const kind of asked) await this.#fallBack(kind, asked.length > 1, error, settings, run, done);
    }
  }

  async #reopen(
    kind: DeviceKind,
    deviceId: string | null,
    settings: CallSettings,
    run: symbol,
    done: Done,
  ): Promise<void> {
    const permission = await permissionOf(kind);
    // A browser ends the track as well when the person takes the permission back: that is an answer, not a mishap.
    if (permission !== 'granted') {
      const code = permission === 'denied' ? 'media-denied' : 'media-not-found';
      return this.#report(kind, run, done, { ok: false, code });
    }
    if (this.#opening.get(kind) !== run) return done(kind, { ok: false, code: null });
    try {
      this.#take(kind, trackOf(await openStream([kind], settings, deviceId), kind), run, done);
    } catch (error) {
      this.#report(kind, run, done, { ok: false, code: classifyMediaError(error, true) });
    }
  }

  async #fallBack(
    kind: DeviceKind,
    isOneOfTwo: boolean,
    error: unknown,
    settings: CallSettings,
    run: symbol,
    done: Done,
  ): Promise<void> {
    const mayTry = isOneOfTwo && (await mayAskAgain(error, kind)) && this.#opening.get(kind) === run;
    if (mayTry) return this.#captureAll([kind], settings, run, done);
    this.#report(kind, run, done, { ok: false, code: classifyMediaError(error, true) });
  }

  #take(kind: DeviceKind, track: MediaStreamTrack | undefined, run: symbol, done: Done): void {
    if (!track) return this.#report(kind, run, done, { ok: false, code: 'media-failed' });
    if (this.#opening.get(kind) !== run) {
      track.stop();
      return done(kind, { ok: false, code: null });
    }
    this.#tracks.set(kind, track);
    track.onended = () => this.onLost?.(kind);
    this.#report(kind, run, done, { ok: true, deviceId: track.getSettings().deviceId ?? null });
  }

  #report(kind: DeviceKind, run: symbol, done: Done, result: CaptureResult): void {
    const isCurrent = this.#opening.get(kind) === run;
    if (isCurrent) this.#opening.delete(kind);
    done(kind, isCurrent ? result : { ok: false, code: null });
  }
}

/** @param deviceId the one that is opened where it is there */
function openStream(
  kinds: readonly DeviceKind[],
  settings: CallSettings,
  deviceId: string | null = null,
): Promise<MediaStream> {
  const which = deviceId === null ? {} : { deviceId: { ideal: deviceId } };
  const wish = (kind: DeviceKind) =>
    kinds.includes(kind) ? { ...constraintsFor(kind, settings), ...which } : false;
  return navigator.mediaDevices.getUserMedia({ audio: wish('microphone'), video: wish('camera') });
}

function trackOf(stream: MediaStream, kind: DeviceKind): MediaStreamTrack | undefined {
  return kind === 'microphone' ? stream.getAudioTracks()[0] : stream.getVideoTracks()[0];
}

/** After a denial the other device is tried only where that asks nothing of the person: nobody is prompted twice. */
async function mayAskAgain(error: unknown, kind: DeviceKind): Promise<boolean> {
  return classifyMediaError(error, true) !== 'media-denied' || (await permissionOf(kind)) === 'granted';
}

async function permissionOf(kind: DeviceKind): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: kind })).state;
  } catch {
    // A browser that does not know this permission's name cannot say: it may ask.
    return 'prompt';
  }
}

interface PolicyDocument {
  featurePolicy?: { allowsFeature(feature: string): boolean };
}

/** Does the page's Permissions-Policy (or the iframe's `allow`) let this document use the device? Only Chromium can tell. */
function isPolicyOpen(kind: DeviceKind): boolean {
  return (document as PolicyDocument).featurePolicy?.allowsFeature(kind) ?? true;
}
