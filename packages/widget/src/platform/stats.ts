/** Bytes received so far over all paths of a connection; every browser counts them on its candidate pairs. */
export function receivedBytes(report: RTCStatsReport): number {
  let bytes = 0;
  report.forEach((stats: { type: string; bytesReceived?: number }) => {
    if (stats.type === 'candidate-pair') bytes += stats.bytesReceived ?? 0;
  });
  return bytes;
}
