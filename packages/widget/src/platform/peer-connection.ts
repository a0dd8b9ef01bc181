import { LIMITS, type IceCandidate } from '@p2p-call/protocol';
import type { LinkConfig } from '../core/effects.js';
import type { LinkNews } from '../core/inputs.js';
import type { DeviceKind } from '../core/state.js';
import type { LinkListener, LinkPort } from '../session/ports.js';
import { preferCodecs } from './codecs.js';
import { fragmentsOf, hasOneFingerprint } from './sdp.js';
import { receivedBytes } from './stats.js';

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
  #isClosed = false;
  #endTold = false;

  constructor(config: LinkConfig, listener: LinkListener) {
    this.#config = config;
    this.#listener = listener;
    this.#pc = new RTCPeerConnection({
      iceServers: config.iceServers.map(toRtcIceServer),
      iceTransportPolicy: config.relayOnly ? 'relay' : 'all',
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
      await this.#setLocal(answer);
      this.#tell({ type: 'link-described', kind: 'answer', neg, sdp: answer.sdp ?? '' });
      this.#limitBitrate();
    });
  }

  acceptAnswer(neg: number, sdp: string): void {
    this.#enqueue('answer', async () => {
      await this.#setRemote('answer', sdp);
      this.#tellTracks();
      this.#tell({ type: 'link-settled', neg });
      this.#limitBitrate();
    });
  }

  addCandidate(candidate: IceCandidate | ''): void {
    // The end of candidates says nothing we act on; browsers differ in how they take it.
    if (candidate === '') return;
    this.#enqueue(null, () => this.#add(candidate));
  }

  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.#tracks.set(kind, track);
    this.#attach(kind);
  }

  send(text: string): void {
    if (this.#channel.readyState === 'open') this.#channel.send(text);
  }

  measure(): void {
    void this.#pc
      .getStats()
      .then((report) => this.#tell({ type: 'link-bytes', bytes: receivedBytes(report) }));
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

  /** @param step what to report when it fails; `null`: a failure costs nothing */
  #enqueue(step: string | null, run: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#isClosed) return;
      try {
        await run();
      } catch (cause) {
        // Closing a connection rejects whatever it was doing: that is no failure, and is not told.
        if (step !== null) this.#tell({ type: 'link-failed', step, cause });
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
    await this.#pc.setRemoteDescription({ type, sdp });
    const early = this.#early;
    this.#early = [];
    for (const candidate of early) await this.#add(candidate);
  }

  async #add(candidate: IceCandidate): Promise<void> {
    const sdp = this.#pc.remoteDescription?.sdp;
    const fragment = candidate.usernameFragment;
    if (sdp === undefined || (fragment && !fragmentsOf(sdp).includes(fragment))) {
      if (this.#early.length < LIMITS.candidatesPerDescription) this.#early.push(candidate);
      return;
    }
    // Firefox and Chromium refuse candidates of address families or protocols they lack; the others still count.
    await this.#pc.addIceCandidate(candidate as RTCIceCandidateInit).catch(() => undefined);
  }

  #addTransceivers(): void {
    const init: RTCRtpTransceiverInit = { direction: 'sendrecv' };
    const audio = this.#pc.addTransceiver('audio', init);
    const video = this.#pc.addTransceiver('video', init);
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

  #limitBitrate(): void {
    const sender = this.#senders.camera;
    if (!sender) return;
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = this.#config.maxBitrate * 1000;
    if (parameters.encodings.length > 0) sender.setParameters(parameters).catch(() => undefined);
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
