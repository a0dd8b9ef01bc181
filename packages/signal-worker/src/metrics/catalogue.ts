// Every metric of the service, as data: what it counts, its labels and what these may say. A host turns this into what it exports.

/** One metric. A label takes only the values listed; anything else is counted as `other`. */
export interface MetricShape {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Reads as the one line of help in Prometheus text. */
  readonly help: string;
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

const SETUP_MS = [100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000] as const;
const RECOVERY_MS = [250, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 15_000, 30_000, 60_000] as const;
const RELAY_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5] as const;

/** What the service sees by itself. */
export const SERVICE_METRICS = {
  p2p_sockets: {
    kind: 'gauge',
    help: 'Open sockets: before their hello, and with one',
    labels: { state: ['pending', 'welcomed'] },
  },
  p2p_rooms: {
    kind: 'gauge',
    help: 'Rooms remembered, by how many seats are taken',
    labels: { state: ['empty', 'waiting', 'pair'] },
  },
  p2p_joins_total: {
    kind: 'counter',
    help: 'Requests for a seat',
    labels: { result: ['seated', 'full'] },
  },
  p2p_messages_total: {
    kind: 'counter',
    help: 'Frames received that were understood',
    labels: {
      type: [
        'hello',
        'join',
        'offer',
        'answer',
        'candidate',
        'state',
        'recover',
        'probe',
        'probe-ack',
        'ice',
        'report',
        'leave',
        'ping',
      ],
    },
  },
  p2p_relay_seconds: {
    kind: 'histogram',
    help: 'From a frame received to the same frame handed to the socket of the other person; one frame of eight',
    buckets: RELAY_SECONDS,
  },
  p2p_resumes_total: {
    kind: 'counter',
    help: 'Hellos with a ticket: seats that came back with what they missed, or had to say everything again; the lobby; refused',
    labels: { result: ['replayed', 'resync', 'lobby', 'refused'] },
  },
  p2p_closes_total: {
    kind: 'counter',
    help: 'Sockets closed, by code',
    labels: {
      code: [
        '1000',
        '1001',
        '1002',
        '1003',
        '1005',
        '1006',
        '1007',
        '1008',
        '1009',
        '1012',
        '4000',
        '4400',
        '4401',
        '4402',
        '4403',
        '4406',
        '4407',
        '4408',
        '4409',
        '4410',
        '4413',
        '4426',
        '4429',
        '4503',
      ],
    },
  },
  p2p_upgrades_refused_total: {
    kind: 'counter',
    help: 'Requests for a socket that were answered with an HTTP status',
    labels: { status: ['400', '403', '404', '426', '429', '431', '503'] },
  },
  p2p_limits_hit_total: {
    kind: 'counter',
    help: 'Limits that somebody ran into',
    labels: {
      limit: [
        'pending-per-address',
        'sockets-per-address',
        'sockets-per-sub',
        'lobby',
        'messages',
        'offers',
        'candidates',
        'unsent',
        'hello',
        'silent',
      ],
    },
  },
  p2p_turn_credentials_total: {
    kind: 'counter',
    help: 'ICE servers handed out, by what became of the TURN credentials',
    labels: { result: ['ok', 'none', 'unavailable'] },
  },
  p2p_reports_dropped_total: {
    kind: 'counter',
    help: 'Metrics of reports that were not taken',
    labels: { reason: ['unknown-name', 'bad-value'] },
  },
  p2p_event_loop_lag_seconds: {
    kind: 'gauge',
    help: 'How late the timers of the event loop were, since the last scrape',
    labels: { quantile: ['0.5', '0.99', 'max'] },
  },
} as const satisfies Record<string, MetricShape>;

/** What widgets report of their calls. Their word is not proof: values are bounded, names and labels listed. */
export const REPORTED_METRICS = {
  call_setup_time_ms: {
    kind: 'histogram',
    help: 'From being two in the room to media flowing, as the widgets saw it',
    buckets: SETUP_MS,
  },
  ice_restart_total: {
    kind: 'counter',
    help: 'ICE restarts, as the widgets saw them',
    labels: { outcome: ['started', 'recovered', 'failed'] },
  },
  turn_usage_ratio: {
    kind: 'histogram',
    help: 'Share of a call’s connected time that went through a relay',
    buckets: [0, 0.25, 0.5, 0.75, 1],
  },
  codec_selected_total: {
    kind: 'counter',
    help: 'Video codec that a call sent',
    labels: { codec: ['VP8', 'H264', 'VP9', 'AV1', 'H265'] },
  },
  recovery_time_ms: {
    kind: 'histogram',
    help: 'From losing the path to media flowing again',
    buckets: RECOVERY_MS,
  },
  call_end_total: {
    kind: 'counter',
    help: 'Calls ended, by reason',
    labels: {
      reason: [
        'left',
        'peer-left',
        'removed',
        'replaced',
        'room-closed',
        'token-rejected',
        'connection-lost',
        'incompatible',
        'unsupported',
        'error',
      ],
    },
  },
} as const satisfies Record<string, MetricShape>;

export const METRICS = { ...SERVICE_METRICS, ...REPORTED_METRICS };
export type MetricName = keyof typeof METRICS;
type NamesOf<Kind extends MetricShape['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;
export type LimitName = (typeof SERVICE_METRICS)['p2p_limits_hit_total']['labels']['limit'][number];
