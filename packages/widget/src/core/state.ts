import type { IceCandidate, IceServer } from '@p2p-call/protocol';
import type { LinkRoute } from './effects.js';
import type { CallError, CallErrorCode } from './errors.js';
import type { Metric } from './report.js';
import { DEFAULT_SETTINGS, type CallSettings } from './settings.js';
import type {
  CallSnapshot,
  DeviceState,
  EndReason,
  MediaFlow,
  PeerState,
  Phase,
  RecoveryStep,
  SetupTimings,
  SignalingState,
} from './snapshot.js';

/** A device ended by itself while it was open. One is had back, where that asks nobody. */
export interface LostDevice {
  readonly deviceId: string | null;
  /** How often that was tried; when the last try began (or, before the first, it was lost). */
  readonly tries: number;
  readonly triedAt: number;
  /** When it is tried again; `null`: it is being tried, or only when the devices or the page change. */
  readonly dueAt: number | null;
  readonly isTrying: boolean;
  /** It had come back before, and did not hold. */
  readonly isAgain: boolean;
}

/** A microphone or camera of this person: no track, a track on its way, or a live one. */
export type Device =
  | {
      readonly status: 'closed';
      readonly wanted: boolean;
      readonly problem: CallErrorCode | null;
      readonly lost?: LostDevice;
    }
  | { readonly status: 'opening'; readonly wanted: boolean; readonly lost?: LostDevice }
  | {
      readonly status: 'live';
      readonly on: boolean;
      readonly deviceId: string | null;
      /** It had been lost: when it was back, and after how many tries. */
      readonly back?: { readonly at: number; readonly tries: number };
    };

export type DeviceKind = 'microphone' | 'camera';

/** What the service said when it let us in, on the present socket. */
export interface Welcome {
  readonly iceServers: readonly IceServer[];
  /** The service wants this person to use relays only. */
  readonly relay: boolean;
  /** Until when its relays are good, and from when on new ones are worth asking for, ms. */
  readonly relaysUntil: number;
  readonly renewAt: number;
}

/** This person's seat: who is who, and in which pairing. */
export interface Seat {
  readonly slot: 0 | 1;
  readonly epoch: number;
  /** The highest number a connection of this epoch had; 0 before the first. */
  readonly conn: number;
  /** They hung up, and the service does not know it yet: in this epoch they do not come back. */
  readonly isLeft?: true;
}

/** Why an offer is made: a new connection; a new path for the one there is; or its transceivers changed. */
export type OfferKind = 'fresh' | 'restart' | 'change';

/** How far the present description of a connection got. */
export type Negotiation =
  /** Ours is being made. */
  | 'making'
  /** Our offer is out; the answer is not here yet. */
  | 'offered'
  /** Their answer is being taken in. */
  | 'settling'
  /** Nothing of ours is out, and none of theirs is being answered. */
  | 'settled';

/** One peer connection, as the machine knows it; the browser's own object lives behind a port. */
export interface Link {
  /** Names this very connection in inputs and effects, so that what comes late is dropped. Never reused. */
  readonly id: number;
  readonly epoch: number;
  readonly conn: number;
  readonly neg: number;
  readonly negotiation: Negotiation;
  /** The present negotiation is by our offer. */
  readonly isOfferer: boolean;
  /** The browser has more to offer, once nothing is out. */
  readonly wantsOffer: boolean;
  readonly route: LinkRoute;
  /** Names their present end of the path. */
  readonly theirFragment: string | null;
  /** Our present description and its candidates, for whoever missed them. */
  readonly local: { readonly kind: 'offer' | 'answer'; readonly sdp: string } | null;
  readonly candidates: readonly (IceCandidate | '')[];
  /** When our present description was first sent. */
  readonly describedAt: number;
  readonly transport: 'new' | 'connected' | 'disconnected' | 'failed';
  readonly channel: 'new' | 'open' | 'closed';
  /** Bytes received so far, over all its paths; when that was measured; and for how long it has not grown, ms. */
  readonly bytes: number;
  readonly measuredAt: number;
  readonly quietMs: number;
  /** When media, or the data channel, last proved anew that it carries. */
  readonly provenAt: number | null;
  /** It sends no pictures until its path is back. */
  readonly isResting: boolean;
  /** Of the video it sends, once that is known and told. */
  readonly codec?: string;
}

/**
 * What is being done about a lost path. It heals by itself while we `pause`; then we `ask` the peer's page whether it is there,
 * since a step taken while it is not is wasted; where our ICE servers are old, we `prepare` with new ones; then we `step`.
 */
export interface Recovery {
  readonly status: 'pausing' | 'asking' | 'preparing' | 'stepping';
  /** When the path was lost, and when the present status began. */
  readonly since: number;
  readonly statusAt: number;
  /** Steps taken, and the last of them. */
  readonly attempt: number;
  readonly step: RecoveryStep | null;
  /** The connection itself is beyond an ICE restart. */
  readonly broken: boolean;
  /** The present step is an ICE restart that has begun on a connection nobody has seen fail. */
  readonly isRestart: boolean;
  /** Probes sent, and when the next is due; the peer's page has not answered since then, if it has not. */
  readonly probes: number;
  readonly probeDue: number;
  readonly silentSince: number | null;
  /** It was out of reach, came back, and the path had its time to heal. */
  readonly healed: boolean;
  /** The page asked for it, though media passes: that is no proof of the new path. */
  readonly byHand: boolean;
  /** The one step that was asked for. */
  readonly forced: RecoveryStep | null;
}

