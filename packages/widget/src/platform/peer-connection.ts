import { LIMITS, type IceCandidate } from '@p2p-call/protocol';
import type { LinkConfig, LinkRoute } from '../core/effects.js';
import type { LinkNews } from '../core/inputs.js';
import type { DeviceKind } from '../core/state.js';
import type { LinkListener, LinkPort } from '../session/ports.js';
import { preferCodecs } from './codecs.js';
import { fragmentsOf, hasOneFingerprint } from './sdp.js';
import { measurementOf, sendableBitrate } from './stats.js';

/** The picture starts small and takes its full size once this many bit/s can be sent, or after this many measurements. */
const FULL_SIZE_BITRATE = 1_000_000;
const FULL_SIZE_AFTER = 3;

/** Opens a peer connection with one audio and one video transceiver and a data channel, all fixed from the start. */
export function createPeerConnection(config: LinkConfig, listener: LinkListener): LinkPort {
  return new PeerConnection(config, listener);
}

type Senders = Partial<Record<DeviceKind, RTCRtpSender>>;

class PeerConnection implements LinkPort {
  readonly #pc: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #config: LinkConfig;
  readonly #listener: LinkListener;
  readonly #tracks = new Map<DeviceKind, MediaStreamTrack | null>();
  #senders: Senders = {};
  /** Everything that touches descriptions runs one after the other. */
  #queue: Promise<void> = Promise.resolve();
  /** Candidates whose description is not here yet. */
  #early: IceCandidate[] = [];
  /** Candidates handed to the browser for the present description: after a resume they come again. */
  readonly #added = new Set<string>();
  #scale: number;
  #measured = 0;
  #isClosed = false;
  #endTold = false;

