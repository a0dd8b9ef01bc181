import { LIMITS, type IceCandidate } from '@p2p-call/protocol';
import type { CallStats } from '../core/call-stats.js';
import type { LinkConfig, LinkRoute } from '../core/effects.js';
import type { DescriptionStep, LinkNews } from '../core/inputs.js';
import type { DeviceKind } from '../core/state.js';
import type { LinkListener, LinkPort } from '../session/ports.js';
import { CallMedia } from './call-media.js';
import { routeOf } from './ice-route.js';
import { RemoteCandidates } from './remote-candidates.js';
import { hasOneFingerprint } from './sdp.js';
import { callStatsOf, measurementOf } from './stats.js';

/** Opens a peer connection with the call's own media and a data channel, all fixed from the start. */
export function createPeerConnection(config: LinkConfig, listener: LinkListener): LinkPort {
  return new PeerConnection(config, listener);
}

class PeerConnection implements LinkPort {
  readonly #pc: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #listener: LinkListener;
  readonly #media: CallMedia;
  readonly #candidates: RemoteCandidates;
  /** Everything that touches descriptions runs one after the other. */
  #queue: Promise<void> = Promise.resolve();
  /** Which offer of ours awaits its answer. */
  #offered: number | null = null;
  /** The browser asked for an offer, and none of ours since has covered it. */
  #isOfferNeeded = false;
  #areTracksTold = false;
  #isClosed = false;
  #endTold = false;
  /** Whoever waits for an answer that a closed connection would not give. */
  readonly #waiting = new Set<(why: Error) => void>();

