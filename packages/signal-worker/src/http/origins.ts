/** Which pages may connect. */
export interface OriginPolicy {
  /** Exact origins as browsers send them: scheme, host, and port unless it is the default one. */
  readonly allowed: readonly string[];
  /** May a client without an `Origin` header (not a browser) connect? */
  readonly allowNone: boolean;
}

/** Exact comparison: no wildcard, no suffix, no `null`. */
export function isOriginAllowed(policy: OriginPolicy, origin: string | null): boolean {
  return origin === null ? policy.allowNone : policy.allowed.includes(origin);
}

/** The origin that `text` is, in the form in which browsers send it; `null` if it is none. */
export function normaliseOrigin(text: string): string | null {
  // A URL may have a star in its host, but no browser ever sends such an origin.
  if (text.includes('*')) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const isBare =
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  return isBare && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : null;
}
