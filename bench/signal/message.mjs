// The message that is relayed: 1,024 bytes on the wire for every contender, its envelope included, and a session description as
// a browser writes it inside. Each one carries who sent it and its number, and is compared byte for byte when it arrives.
import { clientFrame, MASK } from './raw-socket.mjs';

export const MESSAGE_BYTES = 1024;

const MARK = Buffer.from('o=- ');
const SENDER_DIGITS = 7;
const NUMBER_DIGITS = 9;
const DIGITS = SENDER_DIGITS + NUMBER_DIGITS;

/** The beginning of a real description; what the message still lacks of its size follows as one more attribute. */
const SDP = [
  'v=0',
  `o=- ${'0'.repeat(DIGITS)} 2 IN IP4 127.0.0.1`,
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1 2',
  'a=extmap-allow-mixed',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:Yp3x',
  'a=ice-pwd:fJ7sN0qkPz4dTt1vB8mWc2Ra',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  '',
].join('\r\n');

function sdpFor(write) {
  const fill = (length) => `${SDP}a=msid:${'m'.repeat(length)}\r\n`;
  const lacking = MESSAGE_BYTES - Buffer.byteLength(write(fill(0)));
  if (lacking < 0) throw new Error('the envelope leaves no room for the description');
  return fill(lacking);
}

/** The messages of one sender: the same frame again and again, but for its number. */
export class Outgoing {
  #frame;
  #firstDigit;
  #payloadAt;
  /** What the other side must get after the digits, byte for byte. */
  tail;
  sender;
  number = 0;

  /** @param write (sdp) → the text of a message */
  constructor(write, sender) {
    const text = write(sdpFor(write));
    const payload = Buffer.from(text);
    if (payload.length !== MESSAGE_BYTES)
      throw new Error(`${payload.length} bytes instead of ${MESSAGE_BYTES}`);
    const { frame, headerBytes } = clientFrame(payload);
    this.#frame = frame;
    this.#payloadAt = headerBytes;
    this.#firstDigit = headerBytes + payload.indexOf(MARK) + MARK.length;
    const start = payload.indexOf(MARK) + MARK.length + DIGITS;
    // Up to the end of the description; what follows is the envelope's, and envelopes change on the way.
    const end = payload.lastIndexOf('m\\r\\n') + 5;
    this.tail = Buffer.from(payload.subarray(start, end));
    this.sender = sender;
    this.#write(this.#firstDigit, SENDER_DIGITS, sender);
  }

  /** The next message. The same bytes are used again: it has to be written out before the one after it is asked for. */
  next() {
    this.number += 1;
    this.#write(this.#firstDigit + SENDER_DIGITS, NUMBER_DIGITS, this.number);
    return this.#frame;
  }

  #write(first, digits, value) {
    let left = value;
    for (let at = first + digits - 1; at >= first; at--) {
      this.#frame[at] = (48 + (left % 10)) ^ MASK[(at - this.#payloadAt) & 3];
      left = Math.floor(left / 10);
    }
  }
}

function readNumber(bytes, start, digits) {
  let value = 0;
  for (let at = start; at < start + digits; at++) value = value * 10 + (bytes[at] - 48);
  return value;
}

/** What arrives on the other side. */
export class Incoming {
  #outgoing;
  /** How many came: in their order and whole, else `take` has thrown. */
  number = 0;

  constructor(outgoing) {
    this.#outgoing = outgoing;
  }

  /** @returns true for a relayed message, false for anything else that a server says. Throws for one that is damaged or out of turn. */
  take(bytes, start, end) {
    const mark = bytes.subarray(start, end).indexOf(MARK);
    if (mark === -1) return false;
    const digits = start + mark + MARK.length;
    const { sender, tail } = this.#outgoing;
    const from = readNumber(bytes, digits, SENDER_DIGITS);
    const number = readNumber(bytes, digits + SENDER_DIGITS, NUMBER_DIGITS);
    if (from !== sender) throw new Error(`a message of ${from} where ${sender} speaks`);
    if (number !== this.number + 1) throw new Error(`message ${number} after ${this.number}`);
    const at = digits + DIGITS;
    if (tail.compare(bytes, at, Math.min(end, at + tail.length)) !== 0)
      throw new Error(`message ${number} is damaged`);
    this.number = number;
    return true;
  }
}
