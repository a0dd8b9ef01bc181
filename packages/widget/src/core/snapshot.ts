import type { CallError, CallErrorCode } from './errors.js';

/** Where a call is. `connected ⇄ unstable → recovering`; from `ended`, `join()` starts again. */
export type Phase =
  | 'idle'
  | 'preparing'
  | 'lobby'
  | 'joining'
  | 'waiting'
  | 'connecting'
  | 'connected'
  | 'unstable'
  | 'recovering'
  | 'ended';

export const PHASES: readonly Phase[] = [
  'idle',
  'preparing',
  'lobby',
  'joining',
  'waiting',
  'connecting',
  'connected',
  'unstable',
  'recovering',
  'ended',
];

/** Why a call ended. */
export type EndReason =
  | 'left'
  | 'peer-left'
  | 'removed'
  | 'replaced'
  | 'room-closed'
  | 'token-rejected'
  | 'connection-lost'
  | 'incompatible'
  | 'unsupported'
  | 'error';

export type QualityReason = 'loss' | 'latency' | 'jitter' | 'bandwidth' | 'freezes';

/** One of this person's devices. `on`: is it sent, or would it be. `problem`: why it cannot be, until it can. */
export interface DeviceState {
  readonly on: boolean;
  readonly deviceId: string | null;
  readonly problem: CallErrorCode | null;
}

/** The other person, as far as the service and their page have told us. */
export interface PeerState {
  readonly id: string;
  readonly name: string | null;
  /** `false` while their socket is away; their seat is kept. */
  readonly here: boolean;
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
}

export type SignalingState = 'closed' | 'connecting' | 'open' | 'resuming';
export type MediaFlow = 'none' | 'checking' | 'flowing' | 'stalled' | 'restarting' | 'rebuilding';
export type RecoveryStep = 'restart' | 'rebuild' | 'relay' | 'relay-tcp';

/** How long each part of the setup took, milliseconds. */
export type SetupTimings = Partial<
  Record<'permission' | 'signaling' | 'sdp' | 'ice' | 'dtls' | 'firstFrame' | 'total', number>
>;

/** All that can be known of a call, at one moment. Frozen: a change is a new object. */
export interface CallSnapshot {
  readonly phase: Phase;
  readonly reason: EndReason | null;
  readonly error: CallError | null;
  readonly callId: string | null;
  readonly epoch: number;
  readonly self: { readonly id: string; readonly name: string | null } | null;
  readonly peer: PeerState | null;
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
  readonly screen: boolean;
  readonly signaling: SignalingState;
  readonly media: MediaFlow;
  readonly recovery: {
    readonly step: RecoveryStep;
    readonly attempt: number;
    readonly sinceMs: number;
  } | null;
  readonly quality: {
    readonly score: 0 | 1 | 2 | 3 | 4 | 5;
    readonly reasons: readonly QualityReason[];
  } | null;
  readonly timings: SetupTimings;
  /** In the lobby: how many people hold a seat, and the name of one who waits. */
  readonly room: { readonly seats: 0 | 1 | 2; readonly waitingName: string | null } | null;
}
