import type { ChannelMessage, CloseName, IceCandidate, ServerMessage } from '@p2p-call/protocol';
import type { CallError, CallErrorCode } from './errors.js';
import type { CallSettings } from './settings.js';
import type { DeviceKind } from './state.js';

/** What a person or the page asks for. */
export type UserInput =
  | { type: 'configure'; settings: CallSettings }
  | { type: 'problem'; error: CallError | null }
  /** `obstacle`: what this browser or page lacks. */
  | { type: 'start'; obstacle: 'unsupported-browser' | 'insecure-context' | null }
  | { type: 'preview' }
  | { type: 'join' }
  | { type: 'leave'; reason?: string }
  | { type: 'set-device'; kind: DeviceKind; on: boolean }
  | { type: 'restart-ice' }
  | { type: 'simulate'; fault: LinkFault };

/** What a host may let happen to the path between the two, to see what its page does then. */
export type LinkFault = 'ice-failed' | 'ice-disconnected' | 'relay-only';

/** What the page notices of the world. `network`: it came back, or is another one; else the page came to the front. */
export type PageInput =
  | { type: 'wake'; network: boolean }
  /** A microphone or camera was plugged in, or unplugged. */
  | { type: 'devices-changed' };

/** What became of a capture. */
export type CaptureResult =
  | { ok: true; deviceId: string | null }
  | { ok: false; code: CallErrorCode }
  /** Released while it was being opened. */
  | { ok: false; code: null };

export type DeviceInput =
  | { type: 'captured'; kind: DeviceKind; result: CaptureResult }
  /** A live track ended by itself: unplugged, or permission withdrawn. */
  | { type: 'device-lost'; kind: DeviceKind };

export type SignalingInput =
  /** `askedSeat`: the hello that this welcome answers carried `join`. */
  | { type: 'message'; message: ServerMessage; askedSeat: boolean }
  /** The socket is gone, or could not be opened; another attempt follows. */
  | { type: 'signaling-lost' }
  /** The service does not want us, or no token can be had; no attempt follows. */
  | { type: 'signaling-refused'; why: CloseName | 'origin' | 'no-token'; cause?: unknown };

/** One look at a connection. What the browser does not say is left out. */
export interface Measurement {
  /** Received so far, over all its paths. */
  readonly bytes: number;
  /** The path in use goes through a TURN server, of this person's or of the other. */
  readonly relay?: boolean | undefined;
  /** Of the video that is sent; none while none is. */
  readonly codec?: 'VP8' | 'H264' | 'VP9' | 'AV1' | 'H265' | undefined;
  /** How long ago the first picture of the peer was decoded, ms; none before it. */
  readonly pictureAgoMs?: number | undefined;
}

/** What a browser spends its time on when two people agree. */
export type DescriptionStep = 'create_offer' | 'create_answer' | 'set_local' | 'set_remote';

/** What a peer connection says. */
export type LinkNews =
  | { type: 'link-described'; kind: 'offer' | 'answer'; neg: number; sdp: string }
  /** Their answer is in place. */
  | { type: 'link-settled'; neg: number }
  | { type: 'link-candidate'; candidate: IceCandidate | '' }
  | { type: 'link-transport'; transport: 'connected' | 'disconnected' | 'failed' }
  | { type: 'link-ice' }
  | { type: 'link-channel'; open: boolean }
  /** The browser wants another offer: its transceivers changed since the last one. */
  | { type: 'link-negotiation-needed' }
  | ({ type: 'link-bytes' } & Measurement)
  /** For whoever watches; nothing is decided by these two. */
  | { type: 'link-timed'; what: DescriptionStep; ms: number }
  | { type: 'link-state'; of: 'connection' | 'gathering' | 'ice'; state: string }
  /** The browser refused a description, or the connection itself. */
  | { type: 'link-failed'; step: string; cause: unknown };

/** The same, and what the peer says on the data channel; `link` names which connection. */
export type LinkInput = (LinkNews | { type: 'link-message'; message: ChannelMessage }) & { link: number };

export const TIMERS = [
  'join',
  'offer-age',
  'offer',
  'answer',
  'connect',
  'watch',
  'beat',
  'probe',
  'pause',
  'step',
  'ice',
  'reopen',
] as const;
export type TimerName = (typeof TIMERS)[number];

export type Input =
  UserInput | PageInput | DeviceInput | SignalingInput | LinkInput | { type: 'timer'; name: TimerName };
