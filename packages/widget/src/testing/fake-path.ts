import type { IceCandidate } from '@p2p-call/protocol';
import type { LinkConfig, LinkRoute } from '../core/effects.js';
import type { LinkNews } from '../core/inputs.js';
import type { LinkListener, LinkPort } from '../session/ports.js';
import { FakeLink } from './fake-ports.js';
import type { ManualClock } from './manual-clock.js';

/**
 * The way between two browsers: all of it, none of it, only through relays (over TCP), or only in one direction. `out`: what
 * the first of the two sends arrives, what the second sends does not; `in`: the other way round.
 */
export type PathState = 'up' | 'down' | 'relay' | 'relay-tcp' | 'out' | 'in';

/** How a browser takes the loss of a path, by what was measured (4-engine). */
export interface Flavour {
  readonly browser: 'chromium' | 'firefox';
  /** From the loss to `disconnected`, ms: 5 to 9 s. */
  readonly disconnectedMs: number;
  /** Does the data channel say that it closed, when the connection failed? */
  readonly tellsChannel: boolean;
}

/** From the loss to `failed`; and from a restart that finds no path, ms. */
const FAILED_MS = { chromium: 16_600, firefox: 30_000 } as const;
const CHECKED_MS = { chromium: 16_600, firefox: 11_000 } as const;
/** From two descriptions that meet to a path; and from a path that is back to `connected`, ms. */
const CHECK_MS = 100;
const BACK_MS = 200;
const DESCRIBE_MS = 10;
const GATHER_MS = [20, 100] as const;

const NARROWER: Record<LinkRoute, number> = { all: 0, relay: 1, 'relay-tcp': 2 };

/** The network between two browsers, and what both know of their present connections. */
export class FakePath {
  state: PathState = 'up';
  readonly ends: [BrowserLink | null, BrowserLink | null] = [null, null];
  /** Tracks are sent: else only what the pages say on their channel counts as bytes. */
  hasTracks = true;

  constructor(
    readonly clock: ManualClock,
    readonly latency: number,
  ) {}

  /** The network changes. */
  become(state: PathState): void {
    for (const end of this.ends) end?.count();
    this.state = state;
    this.look();
  }

  /** Does what this end sends get to the other? */
  carries(from: BrowserLink): boolean {
    const to = this.peerOf(from);
    if (to === null) return false;
    const { state } = this;
    const isFirst = this.ends[0] === from;
    const way = Math.max(NARROWER[from.route], NARROWER[to.route]);
    if (state === 'relay') return way >= 1;
    if (state === 'relay-tcp') return way >= 2;
    return state === 'up' || state === (isFirst ? 'out' : 'in');
  }

  peerOf(link: BrowserLink): BrowserLink | null {
    const [one, two] = this.ends;
    return one === link ? two : two === link ? one : null;
  }

  /** Something changed: both browsers look what it means for them. */
  look(): void {
    for (const end of this.ends) end?.look();
  }
}

/** One browser's peer connection on that path. What a page sends on its channel is kept until it arrives, as SCTP does. */
export class BrowserLink extends FakeLink implements LinkPort {
  /** Names of our and their end (`ice-ufrag`); of the two that both descriptions tell; and of the two that media takes. */
  #local = '';
  #remote = '';
  #agreed = '';
  #selected = '';
  #hasOffered = false;
  #isChannelOpen = false;
  #isClosed = false;
  /** Firefox, once its ICE failed: states come back, bytes do not. */
  #isDead = false;
  #transport: 'new' | 'connected' | 'disconnected' | 'failed' = 'new';
  #policy: LinkRoute;
  route: LinkRoute;
  #ends = 0;
  #got = new Set<string>();
  #bytes = 0;
  #countedAt: number;
  #outbox: string[] = [];
  #lost: (() => void)[] | null = null;
  #checking = '';
  #checks: (() => void)[] = [];

