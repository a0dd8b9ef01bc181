/**
 * What a client does after a close:
 * - `never`: the call is over, do not come back;
 * - `resume`: come back at once with the ticket;
 * - `new-token`: come back once, with a fresh token;
 * - `wait`: come back after a while, growing and jittered.
 */
export type Reconnect = 'never' | 'resume' | 'new-token' | 'wait';

interface CloseRow {
  readonly code: number;
  readonly reconnect: Reconnect;
}

/** Close codes of the wire by name. A reason sent with a code is this name: constant text that never echoes input. */
export const CLOSE = {
  bye: { code: 1000, reconnect: 'never' },
  'page-left': { code: 1001, reconnect: 'never' },
  binary: { code: 1003, reconnect: 'never' },
  'no-code': { code: 1005, reconnect: 'resume' },
  cut: { code: 1006, reconnect: 'resume' },
  'bad-utf8': { code: 1007, reconnect: 'never' },
  fragments: { code: 1008, reconnect: 'never' },
  'too-large': { code: 1009, reconnect: 'never' },
  restart: { code: 1012, reconnect: 'resume' },
  'bad-message': { code: 4400, reconnect: 'never' },
  'token-invalid': { code: 4401, reconnect: 'never' },
  'token-expired': { code: 4402, reconnect: 'new-token' },
  forbidden: { code: 4403, reconnect: 'never' },
  removed: { code: 4406, reconnect: 'never' },
  'room-closed': { code: 4407, reconnect: 'never' },
  'hello-timeout': { code: 4408, reconnect: 'wait' },
  'token-replayed': { code: 4409, reconnect: 'new-token' },
  replaced: { code: 4410, reconnect: 'never' },
  'slow-consumer': { code: 4413, reconnect: 'wait' },
  'version-unsupported': { code: 4426, reconnect: 'never' },
  'rate-limited': { code: 4429, reconnect: 'wait' },
  unavailable: { code: 4503, reconnect: 'wait' },
} as const satisfies Record<string, CloseRow>;

export type CloseName = keyof typeof CLOSE;

const NAMES = new Map<number, CloseName>(
  (Object.keys(CLOSE) as CloseName[]).map((name) => [CLOSE[name].code, name]),
);

/** The name of a close code; an unknown one counts as a cut line, since a proxy may have made it up. */
export function closeName(code: number): CloseName {
  return NAMES.get(code) ?? 'cut';
}

/** May, and how should, a client come back after this code? */
export function reconnectAfter(code: number): Reconnect {
  return CLOSE[closeName(code)].reconnect;
}
