import { createContext } from '@lit/context';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { en, type Words } from '../i18n/en.js';
import type { CallStreams } from '../session/api.js';

/** The choices of the page that concern only what is shown. */
export interface CallView {
  readonly mode: 'video' | 'audio';
  readonly prejoin: boolean;
  readonly displayName: string | null;
  /** Which controls show, in this order. */
  readonly controls: readonly string[];
  readonly selfView: 'corner' | 'side' | 'hidden';
}

/** Everything that an inner element needs in order to show its part. Frozen: a change is a new object. */
export interface CallState {
  readonly snapshot: CallSnapshot;
  readonly streams: CallStreams;
  readonly words: Words;
  readonly view: CallView;
  /** Camera and microphone were asked for, and the browser has not answered yet. */
  readonly opening: boolean;
}

export const callContext = createContext<CallState>(Symbol('p2p-call'));

const NO_DEVICE = Object.freeze({ on: true, deviceId: null, problem: null });

/** What is shown before there is a session, and where there can be none (on a server). */
export const IDLE_SNAPSHOT: CallSnapshot = Object.freeze({
  phase: 'idle',
  reason: null,
  error: null,
  callId: null,
  epoch: 0,
  self: null,
  peer: null,
  microphone: NO_DEVICE,
  camera: NO_DEVICE,
  screen: false,
  signaling: 'closed',
  media: 'none',
  recovery: null,
  quality: null,
  timings: Object.freeze({}),
  room: null,
} satisfies CallSnapshot);

export const NO_STREAMS: CallStreams = Object.freeze({ local: null, remoteVideo: null, remoteAudio: null });

export const DEFAULT_VIEW: CallView = Object.freeze({
  ...DEFAULT_SETTINGS,
  controls: Object.freeze(['mic', 'camera', 'screen', 'pip', 'chat', 'settings', 'leave']),
  selfView: 'corner',
});

export const IDLE_STATE: CallState = Object.freeze({
  snapshot: IDLE_SNAPSHOT,
  streams: NO_STREAMS,
  words: en,
  view: DEFAULT_VIEW,
  opening: false,
});
