import { decodeChannelMessage } from '@p2p-call/protocol';
import type { CallStats } from '../core/call-stats.js';
import type { Effect } from '../core/effects.js';
import type { LinkInput } from '../core/inputs.js';
import type { DeviceKind } from '../core/state.js';
import type { LinkListener, LinkPort, Ports } from './ports.js';

type LinkEffect = Extract<Effect, { link: number }>;
interface Remote {
  /** None in an audio call. */
  readonly video: MediaStreamTrack | null;
  readonly audio: MediaStreamTrack;
}

/** Holds the one peer connection there is, and the peer's tracks. */
export class LinkHolder {
  #port: LinkPort | null = null;
  #shown: Remote | null = null;
  #next: Remote | null = null;
  /** Called when `remote` changed. */
  onTracks: (() => void) | null = null;

  constructor(
    private readonly ports: Ports,
    private readonly dispatch: (input: LinkInput) => void,
  ) {}

  /** The peer's tracks to show. Those of a new connection take over when it carries media: until then the last picture stays. */
  get remote(): Remote | null {
    return this.#shown;
  }

  forgetTracks(): void {
    this.#shown = null;
  }

  /** `null` where there is no connection, or it does not say. */
  async stats(): Promise<CallStats | null> {
    return (await this.#port?.stats().catch(() => null)) ?? null;
  }

  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.#port?.setTrack(kind, track);
  }

  run(effect: LinkEffect): void {
    const port = this.#port;
    switch (effect.type) {
      case 'link-open':
        return this.#open(effect);
      case 'link-offer':
        return port?.offer(effect.neg, effect.iceRestart);
      case 'link-accept-offer':
        return port?.acceptOffer(effect.neg, effect.sdp);
      case 'link-accept-answer':
        return port?.acceptAnswer(effect.neg, effect.sdp);
      case 'link-add-candidate':
        return port?.addCandidate(effect.candidate);
      case 'link-servers':
        return port?.setIceServers(effect.iceServers, effect.route);
      case 'link-send':
        return port?.send(JSON.stringify(effect.message));
      case 'link-measure':
        return port?.measure();
      case 'link-rest':
        return port?.rest();
      case 'link-refresh':
        return port?.refresh();
      case 'link-close':
        port?.close();
        this.#port = null;
        this.#next = null;
    }
  }

  #open({ link, config }: LinkEffect & { type: 'link-open' }): void {
    const { media } = this.ports;
    this.#port = null;
    try {
      this.#port = this.ports.createLink(config, this.#listen(link));
    } catch (cause) {
      // Bad ICE servers make the constructor throw.
      return this.dispatch({ type: 'link-failed', link, step: 'create', cause });
    }
    this.#port.setTrack('microphone', media.track('microphone'));
    this.#port.setTrack('camera', media.track('camera'));
  }

  #listen(link: number): LinkListener {
    let isConnected = false;
    return {
      news: (news) => {
        if (news.type === 'link-transport') isConnected = news.transport === 'connected';
        if (isConnected && this.#next) this.#show(this.#next);
        this.dispatch({ ...news, link });
      },
      message: (text) => {
        const decoded = decodeChannelMessage(text);
        if (decoded.ok) this.dispatch({ type: 'link-message', link, message: decoded.message });
      },
      tracks: (video, audio) => {
        // A browser may say that it is connected before its description is taken in.
        if (this.#shown && !isConnected) this.#next = { video, audio };
        else this.#show({ video, audio });
      },
    };
  }

  #show(remote: Remote): void {
    this.#shown = remote;
    this.#next = null;
    this.onTracks?.();
  }
}