  constructor(config: LinkConfig, listener: LinkListener) {
    this.#listener = listener;
    this.#pc = new RTCPeerConnection({
      ...routeOf(config.iceServers, config.route),
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
    });
    this.#media = new CallMedia(this.#pc, config);
    this.#candidates = new RemoteCandidates((candidate) => {
      // Firefox and Chromium refuse candidates of address families or protocols they lack; the others still count.
      this.#pc.addIceCandidate(candidate as RTCIceCandidateInit).catch(() => undefined);
    });
    this.#channel = this.#pc.createDataChannel('p2p-call', { negotiated: true, id: 0 });
    this.#watchConnection();
    this.#watchNegotiation();
    this.#watchChannel();
  }

  offer(neg: number, iceRestart: boolean): void {
    this.#enqueue('offer', async () => {
      if (!this.#media.isFixed) this.#media.make();
      const offer = await this.#timed('create_offer', () => this.#pc.createOffer({ iceRestart }));
      const sdp = sendableSdp(offer);
      await this.#setLocal(offer);
      this.#offered = neg;
      this.#tell({ type: 'link-described', kind: 'offer', neg, sdp });
    });
  }

  acceptOffer(neg: number, sdp: string): void {
    this.#enqueue('offer', async () => {
      // An offer of ours that is out is rolled back: the browser does so by itself.
      await this.#setRemote('offer', sdp);
      this.#offered = null;
      if (!this.#media.isFixed) this.#media.adopt();
      this.#tellTracks();
      const answer = await this.#timed('create_answer', () => this.#pc.createAnswer());
      const ours = sendableSdp(answer);
      // The other side can use it while this one is still taking it in.
      const isSet = this.#setLocal(answer);
      this.#tell({ type: 'link-described', kind: 'answer', neg, sdp: ours });
      this.#candidates.describe(sdp);
      await isSet;
    });
  }

  acceptAnswer(neg: number, sdp: string): void {
    this.#enqueue('answer', async () => {
      // To an offer that was answered, overtaken or rolled back: it says nothing any more.
      if (neg !== this.#offered) return;
      await this.#setRemote('answer', sdp);
      this.#offered = null;
      this.#candidates.describe(sdp);
      this.#tellTracks();
      this.#tell({ type: 'link-settled', neg });
    });
  }

  addCandidate(candidate: IceCandidate | ''): void {
    // The end of candidates says nothing we act on; browsers differ in how they take it.
    if (candidate !== '' && !this.#isClosed) this.#candidates.take(candidate);
  }

  setIceServers(iceServers: LinkConfig['iceServers'], route: LinkRoute): void {
    const present = this.#pc.getConfiguration();
    // Servers that the browser refuses: those it has are better than none.
    for (const servers of [iceServers, (present.iceServers ?? []) as LinkConfig['iceServers']]) {
      try {
        // Alone, `iceServers` is refused: it would change the rest back.
        return this.#pc.setConfiguration({ ...present, ...routeOf(servers, route) });
      } catch {
        // A closed connection refuses the others, too.
      }
    }
  }

  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    if (!this.#isClosed) this.#media.setTrack(kind, track);
  }

  send(text: string): void {
    if (this.#channel.readyState === 'open') this.#channel.send(text);
  }

  measure(): void {
    void this.#pc.getStats().then(
      (report) => {
        this.#tell({ type: 'link-bytes', ...measurementOf(report) });
        if (!this.#isClosed) this.#media.growWith(report);
      },
      // A browser that does not say now may say so next time.
      () => undefined,
    );
  }

  rest(): void {
    if (!this.#isClosed) this.#media.rest();
  }

  refresh(): void {
    if (!this.#isClosed) this.#media.startAnew();
  }

  /** Rejects once it is closed: Firefox would never answer. */
  stats(): Promise<CallStats> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error('closed'));
      // No race with one promise of the whole call, which would keep every report as long as itself.
      this.#waiting.add(reject);
      void this.#pc
        .getStats()
        .then(callStatsOf)
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(reject));
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#waiting) end(new Error('closed'));
    this.#channel.close();
    this.#pc.close();
  }

  #tell(news: LinkNews): void {
    if (!this.#isClosed) this.#listener.news(news);
  }

  /** Once: the transceivers stay the same. */
  #tellTracks(): void {
    const { received } = this.#media;
    if (received === null || this.#areTracksTold || this.#isClosed) return;
    this.#areTracksTold = true;
    this.#listener.tracks(received.video, received.audio);
  }

  /** @param step what to report when it fails */
  #enqueue(step: string, run: () => Promise<void> | void): void {
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
    // What this one does not cover the browser asks for again once the negotiation is over.
    this.#isOfferNeeded = false;
    await this.#timed('set_local', () => this.#pc.setLocalDescription(description));
    if (this.#isClosed) throw new Error('closed');
  }

  async #setRemote(type: 'offer' | 'answer', sdp: string): Promise<void> {
    if (!hasOneFingerprint(sdp)) throw new Error('the description does not name exactly one certificate');
    await this.#timed('set_remote', () => this.#pc.setRemoteDescription({ type, sdp }));
  }

  /** Tells how long the browser took. */
  async #timed<T>(what: DescriptionStep, run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const done = await run();
    this.#tell({ type: 'link-timed', what, ms: performance.now() - start });
    return done;
  }

  /**
   * Somebody added or changed a transceiver. Chromium also says so of what an offer in the making covers already, and of the first
   * one; so this is told when its turn comes, if it still holds.
   */
  #watchNegotiation(): void {
    this.#pc.onnegotiationneeded = () => {
      if (this.#pc.currentRemoteDescription === null) return;
      this.#isOfferNeeded = true;
      this.#enqueue('negotiation', () => {
        if (this.#isOfferNeeded) this.#tell({ type: 'link-negotiation-needed' });
        this.#isOfferNeeded = false;
      });
    };
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
      this.#tell({ type: 'link-state', of: 'ice', state });
      if (state === 'connected' || state === 'completed') this.#tell({ type: 'link-ice' });
      // Either state may be the only one to say so: Firefox' ICE fails, Chromium's connection does.
      if (state === 'failed') this.#tell({ type: 'link-transport', transport: state });
    };
    pc.onicegatheringstatechange = () =>
      this.#tell({ type: 'link-state', of: 'gathering', state: pc.iceGatheringState });
    pc.onconnectionstatechange = () => {
      const transport = pc.connectionState;
      this.#tell({ type: 'link-state', of: 'connection', state: transport });
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

/** Refuses one that is too long (in Chromium some six videos make one): the service would close the line over it, for good. */
function sendableSdp({ sdp = '' }: RTCSessionDescriptionInit): string {
  if (sdp.length > LIMITS.sdpLength) throw new Error('the description is too long');
  return sdp;
}

function toWireCandidate(candidate: RTCIceCandidate): IceCandidate {
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  return { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment };
}
