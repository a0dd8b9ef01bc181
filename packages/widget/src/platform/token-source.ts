import { CallError } from '../core/errors.js';
import type { CallSettings, TokenReason } from '../core/settings.js';

/** How long a token server may take, and the page's own function, which may have to ask somebody, ms. */
const SERVER_MS = 10_000;
const FUNCTION_MS = 30_000;
/** Too slow, too many: neither says no. */
const LATER = [408, 429];

/**
 * A join token by the way the page has chosen: `getToken`, else `token-url`, else `token`.
 * Rejects with a `CallError` where the page has no (new) token to give; with anything else where asking later may help.
 */
export async function fetchToken(settings: CallSettings, reason: TokenReason): Promise<string> {
  const { getToken, tokenUrl, token, room } = settings;
  if (getToken) return checked(await callGetToken(getToken, room, reason), 'getToken');
  if (tokenUrl) return checked(await postForToken(tokenUrl, room), 'token-url');
  if (reason === 'expired')
    throw new CallError('token-expired', { detail: 'the token attribute holds the only token' });
  return checked(token, 'token');
}

function checked(token: unknown, source: string): string {
  if (typeof token === 'string' && token !== '') return token;
  throw new CallError('token-invalid', { detail: `${source} gave no token` });
}

async function callGetToken(
  getToken: NonNullable<CallSettings['getToken']>,
  room: string | null,
  reason: TokenReason,
): Promise<unknown> {
  const limit = AbortSignal.timeout(FUNCTION_MS);
  const isLate = new Promise((resolve) => limit.addEventListener('abort', resolve));
  const token = (async () => getToken({ room, reason }))();
  try {
    await Promise.race([token, isLate]);
  } catch (cause) {
    throw new CallError('token-invalid', { detail: 'getToken failed', cause });
  }
  limit.throwIfAborted();
  return token;
}

async function postForToken(url: string, room: string | null): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room }),
    signal: AbortSignal.timeout(SERVER_MS),
  });
  // A server that stumbles may stand again in a moment; one that says no has decided.
  if (response.status >= 500 || LATER.includes(response.status))
    throw new Error(`token-url answered ${response.status}`);
  if (!response.ok) throw new CallError('token-invalid', { detail: `token-url answered ${response.status}` });
  const text = await response.text();
  const body: unknown = parsed(text);
  return typeof body === 'object' && body !== null && 'token' in body ? body.token : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The room that a token is for, by its unverified payload: only to know which address to call. */
export function roomOfToken(token: string): string | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims = parsed(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const room = typeof claims === 'object' && claims !== null && 'room' in claims ? claims.room : null;
    return typeof room === 'string' ? room : null;
  } catch {
    return null;
  }
}
