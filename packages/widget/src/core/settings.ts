/** Why a token is asked for: the first time, after the service called the last one expired, or for a new connection. */
export type TokenReason = 'join' | 'expired' | 'reconnect';
export type GetToken = (request: { room: string | null; reason: TokenReason }) => Promise<string>;

/** What the element's attributes ask for, decoded. */
export interface CallSettings {
  /** http(s) or ws(s); `null` while missing or bad. */
  readonly signalingUrl: string | null;
  /** `null`: the token's room counts. */
  readonly room: string | null;
  readonly token: string | null;
  readonly tokenUrl: string | null;
  readonly getToken: GetToken | null;
  readonly displayName: string | null;
  readonly mode: 'video' | 'audio';
  /** What is sent when the call begins. */
  readonly audio: boolean;
  readonly video: boolean;
  readonly prejoin: boolean;
  readonly autojoin: boolean;
  readonly prewarm: 'none' | 'signaling' | 'connect';
  readonly icePolicy: 'all' | 'relay';
  /** Preferred video codecs, first one best; unlisted ones stay available, behind. */
  readonly codecs: readonly string[];
  readonly resolution: '180p' | '360p' | '480p' | '720p' | '1080p';
  readonly frameRate: number;
  /** kbit/s */
  readonly maxBitrate: number;
  /** How often the page is told how the call does, ms. */
  readonly statsInterval: number;
}

export const DEFAULT_SETTINGS: CallSettings = Object.freeze({
  signalingUrl: null,
  room: null,
  token: null,
  tokenUrl: null,
  getToken: null,
  displayName: null,
  mode: 'video',
  audio: true,
  video: true,
  prejoin: true,
  autojoin: false,
  prewarm: 'signaling',
  icePolicy: 'all',
  codecs: Object.freeze(['vp8', 'h264']),
  resolution: '720p',
  frameRate: 30,
  maxBitrate: 2000,
  statsInterval: 2000,
} satisfies CallSettings);
