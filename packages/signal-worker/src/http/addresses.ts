/** A block of addresses: its bytes (4 or 16 of them), and how many leading bits count. */
export interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** The bytes of an IP address, of an IPv4 one in IPv6 clothes (`::ffff:192.0.2.1`) the four; `null` if it is none. */
export function parseAddress(text: string): readonly number[] | null {
  if (text.length > ADDRESS_LENGTH) return null;
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const bytes = bare.includes(':') ? parseV6(bare) : parseV4(bare);
  if (bytes?.length !== 16) return bytes;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12) : bytes;
}

function parseV4(text: string): readonly number[] | null {
  const parts = text.split('.');
  const bytes = parts.map(Number);
  const isFit =
    parts.length === 4 && parts.every((part, n) => /^\d{1,3}$/.test(part) && (bytes[n] ?? 256) <= 255);
  return isFit ? bytes : null;
}

function parseV6(text: string): readonly number[] | null {
  // The URL parser knows every way to write one, and gives back hexadecimal groups with at most one gap.
  if (!URL.canParse(`http://[${text}]`)) return null;
  const [left = '', right] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  const [head, tail] = [groups(left), right === undefined ? [] : groups(right)];
  const gap = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...gap, ...tail].flatMap((group) => [group >> 8, group & 255]);
}

/** `192.0.2.0/24`, `fd00::/8`, or one address. */
export function parseNetwork(text: string): Network | null {
  const [address = '', prefix] = text.split('/');
  const bytes = parseAddress(address);
  if (bytes === null) return null;
  if (prefix === undefined) return { bytes, bits: bytes.length * 8 };
  const bits = Number(prefix);
  return /^\d{1,3}$/.test(prefix) && bits <= bytes.length * 8 ? { bytes, bits } : null;
}

/** Is this address in that network? */
export function isWithin(address: readonly number[], { bytes, bits }: Network): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((byte, n) => {
    const counted = Math.min(8, Math.max(0, bits - n * 8));
    const mask = (0xff00 >> counted) & 0xff;
    return (byte & mask) === ((address[n] ?? 0) & mask);
  });
}

/** What limits per address count by: an IPv4 address, or the /64 of an IPv6 one, which is what one customer has. */
export function addressKey(address: readonly number[]): string {
  return address.length === 4 ? address.join('.') : address.slice(0, 8).join(':');
}

const MAX_PROXIES = 16;
/** Characters of an address, with port and zone. */
const ADDRESS_LENGTH = 80;

/**
 * The address of whoever is at the other end. Of `X-Forwarded-For` only the part that trusted proxies wrote is believed: from the
 * right, up to the first address that is not one of them.
 * @param peer the address of the connection itself
 * @returns `null` if not even that is an address
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  trusted: readonly Network[],
): readonly number[] | null {
  let address = parseAddress(peer);
  const isTrusted = (one: readonly number[]): boolean => trusted.some((network) => isWithin(one, network));
  if (address === null || forwardedFor === null || !isTrusted(address)) return address;
  const hops = forwardedFor.split(',');
  // Read from the right, and no further than anybody has proxies: strangers write as much as they like further left.
  for (let n = hops.length - 1; n >= 0 && n >= hops.length - MAX_PROXIES && isTrusted(address); n -= 1) {
    const next = parseAddress(withoutPort(hops[n]?.trim() ?? ''));
    if (next === null) break;
    address = next;
  }
  return address;
}

/** Some proxies write the port too. */
function withoutPort(hop: string): string {
  return /^\[[^\]]*\]:\d+$/.test(hop) || /^[^:]+:\d+$/.test(hop) ? hop.replace(/:\d+$/, '') : hop;
}
