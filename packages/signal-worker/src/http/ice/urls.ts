import type { IceServer } from '@p2p-call/protocol';

/** What an ICE URL (RFC 7064 and 7065, as far as browsers take them) says. */
export interface IceAddress {
  readonly kind: 'stun' | 'turn';
  readonly isTls: boolean;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
}

/** As many servers, and URLs of one server, as a message may carry. */
export const MAX_ICE_ENTRIES = 16;
const MAX_TEXT = 512;

const PATTERN =
  /^(stun|turn)(s?):(\[[\da-f:.]+\]|[^\s,?#/@:[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;

/** The parts of an ICE URL, defaults filled in; `null` for anything else. */
export function parseIceUrl(text: string): IceAddress | null {
  const match = text.length <= MAX_TEXT ? PATTERN.exec(text) : null;
  if (match === null) return null;
  const [, scheme = '', tls = '', host = '', port, transport] = match;
  const kind = scheme.toLowerCase() === 'turn' ? 'turn' : 'stun';
  const isTls = tls !== '';
  const number = port === undefined ? (isTls ? 5349 : 3478) : Number(port);
  // RFC 7064: a STUN URL says nothing of the transport.
  if (number < 1 || number > 65_535 || (kind === 'stun' && transport !== undefined)) return null;
  return {
    kind,
    isTls,
    host: host.replace(/^\[|\]$/g, ''),
    port: number,
    transport: (transport ?? (isTls ? 'tcp' : 'udp')).toLowerCase() === 'tcp' ? 'tcp' : 'udp',
  };
}

/** One ICE server as somebody else wrote it, field by field; `null` if it is none, or a TURN server without credentials. */
export function readIceServer(value: unknown): IceServer | null {
  if (typeof value !== 'object' || value === null) return null;
  const { urls, username, credential } = value as Record<string, unknown>;
  const list = readUrls(urls);
  if (list === null) return null;
  const needsPassword = list.some((url) => parseIceUrl(url)?.kind === 'turn');
  if (!needsPassword && username === undefined && credential === undefined) return { urls: list };
  if (!isText(username) || !isText(credential)) return null;
  return { urls: list, username, credential };
}

function readUrls(value: unknown): string[] | null {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const urls = list.filter((url): url is string => typeof url === 'string' && parseIceUrl(url) !== null);
  return urls.length === list.length && urls.length > 0 && urls.length <= MAX_ICE_ENTRIES ? urls : null;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;

/** Is there a relay among these servers? */
export function hasTurn(servers: readonly IceServer[]): boolean {
  return servers.some((server) => [server.urls].flat().some((url) => parseIceUrl(url)?.kind === 'turn'));
}
