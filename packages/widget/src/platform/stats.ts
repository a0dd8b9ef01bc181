import type { Measurement } from '../core/inputs.js';

/** What is used of the entries of a report; no browser has all of it. */
interface Stats {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly codecId?: string;
  readonly mimeType?: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
}

const CODECS = ['VP8', 'H264', 'VP9', 'AV1', 'H265'] as const;

/** Reads what the call needs to know from a report of Chromium or Firefox; what it does not say is `undefined`. */
export function measurementOf(report: RTCStatsReport): Measurement {
  const all: Stats[] = [];
  report.forEach((stats: Stats) => all.push(stats));
  const entry = (id?: string) => all.find((stats) => stats.id === id);
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  const bytes = pairs.reduce((sum, { bytesReceived = 0 }) => sum + bytesReceived, 0);
  const used = all.find(({ selectedCandidatePairId }) => selectedCandidatePairId)?.selectedCandidatePairId;
  // An older Firefox marks the pair itself. Several may be nominated, of which one is used.
  const pair =
    entry(used) ??
    pairs.find(({ selected }) => selected) ??
    pairs.find(({ nominated, state }) => nominated && state === 'succeeded');
  const relay =
    pair &&
    [pair.localCandidateId, pair.remoteCandidateId].some((id) => entry(id)?.candidateType === 'relay');
  // Firefox names the codec before anything is sent.
  const video = all.find(
    ({ type, kind, bytesSent }) => type === 'outbound-rtp' && kind === 'video' && bytesSent,
  );
  const mimeType = entry(video?.codecId)?.mimeType?.toUpperCase();
  return { bytes, relay, codec: CODECS.find((codec) => mimeType?.includes(codec)) };
}

/** What the browser thinks it can send, bit/s; 0 where it does not say (Firefox). */
export function sendableBitrate(report: RTCStatsReport): number {
  let bitrate = 0;
  report.forEach((stats: { availableOutgoingBitrate?: number }) => {
    bitrate = Math.max(bitrate, stats.availableOutgoingBitrate ?? 0);
  });
  return bitrate;
}
