import type { LinkConfig } from '../core/effects.js';
import type { DeviceKind } from '../core/state.js';
import { leaveOutOfFeedback } from './header-extensions.js';
import { preferCodecs, preferCodecsInAnswer } from './codecs.js';
import { codecsOf } from './sdp.js';
import { sendableBitrate } from './stats.js';

/** The picture starts small and takes its full size once this many bit/s can be sent, or after this many measurements. */
const FULL_SIZE_BITRATE = 1_000_000;
const FULL_SIZE_AFTER = 3;
/** What a picture that is small from the start is divided by after an outage. */
const SMALLER = 1.5;
/** What every browser can do, and no page's wishes; lines, and frames a second. */
const COMPATIBLE = { codecs: ['vp8', 'opus'], lines: 360, maxFramerate: 24 };

/**
 * The call's own audio and video on a connection: two transceivers, fixed from the first description on, whatever others are
 * added later. In an audio call there is only one, and a camera's track is kept but not sent.
 */
export class CallMedia {
  readonly #pc: RTCPeerConnection;
  readonly #config: LinkConfig;
  readonly #tracks = new Map<DeviceKind, MediaStreamTrack | null>();
  #audio: RTCRtpTransceiver | null = null;
  #video: RTCRtpTransceiver | null = null;
  #scale: number;
  #measured = 0;
  /** No pictures: nobody would get them. */
  #isResting = false;
  /** It was made small after an outage: the very measurement that ended that must not undo it. */
  #isAnew = false;
  #encoding: Promise<void> = Promise.resolve();

  constructor(pc: RTCPeerConnection, config: LinkConfig) {
    this.#pc = pc;
    this.#config = config;
    this.#scale = config.startScale;
  }

  /** They are there: made for an offer, or taken from one. */
  get isFixed(): boolean {
    return this.#audio !== null;
  }

  /** The peer's. */
  get received(): { readonly audio: MediaStreamTrack; readonly video: MediaStreamTrack | null } | null {
    return this.#audio && { audio: this.#audio.receiver.track, video: this.#video?.receiver.track ?? null };
  }

  /** For the first offer. */
  make(): void {
    const audio = this.#pc.addTransceiver('audio', { direction: 'sendrecv' });
    const video =
      this.#config.profile === 'audio'
        ? null
        : this.#pc.addTransceiver('video', { direction: 'sendrecv', sendEncodings: [this.#wanted()] });
    for (const transceiver of [audio, video]) if (transceiver) preferCodecs(transceiver, this.#preferred);
    this.#fix(audio, video);
  }

  /** The answerer takes the transceivers the first offer made: ones of its own would never be matched (RFC 8829, 5.10). */
  adopt(): void {
    const all = this.#pc.getTransceivers();
    const [audio = null, video = null] = ['audio', 'video'].map((kind) =>
      all.find(({ receiver }) => receiver.track.kind === kind),
    );
    if (!audio) throw new Error('the offer lacks audio');
    audio.direction = 'sendrecv';
    const wantsVideo = this.#config.profile !== 'audio';
    if (video) video.direction = wantsVideo ? 'sendrecv' : 'inactive';
    const sdp = this.#pc.remoteDescription?.sdp ?? '';
    for (const transceiver of [audio, video]) {
      const kind = transceiver?.receiver.track.kind ?? '';
      if (transceiver) preferCodecsInAnswer(transceiver, this.#preferred, codecsOf(sdp, kind));
    }
    this.#fix(audio, wantsVideo ? video : null);
    this.#encode();
  }

  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.#tracks.set(kind, track);
    this.#attach(kind);
    // Another camera may have more lines; and what is sent in an outage depends on there being sound.
    if (this.#isResting || (kind === 'camera' && this.#config.profile === 'compatible')) this.#encode();
  }

  /** Takes note of a measurement: the picture grows once it may. */
  growWith(report: RTCStatsReport): void {
    this.#measured += 1;
    // After an outage the estimate is that of before: it says nothing yet.
    const hasRoom = !this.#isAnew && sendableBitrate(report) > FULL_SIZE_BITRATE;
    if (this.#scale === 1 || (!hasRoom && this.#measured <= FULL_SIZE_AFTER)) return;
    this.#scale = 1;
    this.#encode();
  }

  /** Until `startAnew`: sound only, where there is any. */
  rest(): void {
    this.#isResting = true;
    this.#encode();
  }

  /**
   * After an outage: the picture is sent whole, and small, since much of the bandwidth's estimate is gone. Without that Chromium
   * shows nothing for up to 3 s: its decoder lacks what was lost, and asks for a whole picture no sooner.
   */
  startAnew(): void {
    this.#measured = 0;
    this.#isAnew = true;
    this.#isResting = false;
    // Another size is what makes encoders send a whole picture.
    this.#scale = Math.max(this.#config.startScale, SMALLER);
    this.#encode();
  }

  get #preferred(): readonly string[] {
    return this.#config.profile === 'full' ? this.#config.codecs : COMPATIBLE.codecs;
  }

  #fix(audio: RTCRtpTransceiver, video: RTCRtpTransceiver | null): void {
    leaveOutOfFeedback(audio);
    this.#audio = audio;
    this.#video = video;
    this.#attach('microphone');
    this.#attach('camera');
  }

  #attach(kind: DeviceKind): void {
    const track = this.#tracks.get(kind) ?? null;
    const sender = (kind === 'camera' ? this.#video : this.#audio)?.sender;
    if (!sender || sender.track === track || this.#pc.signalingState === 'closed') return;
    // It rejects only when the connection is closed meanwhile.
    sender.replaceTrack(track).catch(() => undefined);
  }

  /** How the picture is to be sent now. */
  #wanted(): RTCRtpEncodingParameters {
    const maxBitrate = this.#config.maxBitrate * 1000;
    // Without sound it is pictures that prove the path.
    const active = !this.#isResting || !this.#tracks.get('microphone');
    if (this.#config.profile === 'full') return { active, maxBitrate, scaleResolutionDownBy: this.#scale };
    const { width = 0, height = 0 } = this.#tracks.get('camera')?.getSettings() ?? {};
    // On its side a picture's lines are its columns.
    const scale = Math.max(this.#scale, Math.min(width, height) / COMPATIBLE.lines);
    return { active, maxBitrate, scaleResolutionDownBy: scale, maxFramerate: COMPATIBLE.maxFramerate };
  }

  /** One change at a time: Chromium refuses one that was prepared before another took effect. */
  #encode(): void {
    this.#encoding = this.#encoding.then(async () => {
      const parameters = this.#video?.sender.getParameters();
      for (const encoding of parameters?.encodings ?? []) Object.assign(encoding, this.#wanted());
      // It rejects only when the connection is closed meanwhile.
      if (parameters) await this.#video?.sender.setParameters(parameters).catch(() => undefined);
    });
  }
}
