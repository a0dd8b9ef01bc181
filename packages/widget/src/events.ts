import type { CallStats } from './core/call-stats.js';
import type { CallError } from './core/errors.js';
import type { CallFact, LogRecord, MetricRecord, RecoveryOutcome, SpanRecord } from './core/facts.js';
import type { EndReason, Phase, RecoveryStep, SetupTimings } from './core/snapshot.js';

/** What all events of a call share: they bubble and leave shadow trees, so that any ancestor may listen. */
class CallEvent<Detail> extends CustomEvent<Detail> {
  constructor(type: `p2p-${string}`, detail: Detail) {
    // A fact has happened; a request can be forbidden.
    super(type, { detail, bubbles: true, composed: true, cancelable: type.endsWith('-request') });
  }
}

/** The call went from one phase to another. `reason` is set when it ended, or when this person is alone again. */
export class P2pPhaseChangeEvent extends CallEvent<{
  phase: Phase;
  previous: Phase;
  reason: EndReason | null;
}> {
  constructor(detail: P2pPhaseChangeEvent['detail']) {
    super('p2p-phase-change', detail);
  }
}

/** This person has taken a seat. */
export class P2pJoinedEvent extends CallEvent<null> {
  constructor() {
    super('p2p-joined', null);
  }
}

/** The other person has taken a seat. */
export class P2pPeerJoinedEvent extends CallEvent<null> {
  constructor() {
    super('p2p-peer-joined', null);
  }
}

/** The other person has gone: by choice, because their connection was lost, or because the service removed them. */
export class P2pPeerLeftEvent extends CallEvent<{ reason: 'left' | 'lost' | 'removed' | 'replaced' }> {
  constructor(detail: P2pPeerLeftEvent['detail']) {
    super('p2p-peer-left', detail);
  }
}

/** Both people can see or hear each other. `timings`: milliseconds of each part of the setup. */
export class P2pConnectedEvent extends CallEvent<{ timings: SetupTimings }> {
  constructor(detail: P2pConnectedEvent['detail']) {
    super('p2p-connected', detail);
  }
}

/** What a person sends has changed. */
export class P2pMediaChangeEvent extends CallEvent<{
  who: 'self' | 'peer';
  audio: boolean;
  video: boolean;
  screen: boolean;
}> {
  constructor(detail: P2pMediaChangeEvent['detail']) {
    super('p2p-media-change', detail);
  }
}

/** A lost connection is being mended: which step began or ended, and how long the interruption has lasted. */
export class P2pRecoveryEvent extends CallEvent<{
  step: RecoveryStep;
  attempt: number;
  outcome: RecoveryOutcome;
  elapsedMs: number;
}> {
  constructor(detail: P2pRecoveryEvent['detail']) {
    super('p2p-recovery', detail);
  }
}

/** Something went wrong; the element shows it too. `error.code` says what, `error.recovery` who can do something. */
export class P2pErrorEvent extends CallEvent<{ error: CallError }> {
  constructor(detail: P2pErrorEvent['detail']) {
    super('p2p-error', detail);
  }
}

/** The call is over. */
export class P2pEndedEvent extends CallEvent<{ reason: EndReason; durationMs: number }> {
  constructor(detail: P2pEndedEvent['detail']) {
    super('p2p-ended', detail);
  }
}

/** A moment of the call, for a log: what and when, never who. */
export class P2pLogEvent extends CallEvent<LogRecord> {
  constructor(detail: P2pLogEvent['detail']) {
    super('p2p-log', detail);
  }
}

/** A value about the call, for a counter or histogram. */
export class P2pMetricEvent extends CallEvent<MetricRecord> {
  constructor(detail: P2pMetricEvent['detail']) {
    super('p2p-metric', detail);
  }
}

/** A part of the call that took time, for a trace. Told when it ends; `call`, the parent of all others, comes last. */
export class P2pSpanEvent extends CallEvent<SpanRecord> {
  constructor(detail: P2pSpanEvent['detail']) {
    super('p2p-span', detail);
  }
}

