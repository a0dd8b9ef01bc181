export {
  CallError,
  type CallErrorCategory,
  type CallErrorCode,
  type CallErrorRecovery,
} from './core/errors.js';
export type { CallStats, MediaStats, PathStats } from './core/call-stats.js';
export type { LogRecord, MetricRecord, SpanRecord } from './core/facts.js';
export type { GetToken, TokenReason } from './core/settings.js';
export type {
  CallSnapshot,
  DeviceState,
  EndReason,
  MediaFlow,
  PeerState,
  Phase,
  QualityReason,
  RecoveryStep,
  SetupTimings,
  SignalingState,
} from './core/snapshot.js';
export { P2pCallControlsElement } from './elements/p2p-call-controls.js';
export { P2pCallPreviewElement } from './elements/p2p-call-preview.js';
export { P2pCallStageElement } from './elements/p2p-call-stage.js';
export { P2pCallStatusElement } from './elements/p2p-call-status.js';
export { P2pCallElement } from './elements/p2p-call.js';
export {
  P2pCameraRequestEvent,
  P2pConnectedEvent,
  P2pEndedEvent,
  P2pErrorEvent,
  P2pJoinedEvent,
  P2pJoinRequestEvent,
  P2pLeaveRequestEvent,
  P2pLogEvent,
  P2pMediaChangeEvent,
  P2pMetricEvent,
  P2pMicrophoneRequestEvent,
  P2pPeerJoinedEvent,
  P2pPeerLeftEvent,
  P2pPhaseChangeEvent,
  P2pPreviewRequestEvent,
  P2pRecoveryEvent,
  P2pSpanEvent,
  P2pStatsEvent,
  type P2pCallEventMap,
} from './events.js';
export type { Message, Words } from './i18n/en.js';
export { registerWords } from './i18n/registry.js';
export type { Fault } from './session/api.js';
