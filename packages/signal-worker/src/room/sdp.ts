/** RFC 8839, 5.1: `… typ relay …`. */
const RELAY = / typ relay( |$)/;

/** Is this candidate line one of a TURN server? An empty line marks the end of candidates and tells nothing. */
export function isRelayCandidate(line: string): boolean {
  return line === '' || RELAY.test(line);
}

/** A session description without the candidates that are not relayed; the very same text if there was none. */
export function withoutDirectCandidates(sdp: string): string {
  if (!sdp.includes('a=candidate:')) return sdp;
  const lines = sdp.split(/\r\n|\n|\r/);
  const kept = lines.filter((line) => !line.startsWith('a=candidate:') || isRelayCandidate(line));
  return kept.length === lines.length ? sdp : kept.join('\r\n');
}
