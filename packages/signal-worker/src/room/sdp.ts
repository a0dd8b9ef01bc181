// What a person may tell of their addresses who is to be reached over relays only (RFC 8839, 5.1; RFC 8866).

/**
 * A candidate line as such a person may send it: one of a TURN server, without the related address, which is their own. An empty
 * line marks the end of candidates and tells nothing.
 * @returns `null` for any other candidate
 */
export function relayOnlyCandidate(line: string): string | null {
  if (line.trim() === '') return line;
  const [foundation, component, transport, priority, address, port, typ, kind, ...rest] = line.split(' ');
  if (typ !== 'typ' || kind !== 'relay') return null;
  const attributes: string[] = [];
  for (let n = 0; n < rest.length; n += 2)
    attributes.push(`${rest[n] ?? ''} ${harmless(rest[n], rest[n + 1])}`);
  return [foundation, component, transport, priority, address, port, typ, kind, ...attributes]
    .join(' ')
    .trimEnd();
}

/** Extensions come in pairs of a name and a value. */
function harmless(name: string | undefined, value = ''): string {
  if (name === 'raddr') return value.includes(':') ? '::' : '0.0.0.0';
  return name === 'rport' ? '0' : value;
}

/** A session description that tells of no address but those of relays; the very same text if it did not. */
export function relayOnlySdp(sdp: string): string {
  const lines = sdp.split(/\r\n|\n|\r/);
  const kept = lines.flatMap((line) => relayOnlyLine(line) ?? []);
  const isSame = kept.length === lines.length && kept.every((line, n) => line === lines[n]);
  return isSame ? sdp : kept.join('\r\n');
}

const CANDIDATE = 'a=candidate:';
/** `o=`, `c=` and `a=rtcp:` end in a network type, an address type and an address; browsers send 0.0.0.0 there while they trickle. */
const WITH_ADDRESS = /^((?:o=|c=|a=rtcp:).*?\bIN )(IP[46] \S+).*$/;
/** What browsers write. */
const TELLS_NOTHING = ['IP4 127.0.0.1', 'IP4 0.0.0.0'];

function relayOnlyLine(line: string): string | null {
  if (line.startsWith(CANDIDATE)) {
    const candidate = relayOnlyCandidate(line.slice(CANDIDATE.length));
    return candidate === null ? null : `${CANDIDATE}${candidate}`;
  }
  const [, head, address = ''] = WITH_ADDRESS.exec(line) ?? [];
  // Whatever stands behind the address is no part of such a line.
  return head === undefined ? line : `${head}${TELLS_NOTHING.includes(address) ? address : 'IP4 0.0.0.0'}`;
}