  constructor(config: LinkConfig, listener: LinkListener) {
    this.#config = config;
    this.#scale = config.startScale;
    this.#listener = listener;
    this.#pc = new RTCPeerConnection({
      iceServers: config.iceServers.map(toRtcIceServer),
      iceTransportPolicy: policyOf(config.route),
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
    });
    this.#channel = this.#pc.createDataChannel('p2p-call', { negotiated: true, id: 0 });
    this.#watchConnection();
    this.#watchChannel();
  }

  offer(neg: number, iceRestart: boolean): void {
    this.#enqueue('offer', async () => {
      if (!this.#senders.camera) this.#addTransceivers();
      const offer = await this.#pc.createOffer({ iceRestart });
      await this.#setLocal(offer);
      this.#tell({ type: 'link-described', kind: 'offer', neg, sdp: offer.sdp ?? '' });
    });
  }

  acceptOffer(neg: number, sdp: string): void {
    this.#enqueue('offer', async () => {
      await this.#setRemote('offer', sdp);
      if (!this.#senders.camera) this.#adoptTransceivers();
      const answer = await this.#pc.createAnswer();
      // The other side can use it while this one is still taking it in.
      const isSet = this.#setLocal(answer);
      this.#tell({ type: 'link-described', kind: 'answer', neg, sdp: answer.sdp ?? '' });
      await isSet;
      this.#addEarly();
    });
  }

  acceptAnswer(neg: number, sdp: string): void {
    this.#enqueue('answer', async () => {
      await this.#setRemote('answer', sdp);
      this.#addEarly();
      this.#tellTracks();
      this.#tell({ type: 'link-settled', neg });
    });
  }

  addCandidate(candidate: IceCandidate | ''): void {
    // The end of candidates says nothing we act on; browsers differ in how they take it.
    if (candidate !== '') this.#add(candidate);
  }

  setIceServers(iceServers: LinkConfig['iceServers'], route: LinkRoute): void {
    try {
      // Alone, `iceServers` is refused: it would change the rest back.
      this.#pc.setConfiguration({
        ...this.#pc.getConfiguration(),
        iceServers: iceServers.map(toRtcIceServer),
        iceTransportPolicy: policyOf(route),
      });
    } catch {
      // Servers that the browser refuses: those it has are better than none.
    }
  }

  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.#tracks.set(kind, track);
    this.#attach(kind);
  }

  send(text: string): void {
    if (this.#channel.readyState === 'open') this.#channel.send(text);
  }

  measure(): void {
    void this.#pc.getStats().then((report) => {
      this.#tell({ type: 'link-bytes', ...measurementOf(report) });
      this.#measured += 1;
      const hasRoom = sendableBitrate(report) > FULL_SIZE_BITRATE;
      if (this.#scale > 1 && (hasRoom || this.#measured > FULL_SIZE_AFTER)) this.#encodeAt(1);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#early = [];
    this.#channel.close();
    this.#pc.close();
  }

  #tell(news: LinkNews): void {
    if (!this.#isClosed) this.#listener.news(news);
  }

  /** @param step what to report when it fails */
  #enqueue(step: string, run: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#isClosed) return;
      try {
        await run();
      } catch (cause) {
        // Closing a connection rejects whatever it was doing: that is no failure, and is not told.
        this.#tell({ type: 'link-failed', step, cause });
      }
    });
  }

  /** Local descriptions are told only on a connection that is still wanted. */
  async #setLocal(description: RTCSessionDescriptionInit): Promise<void> {
    this.#endTold = false;
    await this.#pc.setLocalDescription(description);
    if (this.#isClosed) throw new Error('closed');
  }

  async #setRemote(type: 'offer' | 'answer', sdp: string): Promise<void> {
    if (!hasOneFingerprint(sdp)) throw new Error('the description does not name exactly one certificate');
    this.#added.clear();
    await this.#pc.setRemoteDescription({ type, sdp });
  }

  #addEarly(): void {
    for (const candidate of this.#early.splice(0)) this.#add(candidate);
  }

  #add(candidate: IceCandidate): void {
    const sdp = this.#pc.remoteDescription?.sdp;
    const fragment = candidate.usernameFragment;
    if (sdp !== undefined && (!fragment || fragmentsOf(sdp).includes(fragment))) {
      // A flood of them freezes a tab.
      const key = `${candidate.sdpMid} ${candidate.sdpMLineIndex} ${candidate.candidate}`;
      if (this.#added.has(key) || this.#added.size >= LIMITS.candidatesPerDescription) return;
      this.#added.add(key);
      // Firefox and Chromium refuse candidates of address families or protocols they lack; the others still count.
      this.#pc.addIceCandidate(candidate as RTCIceCandidateInit).catch(() => undefined);
    } else if (this.#early.length < LIMITS.candidatesPerDescription) this.#early.push(candidate);
  }

  #addTransceivers(): void {
    const init: RTCRtpTransceiverInit = { direction: 'sendrecv' };
    const audio = this.#pc.addTransceiver('audio', init);
    const sendEncodings = [
      { maxBitrate: this.#config.maxBitrate * 1000, scaleResolutionDownBy: this.#scale },
    ];
    const video = this.#pc.addTransceiver('video', { ...init, sendEncodings });
    preferCodecs(video, this.#config.codecs);
    this.#setSenders(audio.sender, video.sender);
  }

  /** The answerer takes the transceivers the offer made: ones of its own would never be matched (RFC 8829, 5.10). */
  #adoptTransceivers(): void {
    const [audio, video] = this.#transceivers();
    if (!audio || !video) throw new Error('the offer lacks audio or video');
    audio.direction = 'sendrecv';
    video.direction = 'sendrecv';
    preferCodecs(video, this.#config.codecs);
    this.#setSenders(audio.sender, video.sender);
    this.#encodeAt(this.#scale);
    this.#tellTracks();
  }

  #transceivers(): (RTCRtpTransceiver | undefined)[] {
    const all = this.#pc.getTransceivers();
    return ['audio', 'video'].map((kind) => all.find(({ receiver }) => receiver.track.kind === kind));
  }

  #tellTracks(): void {
    const [audio, video] = this.#transceivers();
    if (audio && video) this.#listener.tracks(video.receiver.track, audio.receiver.track);
  }

  #setSenders(microphone: RTCRtpSender, camera: RTCRtpSender): void {
    this.#senders = { microphone, camera };
    this.#attach('microphone');
    this.#attach('camera');
  }

  #attach(kind: DeviceKind): void {
    const track = this.#tracks.get(kind) ?? null;
    const sender = this.#senders[kind];
    if (!sender || sender.track === track || this.#isClosed) return;
    // It rejects only when the connection is closed meanwhile.
    sender.replaceTrack(track).catch(() => undefined);
  }

  /** @param scale what the picture's sides are divided by */
  #encodeAt(scale: number): void {
    this.#scale = scale;
    const sender = this.#senders.camera;
    const parameters = sender?.getParameters();
    if (!sender || !parameters) return;
    for (const encoding of parameters.encodings)
      Object.assign(encoding, { maxBitrate: this.#config.maxBitrate * 1000, scaleResolutionDownBy: scale });
    // It rejects only when the connection is closed meanwhile.
    sender.setParameters(parameters).catch(() => undefined);
  }

  #watchConnection(): void {
    const pc = this.#pc;
    pc.onicecandidate = ({ candidate }) => {
      // Firefox says "" and then null at the end; once is enough.
      const isEnd = !candidate?.candidate;
      if (!isEnd || !this.#endTold)
        this.#tell({ type: 'link-candidate', candidate: isEnd ? '' : toWireCandidate(candidate) });
      this.#endTold = isEnd;
    };
    pc.oniceconnectionstatechange = () => {
      const state = pc.iceConnectionState;
      if (state === 'connected' || state === 'completed') this.#tell({ type: 'link-ice' });
      // Either state may be the only one to say so: Firefox' ICE fails, Chromium's connection does.
      if (state === 'failed') this.#tell({ type: 'link-transport', transport: state });
    };
    pc.onconnectionstatechange = () => {
      const transport = pc.connectionState;
      if (transport === 'connected' || transport === 'disconnected' || transport === 'failed')
        this.#tell({ type: 'link-transport', transport });
    };
  }

  #watchChannel(): void {
    const channel = this.#channel;
    channel.onopen = () => this.#tell({ type: 'link-channel', open: true });
    channel.onclose = () => this.#tell({ type: 'link-channel', open: false });
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!this.#isClosed && typeof data === 'string') this.#listener.message(data);
    };
  }
}

const policyOf = (route: LinkRoute): RTCIceTransportPolicy => (route === 'all' ? 'all' : 'relay');

function toRtcIceServer({ urls, username, credential }: LinkConfig['iceServers'][number]): RTCIceServer {
  return {
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

function toWireCandidate(candidate: RTCIceCandidate): IceCandidate {
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  return { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment };
}
