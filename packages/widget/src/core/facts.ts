import type { CallError } from './errors.js';
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
  | { type: 'ended'; reason: EndReason; durationMs: number };

/** What became of one step of a recovery. */
export type RecoveryOutcome = 'started' | 'recovered' | 'failed';
