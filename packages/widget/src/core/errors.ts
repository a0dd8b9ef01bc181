/** What a `CallError` is about. */
export type CallErrorCategory = 'configuration' | 'media' | 'signaling' | 'room' | 'connection' | 'internal';

/**
 * Who can do something about it: `retry` (trying again may help), `user-action` (the person must allow, plug in or choose
 * something), `site-owner` (the page or the service is set up wrongly), `none`.
 */
export type CallErrorRecovery = 'retry' | 'user-action' | 'site-owner' | 'none';

const TABLE = {
  'config-invalid': ['configuration', 'site-owner'],
  'unsupported-browser': ['configuration', 'user-action'],
  'insecure-context': ['configuration', 'site-owner'],
  'policy-blocked': ['configuration', 'site-owner'],
  'media-denied': ['media', 'user-action'],
  'media-not-found': ['media', 'user-action'],
  'media-in-use': ['media', 'user-action'],
  'media-failed': ['media', 'retry'],
  'signaling-unreachable': ['signaling', 'retry'],
  'signaling-rejected': ['signaling', 'site-owner'],
  'signaling-protocol': ['signaling', 'site-owner'],
  'token-invalid': ['signaling', 'site-owner'],
  'token-expired': ['signaling', 'retry'],
  'room-full': ['room', 'retry'],
  'room-closed': ['room', 'none'],
  replaced: ['room', 'none'],
  removed: ['room', 'none'],
  'ice-failed': ['connection', 'retry'],
  'turn-unreachable': ['connection', 'site-owner'],
  'negotiation-failed': ['connection', 'retry'],
  incompatible: ['connection', 'none'],
  'peer-timeout': ['connection', 'retry'],
  internal: ['internal', 'retry'],
} as const satisfies Record<string, readonly [CallErrorCategory, CallErrorRecovery]>;

export type CallErrorCode = keyof typeof TABLE;

export const CALL_ERROR_CODES = Object.keys(TABLE) as CallErrorCode[];

/** A failure of a call. Words for people live in `i18n/`, looked up by `code`; `message` is for developers. */
export class CallError extends Error {
  readonly code: CallErrorCode;
  readonly category: CallErrorCategory;
  readonly recovery: CallErrorRecovery;

  constructor(code: CallErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    const { detail, cause } = options;
    super(detail === undefined ? code : `${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'CallError';
    this.code = code;
    [this.category, this.recovery] = TABLE[code];
  }
}
