/** The little of a codec that ordering needs (RTCRtpCodec). */
interface Codec {
  readonly mimeType: string;
}

/**
 * Preferred codecs first, in the order named; all others stay, behind, in the browser's own order (RTX, RED and FEC too:
 * without them loss could not be repaired).
 * @param preferred names without their kind, in any case: `['vp8', 'h264']`
 */
export function orderCodecs<C extends Codec>(codecs: readonly C[], preferred: readonly string[]): C[] {
  const rank = ({ mimeType }: Codec) => {
    const index = preferred.findIndex((name) => mimeType.toLowerCase().endsWith(`/${name.toLowerCase()}`));
    return index < 0 ? preferred.length : index;
  };
  return [...codecs].sort((a, b) => rank(a) - rank(b));
}

/** Tells a transceiver which codecs of its kind to prefer; where the browser cannot, its own order holds. */
export function preferCodecs(transceiver: RTCRtpTransceiver, preferred: readonly string[]): void {
  const codecs = RTCRtpReceiver.getCapabilities(transceiver.receiver.track.kind)?.codecs;
  if (!codecs || preferred.length === 0 || !('setCodecPreferences' in transceiver)) return;
  try {
    transceiver.setCodecPreferences(orderCodecs(codecs, preferred));
  } catch {
    // InvalidModificationError in a browser whose list differs from what it accepts: the order is a wish, not a need.
  }
}

/**
 * The same for one that an offer made. Where the answer, which follows the offer's order, prefers the right codec anyway, nothing is
 * told: Firefox (ESR 153) then numbers the codecs anew in each offer of its own, and Chromium refuses those ("Failed to parse codecs
 * correctly"). So a Firefox whose page disagrees with the other's cannot ask Chromium for a change later.
 * @param offered names, in the offer's order
 */
export function preferCodecsInAnswer(
  transceiver: RTCRtpTransceiver,
  preferred: readonly string[],
  offered: readonly string[],
): void {
  const { kind } = transceiver.receiver.track;
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs.map(({ mimeType }) => mimeType.toLowerCase());
  const common = offered.filter((name) => known?.includes(`${kind}/${name}`));
  const wanted = preferred.find((name) => common.includes(name.toLowerCase()));
  if (wanted !== undefined && wanted.toLowerCase() !== common[0]) preferCodecs(transceiver, preferred);
}