  constructor(
    readonly path: FakePath,
    readonly place: 0 | 1,
    readonly name: string,
    readonly flavour: Flavour,
    config: LinkConfig,
    listener: LinkListener,
  ) {
    super(config, listener);
    this.#policy = this.route = config.route;
    this.#countedAt = path.clock.now();
    path.ends[place] = this;
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** Does media arrive here? */
  get hears(): boolean {
    const peer = this.path.peerOf(this);
    return peer !== null && peer.#sendsTo(this) && this.path.carries(peer);
  }

  override offer(neg: number, iceRestart: boolean): void {
    super.offer(neg, iceRestart);
    this.#after(DESCRIBE_MS, () => {
      this.#hasOffered = true;
      this.#describe('offer', neg, iceRestart || this.#local === '');
    });
  }

  override acceptOffer(neg: number, sdp: string): void {
    super.acceptOffer(neg, sdp);
    this.#after(DESCRIBE_MS, () => {
      this.#hasOffered = false;
      const isNew = this.#take(sdp);
      this.#describe('answer', neg, isNew);
      this.#agree();
    });
  }

  override acceptAnswer(neg: number, sdp: string): void {
    super.acceptAnswer(neg, sdp);
    this.#after(DESCRIBE_MS, () => {
      // As `setRemoteDescription` does in `stable`.
      if (!this.#hasOffered) return this.#tell({ type: 'link-failed', step: 'answer', cause: null });
      this.#hasOffered = false;
      this.#take(sdp);
      this.#tell({ type: 'link-settled', neg });
      this.#agree();
    });
  }

  override addCandidate(candidate: IceCandidate | ''): void {
    if (candidate === '') return;
    this.#got.add(candidate.candidate);
    this.path.look();
  }

  override setIceServers(iceServers: LinkConfig['iceServers'], route: LinkRoute): void {
    super.setIceServers(iceServers, route);
    this.#policy = route;
  }

  override send(text: string): void {
    if (!this.#isChannelOpen) return;
    this.#outbox.push(text);
    this.#flush();
  }

  override measure(): void {
    this.#after(5, () => {
      this.count();
      this.#tell({ type: 'link-bytes', bytes: this.#bytes });
    });
  }

  override close(): void {
    super.close();
    const peer = this.path.peerOf(this);
    const isHeard = peer !== null && this.#sendsTo(peer) && this.path.carries(this);
    for (const end of [this, peer]) end?.count();
    this.#isClosed = true;
    this.#forget();
    if (this.path.ends[this.place] === this) this.path.ends[this.place] = null;
    // DTLS says goodbye.
    if (isHeard) this.#after(this.path.latency, () => peer.#loseChannel(), true);
    this.path.look();
  }

  /** Counts what arrived since the last time. */
  count(): void {
    const now = this.path.clock.now();
    if (this.path.hasTracks && this.hears) this.#bytes += now - this.#countedAt;
    this.#countedAt = now;
  }

  look(): void {
    if (this.#isClosed) return;
    this.#look();
    this.#flush();
    const peer = this.path.peerOf(this);
    const isWhole = peer !== null && this.#sendsTo(peer) && this.path.carries(this) && this.hears;
    if (this.#selected === '' || this.#transport === 'failed') return;
    if (!isWhole) return this.#startLosing();
    if (this.#lost) for (const cancel of this.#lost) cancel();
    this.#lost = null;
    if (this.#transport === 'disconnected') this.#after(BACK_MS, () => this.#regain());
  }

  #sendsTo(peer: BrowserLink): boolean {
    const isMutual = this.#selected !== '' && this.#selected === peer.#selected;
    return (
      isMutual && ![this, peer].some((end) => end.#isDead || end.#isClosed || end.#transport === 'failed')
    );
  }

  #regain(): void {
    const peer = this.path.peerOf(this);
    if (this.#transport === 'disconnected' && peer && this.path.carries(this) && this.hears)
      this.#become('connected');
  }

  #startLosing(): void {
    this.#lost ??= [
      this.#after(this.flavour.disconnectedMs, () => {
        if (this.#transport === 'connected') this.#become('disconnected');
      }),
      this.#after(FAILED_MS[this.flavour.browser], () => this.#fail()),
    ];
  }

  /** Two descriptions that meet are checked, and given up after a while. */
  #look(): void {
    const peer = this.path.peerOf(this);
    const pair = this.#agreed;
    if (pair === this.#selected) return;
    if (this.#checking !== pair) {
      this.#stopChecks();
      this.#checking = pair;
      this.#checks.push(this.#after(CHECKED_MS[this.flavour.browser], () => this.#fail()));
    }
    if (!peer || pair !== peer.#agreed) return;
    if (!this.#knows(peer) || !peer.#knows(this)) return;
    if (this.path.carries(this) && this.path.carries(peer))
      this.#after(CHECK_MS + 3 * this.path.latency, () => this.#select(pair, peer));
  }

  #knows(peer: BrowserLink): boolean {
    return GATHER_MS.every((_, n) => this.#got.has(`${peer.#local} ${n}`));
  }

  #select(pair: string, peer: BrowserLink): void {
    if (pair !== this.#agreed || pair === this.#selected) return;
    if (this.path.peerOf(this) !== peer || !this.path.carries(this) || !this.path.carries(peer)) return;
    this.#stopChecks();
    if (this.#lost) for (const cancel of this.#lost) cancel();
    this.#lost = null;
    this.count();
    this.#selected = pair;
    this.#tell({ type: 'link-ice' });
    if (this.#transport !== 'connected') this.#become('connected');
    if (!this.#isChannelOpen && !this.#isDead) this.#after(this.path.latency, () => this.#openChannel());
    this.path.look();
  }

  #openChannel(): void {
    if (this.#isChannelOpen || !this.hears) return;
    this.#isChannelOpen = true;
    this.#tell({ type: 'link-channel', open: true });
  }

  #loseChannel(): void {
    this.count();
    this.#isDead = true;
    if (!this.#isChannelOpen) return;
    this.#isChannelOpen = false;
    this.#tell({ type: 'link-channel', open: false });
  }

  #fail(): void {
    if (this.#transport === 'failed') return;
    const peer = this.path.peerOf(this);
    for (const end of [this, peer]) end?.count();
    this.#stopChecks();
    this.#become('failed');
    if (this.flavour.browser === 'firefox') this.#isDead = true;
    if (this.flavour.tellsChannel) this.#after(10, () => this.#loseChannel());
    this.path.look();
  }

  #become(transport: 'connected' | 'disconnected' | 'failed'): void {
    this.#transport = transport;
    this.#tell({ type: 'link-transport', transport });
  }

  #agree(): void {
    this.#agreed = [this.#local, this.#remote].sort().join(' ');
    this.path.look();
  }

  /** @returns is it another end than before? */
  #take(sdp: string): boolean {
    const before = this.#remote;
    this.#remote = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
    return before !== this.#remote;
  }

  #describe(kind: 'offer' | 'answer', neg: number, isNewEnd: boolean): void {
    if (isNewEnd) {
      this.#ends += 1;
      this.#local = `${this.name}-${this.#ends}`;
      this.route = this.#policy;
    }
    const local = this.#local;
    this.#tell({ type: 'link-described', kind, neg, sdp: `${kind} ${neg}\na=ice-ufrag:${local}\n` });
    if (!isNewEnd) return;
    GATHER_MS.forEach((ms, n) =>
      this.#after(ms, () =>
        this.#tell({ type: 'link-candidate', candidate: { candidate: `${local} ${n}` } }),
      ),
    );
  }

  /** The other page gets what this one said, as soon as there is a way. */
  #flush(): void {
    const peer = this.path.peerOf(this);
    if (!this.#isChannelOpen || !peer?.hears) return;
    for (const text of this.#outbox.splice(0))
      this.#after(this.path.latency, () => {
        if (!peer.isOpen) return;
        peer.#bytes += text.length;
        peer.listener.message(text);
      });
  }

  #stopChecks(): void {
    for (const cancel of this.#checks.splice(0)) cancel();
    this.#checking = '';
  }

  #forget(): void {
    this.#stopChecks();
    if (this.#lost) for (const cancel of this.#lost) cancel();
    this.#outbox = [];
  }

  /** @param always also after it was closed */
  #after(ms: number, run: () => void, always = false): () => void {
    return this.path.clock.after(ms, () => {
      if (always || !this.#isClosed) run();
    });
  }

  #tell(news: LinkNews): void {
    if (!this.#isClosed) this.listener.news(news);
  }
}
