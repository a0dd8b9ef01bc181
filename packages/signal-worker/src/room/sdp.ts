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
/** What a lenient parser might take for one. */
const LIKE_A_CANDIDATE = /^a=\s*candidate\s*:/i;

/** What browsers write for an address while they trickle, and where none is asked for. */
const NO_ADDRESS = 'IN IP4 0.0.0.0';
const TELLS_NOTHING = [NO_ADDRESS, 'IN IP4 127.0.0.1'];

function relayOnlyLine(line: string): string | null {
  if (line.startsWith(CANDIDATE)) {
    const candidate = relayOnlyCandidate(line.slice(CANDIDATE.length));
    return candidate === null ? null : `${CANDIDATE}${candidate}`;
  }
  if (LIKE_A_CANDIDATE.test(line)) return null;
  if (line.startsWith('c=')) return `c=${harmlessAddress(line.slice('c='.length))}`;
  if (line.startsWith('o=')) return originLine(line);
  if (!line.startsWith('a=rtcp:')) return line;
  const [port = '', ...address] = line.slice('a=rtcp:'.length).split(' ');
  return /^\d{1,5}$/.test(port) && address.length === 0
    ? line
    : `a=rtcp:9 ${harmlessAddress(address.join(' '))}`;
}

/** `o=<user> <session> <version> <address>`. The user could be an address too; nobody asks for one. */
function originLine(line: string): string {
  const [, session = '', version = '', ...address] = line.slice('o='.length).split(' ');
  const count = (text: string): string => (/^\d{1,20}$/.test(text) ? text : '0');
  return `o=- ${count(session)} ${count(version)} ${harmlessAddress(address.join(' '))}`;
}

function harmlessAddress(address: string): string {
  return TELLS_NOTHING.includes(address) ? address : NO_ADDRESS;
}