/** Moments of the setup, ms; what `timings` is made of. */
export interface Marks {
  readonly join: number;
  readonly joined?: number;
  readonly paired?: number;
  readonly described?: number | undefined;
  readonly ice?: number | undefined;
  /** The person was asked for devices, and answered. */
  readonly asked?: number;
  readonly answered?: number;
}

/** The whole state of one person's call. Small, serialisable but for `error` and `getToken`, replaced rather than changed. */
export interface CallState {
  readonly settings: CallSettings;
  readonly phase: Phase;
  readonly reason: EndReason | null;
  readonly error: CallError | null;
  readonly signaling: SignalingState;
  readonly welcome: Welcome | null;
  readonly self: CallSnapshot['self'];
  readonly room: CallSnapshot['room'];
  readonly seat: Seat | null;
  readonly callId: string | null;
  readonly peer: PeerState | null;
  /** The last revision of the peer's media state we took, and of our own. */
  readonly peerRev: number;
  readonly rev: number;
  readonly microphone: Device;
  readonly camera: Device;
  /** The person opened the devices for the lobby: there they stay open when a join comes to nothing. */
  readonly isPreviewing: boolean;
  readonly link: Link | null;
  readonly links: number;
  readonly recovery: Recovery | null;
  /** When offers were made, lately; and what waits until there may be another. */
  readonly offers: readonly number[];
  readonly heldOffer: OfferKind | null;
  /** When the network last changed or came back; 0: never. */
  readonly networkAt: number;
  /** Failed attempts to reach the service since it was last reached. */
  readonly failures: number;
  /** Descriptions that either browser refused, in this pairing. */
  readonly refusals: number;
  /** Counts the pulses we sent. */
  readonly beats: number;
  readonly marks: Marks | null;
  readonly timings: SetupTimings;
  /** When the two of this pairing were connected, and when this person first was with anybody. */
  readonly connectedAt: number | null;
  readonly startedAt: number | null;
  /** Of this pairing: measured time with a path, and how much of it went through a relay, ms. */
  readonly pathMs: number;
  readonly relayMs: number;
  /** Not reported yet; as many as a report may hold. */
  readonly metrics: readonly Metric[];
}

const CLOSED: Device = { status: 'closed', wanted: true, problem: null };

export function initialState(settings: CallSettings = DEFAULT_SETTINGS): CallState {
  return {
    settings,
    phase: 'idle',
    reason: null,
    error: null,
    signaling: 'closed',
    welcome: null,
    self: null,
    room: null,
    seat: null,
    callId: null,
    peer: null,
    peerRev: -1,
    rev: 0,
    microphone: CLOSED,
    camera: CLOSED,
    isPreviewing: false,
    link: null,
    links: 0,
    recovery: null,
    offers: [],
    heldOffer: null,
    networkAt: 0,
    failures: 0,
    refusals: 0,
    beats: 0,
    marks: null,
    timings: {},
    connectedAt: null,
    startedAt: null,
    pathMs: 0,
    relayMs: 0,
    metrics: [],
  };
}

/** Is a seat held, or being asked for? */
export function isInCall(state: CallState): boolean {
  return (
    state.phase !== 'idle' &&
    state.phase !== 'preparing' &&
    state.phase !== 'lobby' &&
    state.phase !== 'ended'
  );
}

/** Does what this device makes go out (or would it, once the call begins)? */
export function isOn(device: Device, inCall: boolean): boolean {
  if (device.status === 'live') return device.on;
  return !inCall && device.wanted && !(device.status === 'closed' && device.problem !== null);
}

function deviceState(device: Device, inCall: boolean): DeviceState {
  return {
    on: isOn(device, inCall),
    deviceId: device.status === 'live' ? device.deviceId : null,
    problem: device.status === 'closed' ? device.problem : null,
  };
}

function mediaFlow(state: CallState): MediaFlow {
  const { link, recovery } = state;
  if (link === null) return 'none';
  if (recovery?.step === 'restart') return 'restarting';
  if (recovery?.step) return 'rebuilding';
  if (recovery) return 'stalled';
  return state.phase === 'connected' ? 'flowing' : 'checking';
}

/** What others may see of a state: frozen, and the last one itself, or those parts of it, where nothing differs. */
export function toSnapshot(state: CallState, now: number, last: CallSnapshot | null): CallSnapshot {
  const inCall = isInCall(state);
  const { phase, reason, error, callId, seat, self, peer, signaling, recovery, timings, room } = state;
  const next: CallSnapshot = {
    phase,
    reason,
    error,
    callId,
    epoch: seat?.epoch ?? 0,
    self,
    peer: keep(peer, last?.peer),
    microphone: keep(deviceState(state.microphone, inCall), last?.microphone),
    camera: keep(deviceState(state.camera, inCall), last?.camera),
    screen: false,
    signaling,
    media: mediaFlow(state),
    recovery: keep(
      recovery?.step
        ? { step: recovery.step, attempt: recovery.attempt, sinceMs: now - recovery.since }
        : null,
      last?.recovery,
    ),
    quality: null,
    timings: keep(timings, last?.timings),
    room,
  };
  const isSame =
    last !== null && (Object.keys(next) as (keyof CallSnapshot)[]).every((key) => next[key] === last[key]);
  return isSame ? last : Object.freeze(next);
}

/** Plain data: the last value itself where the next one says the same, else the next one, frozen. */
function keep<T>(next: T, last: T | undefined): T {
  return last !== undefined && JSON.stringify(next) === JSON.stringify(last) ? last : Object.freeze(next);
}
