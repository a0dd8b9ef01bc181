/** First byte of a frame: whole, and text (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81;
/** Lengths up to this stand in the second byte; `TWO_BYTES` there says that two more hold it, `EIGHT_BYTES` eight. */
const SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/**
 * A text message as the one unmasked frame that a server sends, in one piece. `ws` writes head and text apart, which costs a good
 * part of what relaying a message costs. What `ws` itself sends (pongs, the close) goes to the same line, in its order.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length <= SHORT ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = WHOLE_TEXT;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = TWO_BYTES;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = EIGHT_BYTES;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
}
