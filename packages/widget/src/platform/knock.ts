import type { ClockPort } from '../session/ports.js';

/** How long the service may take to answer a plain request, ms. */
const ANSWER_MS = 3_000;

export interface KnockDeps {
  readonly clock: ClockPort;
  readonly fetch: typeof fetch;
}

/** Does anything answer there? What it says does not matter, and another origin need not let us read it. */
export async function isThere(deps: KnockDeps, url: string): Promise<boolean> {
  return (await ask(deps, url, 'no-cors')) !== null;
}

/** Does the service say that it does not want pages of this origin? */
export async function isOriginRefused(deps: KnockDeps, url: string): Promise<boolean> {
  const body: unknown = await (await ask(deps, url, 'cors'))?.json().catch(() => null);
  return typeof body === 'object' && body !== null && 'originAllowed' in body && body.originAllowed === false;
}

async function ask({ clock, fetch }: KnockDeps, url: string, mode: RequestMode): Promise<Response | null> {
  const abort = new AbortController();
  const cancel = clock.after(ANSWER_MS, () => abort.abort());
  try {
    return await fetch(url, { mode, cache: 'no-store', credentials: 'omit', signal: abort.signal });
  } catch {
    return null;
  } finally {
    cancel();
  }
}
