import type { Of, ServerMessage } from '@p2p-call/protocol';
import type { Turn } from './turn.js';

/** When ICE servers are asked for again at the earliest: after a question that brought nothing, or no relay, ms. */
const AGAIN_MS = 30_000;
/** And at the latest, whatever the service says of their life: timers cannot count to everything, ms. */
const LATEST_MS = 24 * 60 * 60_000;
/** The timer that renews them may be so much late, ms; beyond that the page slept. */
const LATE_MS = 60_000;
/** So that not everybody asks in the same moment. */
const JITTER = 0.1;
/** Longer than any call, ms. */
const FOR_EVER = 1e15;

/** The service's ICE servers: for the next connection, and for the next restart of the present one. */
export function takeIceServers(
  turn: Turn,
  { iceServers, iceTtl, turn: relays }: Pick<Of<ServerMessage, 'ice'>, 'iceServers' | 'iceTtl' | 'turn'>,
): void {
  const { welcome, link } = turn.state;
  if (!welcome) return;
  // Relays that are still good are not given up for none.
  if (relays !== 'unavailable' || turn.now >= welcome.relaysUntil) {
    const relaysUntil = relays === 'ok' ? turn.now + (iceTtl * 1_000 || FOR_EVER) : 0;
    turn.set({ welcome: { ...welcome, iceServers, relaysUntil } });
    if (link) turn.do({ type: 'link-servers', link: link.id, iceServers, route: link.route });
  }
  // Credentials are renewed at half their life (a `iceTtl` of 0: they have no end); a relay service that stumbled, soon.
  const ms = relays === 'unavailable' ? AGAIN_MS : Math.max(iceTtl * 500, AGAIN_MS);
  const isRenewed = iceTtl > 0 || relays === 'unavailable';
  setRenewAt(turn, isRenewed ? ms : FOR_EVER);
  if (isRenewed) turn.start('ice', Math.min(ms, LATEST_MS), JITTER);
  else turn.stop('ice');
}

function setRenewAt(turn: Turn, ms: number): void {
  const { welcome } = turn.state;
  if (welcome) turn.set({ welcome: { ...welcome, renewAt: turn.now + ms } });
}

/** Should new ones be had before a path is looked for? The timer that sees to it is late where the page slept. */
export function areServersOld({ state, now }: Turn): boolean {
  return state.signaling === 'open' && state.welcome !== null && now > state.welcome.renewAt + LATE_MS;
}

/** It is time for new ones. Without a socket there is nothing to do: a welcome brings some. */
export function askForIceServers(turn: Turn): void {
  if (turn.state.signaling !== 'open') return;
  turn.send({ type: 'ice' });
  setRenewAt(turn, AGAIN_MS);
  turn.start('ice', AGAIN_MS, JITTER);
}
