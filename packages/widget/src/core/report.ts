import { LIMITS } from '@p2p-call/protocol';
import type { LinkNews } from './inputs.js';
import type { EndReason } from './snapshot.js';
import { isOn, type Link } from './state.js';
import type { Turn } from './turn.js';

/**
 * One value about a call, for whoever runs the service. A counter's is 1; a name ending in `_ms` is milliseconds. It names
 * nobody and no address: labels take only the words that the service lists for them.
 */
export interface Metric {
  readonly name:
    | 'call_setup_time_ms'
    | 'ice_restart_total'
    | 'turn_usage_ratio'
    | 'codec_selected_total'
    | 'recovery_time_ms'
    | 'call_end_total';
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Queues a value for the next report. Of more than a report may hold the newest stay: how a call ended tells the most. */
export function note(turn: Turn, name: Metric['name'], value = 1, labels?: Metric['labels']): void {
  const metric = { name, value: Math.round(value * 1_000) / 1_000, ...(labels ? { labels } : {}) };
  turn.set({ metrics: [...turn.state.metrics, metric].slice(-LIMITS.reportMetrics) });
}

/** What a measurement of the connection tells. @param ms how much time it stands for */
export function noteMeasured(
  turn: Turn,
  link: Link,
  { relay, codec }: Extract<LinkNews, { type: 'link-bytes' }>,
  ms: number,
): void {
  const { phase, camera, pathMs, relayMs } = turn.state;
  if (phase === 'connected' && relay !== undefined)
    turn.set({ pathMs: pathMs + ms, relayMs: relayMs + (relay ? ms : 0) });
  // Firefox sends a black frame a second while the camera is off: that is no video.
  if (!codec || link.codec || !isOn(camera, true)) return;
  turn.setLink({ codec });
  note(turn, 'codec_selected_total', 1, { codec });
}

/** The pairing is over: how much of its time went through a relay. */
function noteRelayUse(turn: Turn): void {
  const { pathMs, relayMs } = turn.state;
  if (pathMs > 0) note(turn, 'turn_usage_ratio', relayMs / pathMs);
  turn.set({ pathMs: 0, relayMs: 0 });
}

/** At the end of every transition: what it brought goes out in one message, or waits for the socket. */
export function report(turn: Turn, connectedBefore: number | null): void {
  if (turn.state.connectedAt !== connectedBefore) noteRelayUse(turn);
  flush(turn);
}

/** The call ends: the last report goes out while there still is a socket; what cannot go now is dropped. */
export function reportEnd(turn: Turn, reason: EndReason): void {
  noteRelayUse(turn);
  if (turn.state.startedAt !== null) note(turn, 'call_end_total', 1, { reason });
  flush(turn);
  turn.set({ metrics: [] });
}

function flush(turn: Turn): void {
  const { metrics, signaling } = turn.state;
  if (metrics.length === 0 || signaling !== 'open') return;
  turn.send({ type: 'report', metrics: [...metrics] });
  turn.set({ metrics: [] });
}
