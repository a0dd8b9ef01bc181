import { isIPv6 } from 'node:net';
import { parseAddress } from '../../../http/addresses.js';

/** An address and a port, as STUN carries them. */
export interface Endpoint {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
}

const COOKIE = Buffer.from('2112a442', 'hex');

/** The value of a XOR-…-ADDRESS attribute. @throws RangeError if that is no IP address */
export function encodeEndpoint({ address, port }: Endpoint, transaction: Buffer): Buffer {
  const bytes = Buffer.from(bytesOf(address));
  const mask = Buffer.concat([COOKIE, transaction]);
  const value = Buffer.alloc(4 + bytes.length);
  value.writeUInt8(bytes.length === 4 ? 1 : 2, 1);
  value.writeUInt16BE(port ^ COOKIE.readUInt16BE(0), 2);
  xor(bytes, mask).copy(value, 4);
  return value;
}

/** `null` if the value is none. */
export function decodeEndpoint(value: Buffer, transaction: Buffer): Endpoint | null {
  const isV6 = value.length === 20 && value.readUInt8(1) === 2;
  if (!isV6 && !(value.length === 8 && value.readUInt8(1) === 1)) return null;
  const bytes = xor(value.subarray(4), Buffer.concat([COOKIE, transaction]));
  const groups = Array.from({ length: 8 }, (_, n) => (isV6 ? bytes.readUInt16BE(n * 2).toString(16) : ''));
  const address = isV6 ? new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1) : bytes.join('.');
  return { address, port: value.readUInt16BE(2) ^ COOKIE.readUInt16BE(0) };
}

/** An IPv4 address in IPv6 clothes stays what it is written as: 16 bytes. */
function bytesOf(address: string): readonly number[] {
  const bytes = parseAddress(address);
  if (bytes === null) throw new RangeError('not an IP address');
  const isMapped = isIPv6(address) && bytes.length === 4;
  return isMapped ? [...new Array<number>(10).fill(0), 255, 255, ...bytes] : bytes;
}

const xor = (bytes: Buffer, mask: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, n) => byte ^ (mask[n] ?? 0)));
