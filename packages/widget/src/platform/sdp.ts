/**
 * Does a description name exactly one certificate? Chromium obeys the last fingerprint of the first section, so two
 * different ones would let somebody on the way slip in their own (RFC 8122, 5; RFC 8842, 3.4).
 */
export function hasOneFingerprint(sdp: string): boolean {
  const found = sdp.match(/^a=fingerprint:.*$/gim) ?? [];
  return new Set(found.map((line) => line.trim().toLowerCase())).size === 1;
}

/** The ICE user name fragments of a description. */
export function fragmentsOf(sdp: string): readonly string[] {
  return [...sdp.matchAll(/^a=ice-ufrag:(\S+)/gim)].map((match) => match[1] ?? '');
}

/** Names of the codecs of a description's first section of a kind, in lower case, in its order. */
export function codecsOf(sdp: string, kind: string): readonly string[] {
  const section = sdp.split(/^m=/m).find((part) => part.startsWith(`${kind} `)) ?? '';
  const names = new Map(
    [...section.matchAll(/^a=rtpmap:(\d+) ([^/\s]+)/gm)].map(([, type, name]) => [type, name?.toLowerCase()]),
  );
  const [, types = ''] = /^\S+ \S+ \S+ (.*)/.exec(section) ?? [];
  return types.split(' ').flatMap((type) => names.get(type) ?? []);
}
