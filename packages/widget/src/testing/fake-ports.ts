import type { ClientMessage, IceCandidate } from '@p2p-call/protocol';
import type { CallStats } from '../core/call-stats.js';
import type { LinkConfig, LinkRoute } from '../core/effects.js';
import type { CaptureResult } from '../core/inputs.js';
import type { CallSettings } from '../core/settings.js';
import type { DeviceKind } from '../core/state.js';
import type {
  LinkListener,
  LinkPort,
  LocalMediaPort,
  PagePort,
  PageWatcher,
  Ports,
  SignalingPort,
  SignalingRequest,
} from '../session/ports.js';
import { ManualClock } from './manual-clock.js';

/** A socket that a test speaks for. */
export class FakeSignaling implements SignalingPort {
  request: SignalingRequest | null = null;
  readonly sent: ClientMessage[] = [];

  open(request: SignalingRequest): void {
    this.request = request;
  }

  send(message: ClientMessage): void {
    this.sent.push(message);
  }

  setPace(): void {
    // The pace is the real client's affair.
  }

  checks = 0;
  check(): void {
    this.checks += 1;
  }

  drops = 0;
  drop(): void {
    this.drops += 1;
  }

  close(): void {
    this.request = null;
  }
}

/** Devices that open when a test says so. */
export class FakeMedia implements LocalMediaPort {
  onLost: ((kind: DeviceKind) => void) | null = null;
  readonly tracks = new Map<DeviceKind, MediaStreamTrack>();
  readonly asked: (readonly DeviceKind[])[] = [];
  #done: ((kind: DeviceKind, result: CaptureResult) => void) | null = null;

  capture(
    kinds: readonly DeviceKind[],
    _settings: CallSettings,
    done: (kind: DeviceKind, result: CaptureResult) => void,
  ): void {
    this.asked.push(kinds);
    this.#done = done;
  }

  readonly reopened: DeviceKind[] = [];
  reopen(
    kind: DeviceKind,
    _deviceId: string | null,
    _settings: CallSettings,
    done: (kind: DeviceKind, result: CaptureResult) => void,
  ): void {
    this.reopened.push(kind);
    this.#done = done;
  }

  /** The person allows it. */
  grant(kind: DeviceKind): void {
    this.tracks.set(kind, {
      kind,
      id: `${kind}-${this.asked.length}`,
      enabled: true,
    } as unknown as MediaStreamTrack);
    this.#done?.(kind, { ok: true, deviceId: 'd' });
  }

  deny(kind: DeviceKind): void {
    this.#done?.(kind, { ok: false, code: 'media-denied' });
  }

  release(kind: DeviceKind): void {
    this.tracks.delete(kind);
  }

  enable(kind: DeviceKind, on: boolean): void {
    const track = this.tracks.get(kind);
    if (track) track.enabled = on;
  }

  track(kind: DeviceKind): MediaStreamTrack | null {
    return this.tracks.get(kind) ?? null;
  }
}

/** A peer connection that a test speaks for; it writes down what it was told to do. */
export class FakeLink implements LinkPort {
  readonly done: string[] = [];
  readonly tracks = new Map<DeviceKind, MediaStreamTrack | null>();

  constructor(
    readonly config: LinkConfig,
    readonly listener: LinkListener,
  ) {}

  offer(neg: number, iceRestart: boolean): void {
    this.done.push(`offer ${neg}${iceRestart ? ' restart' : ''}`);
  }
  acceptOffer(neg: number, sdp: string): void {
    this.done.push(`accept offer ${neg} ${sdp}`);
  }
  acceptAnswer(neg: number, sdp: string): void {
    this.done.push(`accept answer ${neg} ${sdp}`);
  }
  addCandidate(candidate: IceCandidate | ''): void {
    this.done.push(`candidate ${candidate === '' ? 'end' : candidate.candidate}`);
  }
  setIceServers(iceServers: LinkConfig['iceServers'], route: LinkRoute): void {
    this.done.push(`servers ${route} ${JSON.stringify(iceServers)}`);
  }
  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.tracks.set(kind, track);
  }
  send(text: string): void {
    this.done.push(`send ${text}`);
  }
  rest(): void {
    this.done.push('rest');
  }
  refresh(): void {
    this.done.push('refresh');
  }
  measure(): void {
    this.done.push('measure');
  }
  report: CallStats | null = null;
  stats(): Promise<CallStats> {
    return this.report === null ? Promise.reject(new Error('no report')) : Promise.resolve(this.report);
  }
  close(): void {
    this.done.push('close');
  }
}

export class FakePage implements PagePort {
  lacks: ReturnType<PagePort['obstacle']> = null;
  watcher: PageWatcher | null = null;

  obstacle(): ReturnType<PagePort['obstacle']> {
    return this.lacks;
  }

  watch(watcher: PageWatcher): () => void {
    this.watcher = watcher;
    return () => {
      this.watcher = null;
    };
  }
}

/** All ports of a session, each a fake that the test holds. */
export function createFakePorts() {
  const links: FakeLink[] = [];
  const ports = {
    clock: new ManualClock(),
    signaling: new FakeSignaling(),
    media: new FakeMedia(),
    page: new FakePage(),
    links,
    createLink(config: LinkConfig, listener: LinkListener): LinkPort {
      const link = new FakeLink(config, listener);
      links.push(link);
      return link;
    },
    createStream: (track: MediaStreamTrack) => ({ getTracks: () => [track] }) as unknown as MediaStream,
    fetchToken: () => Promise.resolve('token'),
  } satisfies Ports & { links: FakeLink[] };
  return ports;
}
