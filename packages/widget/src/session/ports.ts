import type { ClientMessage, IceCandidate } from '@p2p-call/protocol';
import type { CallStats } from '../core/call-stats.js';
import type { LinkConfig, LinkRoute } from '../core/effects.js';
import type { CaptureResult, LinkNews, SignalingInput } from '../core/inputs.js';
import type { CallSettings, TokenReason } from '../core/settings.js';
import type { DeviceKind } from '../core/state.js';

/** Time. Everything that waits goes through here, so that a test can hold it in its hand. */
export interface ClockPort {
  /** Milliseconds; never runs backwards. */
  now(): number;
  /** Milliseconds of the calendar: may jump, but counts the time that the machine slept. */
  wall(): number;
  /** @returns a function that cancels */
  after(ms: number, run: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}

/** What the socket needs to know of the call, asked at each attempt. */
export interface SignalingRequest {
  settings(): CallSettings;
  /** A join token; rejects with a `CallError` where the page has none to give, with anything else where asking again may help. */
  token(reason: TokenReason): Promise<string>;
  /** Should the hello ask for a seat at once? */
  wantsSeat(): boolean;
  handle(input: SignalingInput): void;
}

/** One line to the service, kept up through cuts: it reconnects, resumes and tells. Never two live sockets. */
export interface SignalingPort {
  open(request: SignalingRequest): void;
  send(message: ClientMessage): void;
  setPace(inCall: boolean): void;
  /** Something happened that sockets often do not survive, or that ends a reason to wait: look now. */
  check(): void;
  /** Drops the socket as a network does, for a host's own tests: it comes back by itself. */
  drop(): void;
  /**
   * Says goodbye (1000) and stops trying. Where a seat is held and the line is away, the goodbye is said once it is back, if that is
   * in time; a second call, or `open`, gives that up.
   */
  close(): void;
}

/** This person's microphone and camera. */
export interface LocalMediaPort {
  /**
   * Opens devices with one question to the person, and tells what became of each. One released meanwhile is stopped the
   * moment it opens, and reported as `code: null`.
   */
  capture(
    kinds: readonly DeviceKind[],
    settings: CallSettings,
    done: (kind: DeviceKind, result: CaptureResult) => void,
  ): void;
  /**
   * Opens one again that ended by itself, if that asks nothing of the person: the same, or else any. Told as a capture's.
   * @param deviceId which it was; `null` where that is not known
   */
  reopen(
    kind: DeviceKind,
    deviceId: string | null,
    settings: CallSettings,
    done: (kind: DeviceKind, result: CaptureResult) => void,
  ): void;
  /** Stops the device: its light goes out. */
  release(kind: DeviceKind): void;
  enable(kind: DeviceKind, on: boolean): void;
  track(kind: DeviceKind): MediaStreamTrack | null;
  /** Called when a live track ends by itself. */
  onLost: ((kind: DeviceKind) => void) | null;
}

/** Who listens to a peer connection. Nothing is told once it is closed, nor from within a command. */
export interface LinkListener {
  news(news: LinkNews): void;
  /** Text on the data channel. */
  message(text: string): void;
  /** The peer's tracks, once the first description has been applied; no video where that has none. */
  tracks(video: MediaStreamTrack | null, audio: MediaStreamTrack): void;
}

/** One peer connection. Commands run one after the other, in the order given; none of them throws. */
export interface LinkPort {
  offer(neg: number, iceRestart: boolean): void;
  acceptOffer(neg: number, sdp: string): void;
  acceptAnswer(neg: number, sdp: string): void;
  addCandidate(candidate: IceCandidate | ''): void;
  /** For the next ICE restart. */
  setIceServers(iceServers: LinkConfig['iceServers'], route: LinkRoute): void;
  setTrack(kind: DeviceKind, track: MediaStreamTrack | null): void;
  /** Sends text on the data channel, where it is open. */
  send(text: string): void;
  /** Counts the bytes received so far, looks at what is sent and by which way, and tells. */
  measure(): void;
  /** The path is lost: sends no more pictures, until `refresh`. */
  rest(): void;
  /** The path was lost and is back: sends the picture whole, so that it can be shown at once. */
  refresh(): void;
  /** How it does. Rejects where the browser does not say. */
  stats(): Promise<CallStats>;
  close(): void;
}

/** The page around the call. */
export interface PagePort {
  /** What this browser or page lacks for a call. */
  obstacle(): 'unsupported-browser' | 'insecure-context' | null;
  /** @returns a function that ends the watch */
  watch(watcher: PageWatcher): () => void;
}

/** Who hears of what happens to the page. */
export interface PageWatcher {
  /** It is going away. */
  hide(): void;
  /** It came back as it was (from the back/forward cache). */
  show(): void;
  /** It came to the front; or the network came back, or is another one. */
  wake(network: boolean): void;
  /** A microphone or camera was plugged in, or unplugged. */
  devices(): void;
}

export interface Ports {
  readonly clock: ClockPort;
  readonly signaling: SignalingPort;
  readonly media: LocalMediaPort;
  readonly page: PagePort;
  createLink(config: LinkConfig, listener: LinkListener): LinkPort;
  createStream(track: MediaStreamTrack): MediaStream;
  fetchToken(settings: CallSettings, reason: TokenReason): Promise<string>;
}
