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

/** A picture that comes later than this was turned on later: it is no part of the setup, ms. */
const FIRST_FRAME_MS = 10_000;

/**
 * Tells a value to the page, and queues it for the next report to the service, which counts times of all steps as one. Of more than a report may hold the newest stay: how a
 * call ended tells the most.
 */
export function note(turn: Turn, name: Metric['name'], exact = 1, labels?: Metric['labels']): void {
  const value = Math.round(exact * 1_000) / 1_000;
  const metric = { name, value, ...(labels ? { labels } : {}) };
  turn.set({ metrics: [...turn.state.metrics, metric].slice(-LIMITS.reportMetrics) });
  turn.fact({
    type: 'metric',
    name,
    value,
    unit: name.endsWith('_ms') ? 'ms' : '1',
    attributes: labels ?? (name === 'recovery_time_ms' ? { step: turn.state.recovery?.step ?? 'none' } : {}),
  });
}

/** What a measurement of the connection tells. @param ms how much time it stands for */
export function noteMeasured(
  turn: Turn,
  link: Link,
  { relay, codec, pictureAgoMs }: Extract<LinkNews, { type: 'link-bytes' }>,
  ms: number,
): void {
  noteFirstFrame(turn, pictureAgoMs);
  const { phase, camera, pathMs, relayMs } = turn.state;
  if (phase === 'connected' && relay !== undefined)
    turn.set({ pathMs: pathMs + ms, relayMs: relayMs + (relay ? ms : 0) });
  // Firefox sends a black frame a second while the camera is off: that is no video.
  if (!codec || link.codec || !isOn(camera, true)) return;
  turn.setLink({ codec });
  note(turn, 'codec_selected_total', 1, { codec });
}

/** From the setup's start to the first picture of the peer. Firefox sends black ones while the camera is off: they do not count. */
function noteFirstFrame(turn: Turn, agoMs: number | undefined): void {
  const { connectedAt, marks, peer, timings } = turn.state;
  if (agoMs === undefined || connectedAt === null || marks?.paired === undefined) return;
  const at = turn.now - agoMs;
  if (timings.firstFrame !== undefined || !peer?.video || at > connectedAt + FIRST_FRAME_MS) return;
  turn.set({ timings: { ...timings, firstFrame: Math.max(0, at - marks.paired) } });
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
