const TRANSPORT_WIDE_CC = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** W3C WebRTC Extensions, "RTP header extension control"; Chromium has it, TypeScript and Firefox do not. */
interface WithHeaderExtensions {
  getHeaderExtensionsToNegotiate(): { uri: string; direction: RTCRtpTransceiverDirection }[];
  setHeaderExtensionsToNegotiate(extensions: { uri: string; direction: RTCRtpTransceiverDirection }[]): void;
}

/**
 * Sound stays out of the feedback about every packet (transport-wide-cc) where the browser lets a page say so; before the first
 * description of this side.
 *
 * After an outage sound arrives first. From the feedback about it Chromium concludes that 3 s of pictures are lost, and sends them again
 * without being asked; its receiver, which therefore takes them for slow ones and not for repeated ones, thinks that pictures need
 * seconds, and holds back the new ones for up to 3 s. Where feedback only comes with pictures, it asks for the lost ones itself and knows.
 */
export function leaveOutOfFeedback(audio: RTCRtpTransceiver): void {
  if (!('setHeaderExtensionsToNegotiate' in audio)) return;
  const control = audio as unknown as WithHeaderExtensions;
  const extensions = control.getHeaderExtensionsToNegotiate();
  for (const one of extensions) if (one.uri === TRANSPORT_WIDE_CC) one.direction = 'stopped';
  try {
    control.setHeaderExtensionsToNegotiate(extensions);
  } catch {
    // A browser that insists on one: a picture may come back later, that is all.
  }
}
