import type { CallStats, MediaStats } from '../core/call-stats.js';
import type { Measurement } from '../core/inputs.js';

/** What is used of the entries of a report; no browser has all of it. */
interface Stats {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly packetsReceived?: number;
  readonly packetsSent?: number;
  readonly packetsLost?: number;
  /** s */
  readonly jitter?: number;
  /** s */
  readonly roundTripTime?: number;
  readonly currentRoundTripTime?: number;
  readonly framesPerSecond?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly framesEncoded?: number;
  readonly framesDecoded?: number;
  readonly framesDropped?: number;
  readonly freezeCount?: number;
  /** s, between the frames decoded so far */
  readonly totalInterFrameDelay?: number;
  readonly codecId?: string;
  readonly mimeType?: string;
  readonly availableOutgoingBitrate?: number;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly protocol?: string;
  readonly relayProtocol?: string;
}

const NONE: Stats = { id: '', type: '' };
const CODECS = ['VP8', 'H264', 'VP9', 'AV1', 'H265'] as const;

/** The entries of a report, and those that each question about it needs. */
function read(report: RTCStatsReport) {
  const all: Stats[] = [];
  report.forEach((stats: Stats) => all.push(stats));
  const entry = (id?: string) => all.find((stats) => stats.id === id);
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  const used = all.find(({ selectedCandidatePairId }) => selectedCandidatePairId)?.selectedCandidatePairId;
  // An older Firefox marks the pair itself. Several may be nominated, of which one is used.
  const pair =
    entry(used) ??
    pairs.find(({ selected }) => selected) ??
    pairs.find(({ nominated, state }) => nominated && state === 'succeeded');
  const rtp = (wanted: string, of: string) => all.find(({ type, kind }) => type === wanted && kind === of);
  return {
    all,
    entry,
    pairs,
    pair,
    local: entry(pair?.localCandidateId),
    remote: entry(pair?.remoteCandidateId),
    rtp,
  };
}

/** Reads what the call needs to know from a report of Chromium or Firefox; what it does not say is `undefined`. */
export function measurementOf(report: RTCStatsReport): Measurement {
  const { all, entry, pairs, pair, local, remote, rtp } = read(report);
  const bytes = pairs.reduce((sum, { bytesReceived = 0 }) => sum + bytesReceived, 0);
  const relay = pair && [local, remote].some((side) => side?.candidateType === 'relay');
  // Firefox names the codec before anything is sent.
  const video = all.find(
    ({ type, kind, bytesSent }) => type === 'outbound-rtp' && kind === 'video' && bytesSent,
  );
  const mimeType = entry(video?.codecId)?.mimeType?.toUpperCase();
  const { framesDecoded, totalInterFrameDelay = 0 } = rtp('inbound-rtp', 'video') ?? {};
  // To within a frame: how long before the last picture the first one came.
  const pictureAgoMs = framesDecoded ? totalInterFrameDelay * 1_000 : undefined;
  return { bytes, relay, codec: CODECS.find((codec) => mimeType?.includes(codec)), pictureAgoMs };
}

/** What the browser thinks it can send, bit/s; 0 where it does not say (Firefox). */
export function sendableBitrate(report: RTCStatsReport): number {
  return read(report).pair?.availableOutgoingBitrate ?? 0;
}

/** A time of 0 is shorter than the browser can tell, or was never measured (Firefox says 0 for both). @param seconds s */
const toMs = (seconds: number | undefined): number | undefined => (seconds ? seconds * 1_000 : undefined);

/** @param told the entry that has loss and jitter: of what is sent, the other side's word */
function mediaOf(
  stats: Stats = NONE,
  told: Stats = NONE,
  roundTripTime: number | undefined,
  codec: Stats = NONE,
): MediaStats {
  const bytes = stats.bytesReceived ?? stats.bytesSent;
  const packets = stats.packetsReceived ?? stats.packetsSent;
  const { packetsLost } = told;
  const all = (packets ?? 0) + (stats.packetsReceived === undefined ? 0 : (packetsLost ?? 0));
  return {
    bytes,
    packets,
    packetsLost,
    // Duplicates make less than none.
    lossFraction: packetsLost === undefined || all <= 0 ? undefined : Math.max(0, packetsLost / all),
    // A jitter of 0 is one: on loopback Chromium often measures none.
    jitterMs: told.jitter === undefined ? undefined : told.jitter * 1_000,
    roundTripMs: toMs(roundTripTime),
    framesPerSecond: stats.framesPerSecond,
    width: stats.frameWidth,
    height: stats.frameHeight,
    framesEncoded: stats.framesEncoded,
    framesDecoded: stats.framesDecoded,
    framesDropped: stats.framesDropped,
    freezes: stats.freezeCount,
    codec: codec.mimeType?.split('/')[1],
  };
}

/** The same report from every browser. What it does not tell is `undefined`; addresses, ids and labels stay behind. */
export function callStatsOf(report: RTCStatsReport): CallStats {
  const { entry, pair, local, remote, rtp } = read(report);
  const inbound = (kind: string): MediaStats => {
    const stats = rtp('inbound-rtp', kind);
    return mediaOf(stats, stats, rtp('remote-outbound-rtp', kind)?.roundTripTime, entry(stats?.codecId));
  };
  const outbound = (kind: string): MediaStats => {
    const stats = rtp('outbound-rtp', kind);
    const theirs = rtp('remote-inbound-rtp', kind);
    return mediaOf(stats, theirs, theirs?.roundTripTime, entry(stats?.codecId));
  };
  return {
    timestamp: performance.timeOrigin + performance.now(),
    inbound: { audio: inbound('audio'), video: inbound('video') },
    outbound: { audio: outbound('audio'), video: outbound('video') },
    roundTripMs: toMs(pair?.currentRoundTripTime),
    availableOutgoingBitrate: pair?.availableOutgoingBitrate,
    path: pair && {
      localType: local?.candidateType,
      remoteType: remote?.candidateType,
      protocol: local?.protocol,
      relayProtocol: local?.relayProtocol,
    },
  };
}
