/** Bytes received so far over all paths of a connection; every browser counts them on its candidate pairs. */
export function receivedBytes(report: RTCStatsReport): number {
  let bytes = 0;
  report.forEach((stats: { type: string; bytesReceived?: number }) => {
    if (stats.type === 'candidate-pair') bytes += stats.bytesReceived ?? 0;
  });
  return bytes;
}

/** What the browser thinks it can send, bit/s; 0 where it does not say (Firefox). */
export function sendableBitrate(report: RTCStatsReport): number {
  let bitrate = 0;
  report.forEach((stats: { availableOutgoingBitrate?: number }) => {
    bitrate = Math.max(bitrate, stats.availableOutgoingBitrate ?? 0);
  });
  return bitrate;
}
