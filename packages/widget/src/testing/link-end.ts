import type { IceCandidate } from '@p2p-call/protocol';
import { waitUntil } from '@open-wc/testing';
import type { LinkConfig } from '../core/effects.js';
import type { LinkNews, Measurement } from '../core/inputs.js';
import { createPeerConnection } from '../platform/peer-connection.js';
import type { LinkListener, LinkPort } from '../session/ports.js';

export const LINK_CONFIG: LinkConfig = {
  iceServers: [],
  route: 'all',
  profile: 'full',
  codecs: ['vp8'],
  maxBitrate: 2000,
  startScale: 4,
};

export interface Description {
  readonly kind: 'offer' | 'answer';
  readonly neg: number;
  readonly sdp: string;
}

/** One end of a call inside this page: the real thing but for the wire, which the test is. */
export class LinkEnd {
  /** What was told, in short: `settled 1`, `open`, `failed offer`, `needed`. */
  readonly events: string[] = [];
  readonly messages: string[] = [];
  readonly candidates: (IceCandidate | '')[] = [];
  readonly descriptions: Description[] = [];
  readonly timed: (LinkNews & { type: 'link-timed' })[] = [];
  /** What it said of its states, as `ice connected`. */
  readonly states: string[] = [];
  tracks: (MediaStreamTrack | null)[] = [];
  measured: Measurement = { bytes: 0 };
  other: LinkEnd | null = null;
  /** What of its words reaches the other by itself. */
  passes: (news: LinkNews) => boolean = () => true;
  readonly link: LinkPort;
  /** The browser's own object. */
  readonly pc: RTCPeerConnection;

  constructor(config: Partial<LinkConfig> = {}) {
    const listener: LinkListener = {
      news: (news) => this.#hear(news),
      message: (text) => this.messages.push(text),
      tracks: (video, audio) => (this.tracks = [video, audio]),
    };
    const Real = globalThis.RTCPeerConnection;
    const made: RTCPeerConnection[] = [];
    globalThis.RTCPeerConnection = class extends Real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
    try {
      this.link = createPeerConnection({ ...LINK_CONFIG, ...config }, listener);
    } finally {
      globalThis.RTCPeerConnection = Real;
    }
    const [pc] = made;
    if (!pc) throw new Error('no connection was made');
    this.pc = pc;
  }

  /** How often it said so. */
  count(event: string): number {
    return this.events.filter((other) => other === event).length;
  }

  /** @param times at least so often */
  async until(event: string, times = 1): Promise<void> {
    await waitUntil(() => this.count(event) >= times, `${event} (${times})`, { timeout: 8_000 });
  }

  /** What the browser refused. */
  get failures(): string[] {
    return this.events.filter((event) => event.startsWith('failed '));
  }

  async untilDescribed(kind: Description['kind'], neg: number): Promise<Description> {
    const find = () => this.descriptions.filter((one) => one.kind === kind && one.neg === neg).at(-1);
    await waitUntil(() => find() !== undefined, `${kind} ${neg}`, { timeout: 8_000 });
    const found = find();
    if (!found) throw new Error('gone');
    return found;
  }

  take({ kind, neg, sdp }: Description): void {
    if (kind === 'offer') this.link.acceptOffer(neg, sdp);
    else this.link.acceptAnswer(neg, sdp);
  }

  #hear(news: LinkNews): void {
    this.#note(news);
    if (!this.other || !this.passes(news)) return;
    if (news.type === 'link-described') this.other.take(news);
    if (news.type === 'link-candidate') this.other.link.addCandidate(news.candidate);
  }

  #note(news: LinkNews): void {
    switch (news.type) {
      case 'link-described': {
        const { kind, neg, sdp } = news;
        this.descriptions.push({ kind, neg, sdp });
        return;
      }
      case 'link-candidate':
        this.candidates.push(news.candidate);
        return;
      case 'link-settled':
        this.events.push(`settled ${news.neg}`);
        return;
      case 'link-ice':
        this.events.push('ice');
        return;
      case 'link-transport':
        this.events.push(news.transport);
        return;
      case 'link-channel':
        this.events.push(news.open ? 'open' : 'closed');
        return;
      case 'link-negotiation-needed':
        this.events.push('needed');
        return;
      case 'link-bytes':
        this.measured = news;
        return;
      case 'link-failed':
        this.events.push(`failed ${news.step}`);
        return;
      case 'link-timed':
        this.timed.push(news);
        return;
      case 'link-state':
        this.states.push(`${news.of} ${news.state}`);
    }
  }
}

/** Two ends whose words reach each other; nothing is said yet. */
export function newLinkPair(
  ofFirst: Partial<LinkConfig> = {},
  ofSecond: Partial<LinkConfig> = {},
): [LinkEnd, LinkEnd] {
  const [a, b] = [new LinkEnd(ofFirst), new LinkEnd(ofSecond)];
  a.other = b;
  b.other = a;
  return [a, b];
}

/** The same, connected: the first offered. */
export async function connectedLinkPair(
  ofFirst: Partial<LinkConfig> = {},
  ofSecond: Partial<LinkConfig> = {},
): Promise<[LinkEnd, LinkEnd]> {
  const [a, b] = newLinkPair(ofFirst, ofSecond);
  a.link.offer(1, false);
  await untilOpen(a, b);
  return [a, b];
}

export async function untilOpen(...ends: LinkEnd[]): Promise<void> {
  for (const end of ends) await end.until('open');
}

/** Media reaches this end: its bytes grow by more than a data channel's. */
export async function untilBytesGrow(end: LinkEnd, by = 3_000): Promise<void> {
  let from: number | null = null;
  end.measured = { bytes: -1 };
  const hasGrown = () => {
    const { bytes } = end.measured;
    if (bytes >= 0) from ??= bytes;
    if (from !== null && bytes > from + by) return true;
    end.link.measure();
    return false;
  };
  await waitUntil(hasGrown, 'media arrives', { timeout: 8_000 });
}

export function closeAll(...ends: LinkEnd[]): void {
  for (const end of ends) end.link.close();
}
