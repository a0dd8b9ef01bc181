import type { CallStats } from './call-stats.js';
import type { CallError } from './errors.js';
import type { Metric } from './report.js';
import type { EndReason, Phase, RecoveryStep, SetupTimings } from './snapshot.js';

/** What happened, each told once. The element turns each into the DOM event `p2p-<type>`, its other members the detail. */
export type CallFact =
  | { type: 'phase-change'; phase: Phase; previous: Phase; reason: EndReason | null }
  | { type: 'joined' }
  | { type: 'peer-joined' }
  | { type: 'peer-left'; reason: 'left' | 'lost' | 'removed' | 'replaced' }
  | { type: 'connected'; timings: SetupTimings }
  | { type: 'media-change'; who: 'self' | 'peer'; audio: boolean; video: boolean; screen: boolean }
  | { type: 'recovery'; step: RecoveryStep; attempt: number; outcome: RecoveryOutcome; elapsedMs: number }
  | { type: 'error'; error: CallError }
  | { type: 'ended'; reason: EndReason; durationMs: number }
  | ({ type: 'log' } & LogRecord)
  | ({ type: 'metric' } & MetricRecord)
  | ({ type: 'span' } & SpanRecord)
  | { type: 'stats'; report: CallStats };

/** What became of one step of a recovery. */
export type RecoveryOutcome = 'started' | 'recovered' | 'failed';

/** What is said of a log, metric or span: words of closed lists, numbers and random ids. Never anything of a person. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type LogName =
  | 'call.phase'
  | 'media.capture'
  | 'signaling.state'
  | 'webrtc.answer'
  | 'webrtc.candidate'
  | 'webrtc.connection_state'
  | 'webrtc.ice_state'
  | 'webrtc.offer'
  | 'webrtc.recovery';

/** One thing that happened. Where they are known, `attributes` also holds `peerId`, `epoch`, `conn`, `traceId` and `spanId`. */
export interface LogRecord {
  readonly name: LogName;
  readonly level: 'debug' | 'info' | 'warn';
  /** `null` outside a call. */
  readonly callId: string | null;
  readonly attributes: Attributes;
}

/** What a setup is made of: `timings`, by metric. */
export type SetupPart = 'permission' | 'signaling' | 'sdp' | 'ice' | 'dtls' | 'first_frame';

/** One value about a call. `unit`: milliseconds, or a plain number (UCUM, as OpenTelemetry has it). */
export interface MetricRecord {
  readonly name: Metric['name'] | `${SetupPart}_ms`;
  readonly value: number;
  readonly unit: 'ms' | '1';
  readonly attributes: Readonly<Record<string, string>>;
}

export type SpanName =
  | 'call'
  | 'create_answer'
  | 'create_offer'
  | 'dtls_connected'
  | 'first_frame'
  | 'ice_connected'
  | 'ice_gathering'
  | 'recovery'
  | 'set_local'
  | 'set_remote';

/** Something that took time, told when it ends. */
export interface SpanRecord {
  readonly name: SpanName;
  /** ms since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** 32 hexadecimal digits, the same for both people and the service. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** The `call` span; of that, what the service's `traceparent` names, or `null`. */
  readonly parentId: string | null;
}
