import { createHmac, timingSafeEqual } from 'node:crypto';

/** Methods of STUN (RFC 8489) and TURN (RFC 8656), as far as they are used here. */
export const METHOD = { binding: 1, allocate: 3, refresh: 4, createPermission: 8, channelBind: 9 } as const;

/** Attributes, likewise. */
export const ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  addressFamily: 0x0017,
  transport: 0x0019,
  mapped: 0x0020,
  software: 0x8022,
  fingerprint: 0x8028,
} as const;

const KINDS = ['request', 'indication', 'success', 'error'] as const;
const COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const MAC_BYTES = 20;

export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

/** One message. `method` is a number: a server may send others than ours. */
export interface StunMessage {
  readonly method: number;
  readonly kind: (typeof KINDS)[number];
  /** 12 bytes */
  readonly transaction: Buffer;
  readonly attributes: readonly Attribute[];
}

/** What a server answered, and the bytes it was, for checking its MAC. */
export interface ReceivedMessage extends StunMessage {
  readonly bytes: Buffer;
}

/** @param key of the long-term credentials, if the message is to be signed */
export function encodeStun(message: StunMessage, key: Buffer | null): Buffer {
  const kind = KINDS.indexOf(message.kind);
  const attributes = Buffer.concat(message.attributes.map(encodeAttribute));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(message.method | ((kind & 1) << 4) | ((kind & 2) << 7), 0);
  header.writeUInt16BE(attributes.length + (key === null ? 0 : 4 + MAC_BYTES), 2);
  header.writeUInt32BE(COOKIE, 4);
  message.transaction.copy(header, 8);
  const unsigned = Buffer.concat([header, attributes]);
  if (key === null) return unsigned;
  const mac = createHmac('sha1', key).update(unsigned).digest();
  return Buffer.concat([unsigned, encodeAttribute({ type: ATTRIBUTE.messageIntegrity, value: mac })]);
}

function encodeAttribute({ type, value }: Attribute): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** How long the message is that begins here, in bytes; `null` if that cannot be known yet, `NaN` if it is none. */
export function stunLength(bytes: Buffer): number | null {
  if (bytes.length < HEADER_BYTES) return null;
  const isStun = (bytes.readUInt8(0) & 0xc0) === 0 && bytes.readUInt32BE(4) === COOKIE;
  return isStun ? HEADER_BYTES + bytes.readUInt16BE(2) : NaN;
}

/** `null` if this is no STUN message, or not exactly one. */
export function decodeStun(bytes: Buffer): ReceivedMessage | null {
  if (stunLength(bytes) !== bytes.length) return null;
  const type = bytes.readUInt16BE(0);
  const kind = KINDS[((type >> 4) & 1) | ((type >> 7) & 2)];
  if (kind === undefined) return null;
  const method = (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
  const attributes: Attribute[] = [];
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : Infinity;
    if (at + 4 + length > bytes.length) return null;
    attributes.push({ type: bytes.readUInt16BE(at), value: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { method, kind, transaction: bytes.subarray(8, HEADER_BYTES), attributes, bytes };
}

/** The value of the first attribute of a type. */
export function valueOf(message: StunMessage, type: number): Buffer | null {
  return message.attributes.find((one) => one.type === type)?.value ?? null;
}

/** Is the message signed with this key? */
export function isSignedWith(message: ReceivedMessage, key: Buffer): boolean {
  let at = HEADER_BYTES;
  for (const { type, value } of message.attributes) {
    if (type === ATTRIBUTE.messageIntegrity) {
      // The length counts up to this attribute, whatever follows it.
      const signed = Buffer.from(message.bytes.subarray(0, at));
      signed.writeUInt16BE(at - HEADER_BYTES + 4 + MAC_BYTES, 2);
      const mac = createHmac('sha1', key).update(signed).digest();
      return value.length === MAC_BYTES && timingSafeEqual(mac, value);
    }
    at += 4 + Math.ceil(value.length / 4) * 4;
  }
  return false;
}
