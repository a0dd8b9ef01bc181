import type { ClockPort } from '../session/ports.js';

export interface KnockDeps {
  readonly clock: ClockPort;
  readonly fetch: typeof fetch;
}

/** A plain request and who may call it off; it is called off by itself after so many ms. */
interface Knock {
  readonly url: string;
  readonly patience: number;
  readonly abort: AbortController;
}

/** Does anything answer there? What it says does not matter, and another origin need not let us read it. */
export async function isThere(deps: KnockDeps, knock: Knock): Promise<boolean> {
  return (await ask(deps, knock, 'no-cors')) !== null;
}

/** Does the service say that it does not want pages of this origin? */
export async function isOriginRefused(deps: KnockDeps, knock: Knock): Promise<boolean> {
  const body: unknown = await (await ask(deps, knock, 'cors'))?.json().catch(() => null);
  return typeof body === 'object' && body !== null && 'originAllowed' in body && body.originAllowed === false;
}

async function ask(
  { clock, fetch }: KnockDeps,
  { url, patience, abort }: Knock,
  mode: RequestMode,
): Promise<Response | null> {
  const cancel = clock.after(patience, () => abort.abort());
  try {
    return await fetch(url, { mode, cache: 'no-store', credentials: 'omit', signal: abort.signal });
  } catch {
    return null;
  } finally {
    cancel();
  }
}