/** How the call does: every `stats-interval` ms while two people are connected. */
export class P2pStatsEvent extends CallEvent<{ report: CallStats }> {
  constructor(detail: P2pStatsEvent['detail']) {
    super('p2p-stats', detail);
  }
}

/** Please open camera and microphone for the lobby. Cancelable. */
export class P2pPreviewRequestEvent extends CallEvent<null> {
  constructor() {
    super('p2p-preview-request', null);
  }
}

/** Please join the call; `withoutDevices`: with microphone and camera off. Cancelable. */
export class P2pJoinRequestEvent extends CallEvent<{ withoutDevices: boolean }> {
  constructor(detail: P2pJoinRequestEvent['detail'] = { withoutDevices: false }) {
    super('p2p-join-request', detail);
  }
}

/** Please hang up. Cancelable. */
export class P2pLeaveRequestEvent extends CallEvent<null> {
  constructor() {
    super('p2p-leave-request', null);
  }
}

/** Please turn the microphone on or off. Cancelable. */
export class P2pMicrophoneRequestEvent extends CallEvent<{ on: boolean }> {
  constructor(detail: P2pMicrophoneRequestEvent['detail']) {
    super('p2p-microphone-request', detail);
  }
}

/** Please turn the camera on or off. Cancelable. */
export class P2pCameraRequestEvent extends CallEvent<{ on: boolean }> {
  constructor(detail: P2pCameraRequestEvent['detail']) {
    super('p2p-camera-request', detail);
  }
}

/** Every event of `<p2p-call>`, by name. */
export interface P2pCallEventMap {
  'p2p-phase-change': P2pPhaseChangeEvent;
  'p2p-joined': P2pJoinedEvent;
  'p2p-peer-joined': P2pPeerJoinedEvent;
  'p2p-peer-left': P2pPeerLeftEvent;
  'p2p-connected': P2pConnectedEvent;
  'p2p-media-change': P2pMediaChangeEvent;
  'p2p-recovery': P2pRecoveryEvent;
  'p2p-error': P2pErrorEvent;
  'p2p-ended': P2pEndedEvent;
  'p2p-log': P2pLogEvent;
  'p2p-metric': P2pMetricEvent;
  'p2p-span': P2pSpanEvent;
  'p2p-stats': P2pStatsEvent;
  'p2p-preview-request': P2pPreviewRequestEvent;
  'p2p-join-request': P2pJoinRequestEvent;
  'p2p-leave-request': P2pLeaveRequestEvent;
  'p2p-microphone-request': P2pMicrophoneRequestEvent;
  'p2p-camera-request': P2pCameraRequestEvent;
}

declare global {
  interface HTMLElementEventMap extends P2pCallEventMap {}
}

const FACTS: {
  readonly [Type in CallFact['type']]: new (
    detail: Omit<Extract<CallFact, { type: Type }>, 'type'>,
  ) => CustomEvent;
} = {
  'phase-change': P2pPhaseChangeEvent,
  joined: P2pJoinedEvent,
  'peer-joined': P2pPeerJoinedEvent,
  'peer-left': P2pPeerLeftEvent,
  connected: P2pConnectedEvent,
  'media-change': P2pMediaChangeEvent,
  recovery: P2pRecoveryEvent,
  error: P2pErrorEvent,
  ended: P2pEndedEvent,
  log: P2pLogEvent,
  metric: P2pMetricEvent,
  span: P2pSpanEvent,
  stats: P2pStatsEvent,
};

/** The DOM event that tells of a fact; its detail is the fact without its type. */
export function eventForFact({ type, ...detail }: CallFact): CustomEvent {
  // That type and detail fit together is lost to the compiler once they are apart.
  const FactEvent = FACTS[type] as new (detail: object) => CustomEvent;
  return new FactEvent(detail);
}
