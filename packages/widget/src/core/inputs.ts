import type { CloseName, IceCandidate, ServerMessage } from '@p2p-call/protocol';
import type { ChannelMessage } from './channel.js';
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
  | { type: 'set-device'; kind: DeviceKind; on: boolean };

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

/** What a peer connection says; `link` names which one. */
export type LinkInput =
  | { type: 'link-described'; link: number; kind: 'offer' | 'answer'; neg: number; sdp: string }
  | { type: 'link-candidate'; link: number; candidate: IceCandidate | '' }
  | { type: 'link-transport'; link: number; transport: 'connected' | 'disconnected' | 'failed' }
  | { type: 'link-ice'; link: number }
  | { type: 'link-channel'; link: number; open: boolean }
  | { type: 'link-message'; link: number; message: ChannelMessage }
  /** Their answer is in place. */
  | { type: 'link-settled'; link: number; neg: number }
  | { type: 'link-bytes'; link: number; bytes: number }
  | { type: 'link-failed'; link: number; step: string; cause: unknown };

export const TIMERS = ['join', 'offer-age', 'connect', 'watch', 'beat', 'probe', 'pause', 'step'] as const;
export type TimerName = (typeof TIMERS)[number];

export type Input = UserInput | DeviceInput | SignalingInput | LinkInput | { type: 'timer'; name: TimerName };
