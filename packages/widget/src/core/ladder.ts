import type { IceServer } from '@p2p-call/protocol';
import type { LinkProfile, LinkRoute } from './effects.js';
import type { RecoveryStep } from './snapshot.js';

// Which step of a recovery comes when: small, pure, to be read as tables.

/** Waits before the first step, the second and so on, ms. */
const WAITS = [0, 500, 1_000, 2_000, 4_000, 8_000] as const;

/** How long to wait before the step after `attempt` steps, ms. */
export function waitBefore(attempt: number): number {
  return WAITS[Math.min(attempt, WAITS.length - 1)] ?? 0;
}

/** What a step can build on. */
export interface Means {
  /** The connection can be restarted: it is there, and neither side has seen it fail. */
  readonly canRestart: boolean;
  /** There never was a path: what was tried were all ways at once. */
  readonly isSetup: boolean;
  /** Ways that would be something else than what the page's own policy already asks for. */
  readonly routes: readonly LinkRoute[];
}

/**
 * The step after `last`: a restart, a new connection, one through a relay, one through a relay over TCP or TLS; then, since
 * networks change, all ways again.
 */
export function nextStep(last: RecoveryStep | null, { canRestart, isSetup, routes }: Means): RecoveryStep {
  if (last === null && canRestart) return 'restart';
  const isFirst = last === null && !isSetup;
  if (isFirst || last === 'restart') return 'rebuild';
  const ways = (['relay', 'relay-tcp'] as const).filter((route) => routes.includes(route));
  const index = last === 'relay' || last === 'relay-tcp' ? ways.indexOf(last) + 1 : 0;
  return ways[index] ?? 'rebuild';
}

/** A TURN server reached over TCP or TLS (RFC 7065: `turns:` without a transport is TLS over TCP). */
export function isTcpRelay(url: string): boolean {
  return /^turns:(?!.*[?&]transport=udp)/i.test(url) || /^turn:.*[?&]transport=tcp/i.test(url);
}

/** Which narrower ways there are with these servers, beyond the page's own. */
export function routesOf(servers: readonly IceServer[], own: LinkRoute): readonly LinkRoute[] {
  const urls = servers.flatMap((server) => server.urls);
  const routes: LinkRoute[] = [];
  if (own === 'all' && urls.some((url) => /^turns?:/i.test(url))) routes.push('relay');
  if (urls.some(isTcpRelay)) routes.push('relay-tcp');
  return routes;
}

/** The ways of a connection that a step builds. */
export function routeOf(step: RecoveryStep | null, own: LinkRoute): LinkRoute {
  return step === 'relay' || step === 'relay-tcp' ? step : own;
}

/** Descriptions a browser may refuse: after the first, two compatible ones, then sound alone; then the two cannot talk. */
const COMPATIBLE_TRIES = 2;
export const REFUSALS = COMPATIBLE_TRIES + 1;

export function profileAfter(refusals: number): LinkProfile {
  if (refusals === 0) return 'full';
  return refusals <= COMPATIBLE_TRIES ? 'compatible' : 'audio';
}
