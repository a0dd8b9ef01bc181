import * as LIMITS from './limits.js';
import { either, fields, flag, list, nullable, oneOf, optional, text, whole } from './shapes.js';

// The fields that messages are made of. Client and service have a module each, so that each end ships only what it reads.

export const count = whole(1);
export const naught = whole(0);
export const token = text(LIMITS.tokenLength, 1);
/** Names may hold surrogate pairs, so UTF-16 units are bounded here and code points where a name is made. */
export const name = text(LIMITS.nameLength * 2);
export const id = text(64, 1, /^[A-Za-z0-9_-]+$/);
export const sdp = text(LIMITS.sdpLength, 1);
export const reason = text(LIMITS.reasonLength);
export const trace = text(64);
export const slot = oneOf(0, 1);

export const position = { epoch: count, conn: count, neg: count };

export const iceCandidate = fields({
  candidate: text(LIMITS.candidateLength),
  sdpMid: optional(nullable(text(16))),
  sdpMLineIndex: optional(nullable(whole(0, 64))),
  usernameFragment: optional(nullable(text(256))),
});

export const iceServer = fields({
  urls: either(text(512), list(text(512), 16)),
  username: optional(text(512)),
  credential: optional(text(512)),
});

export const mediaState = { audio: flag, video: flag, screen: flag };
export const storedState = fields({ rev: naught, ...mediaState });
export const seatState = oneOf('here', 'away');
export const turn = oneOf('ok', 'none', 'unavailable');
export const iceServers = list(iceServer, 16);

/** What is passed on from one person to the other, by type. */
export const relayed = {
  offer: { ...position, sdp },
  answer: { ...position, sdp },
  candidate: {
    ...position,
    /** `""` or `null`: no more for this description (RFC 8838, end-of-candidates). */
    candidate: either(iceCandidate, oneOf('', null)),
  },
  state: { rev: naught, ...mediaState },
  recover: {
    epoch: count,
    conn: count,
    action: oneOf('restart', 'rebuild'),
    reason,
  },
  probe: { n: naught },
  'probe-ack': { n: naught },
} as const;

/** What the service appends to a frame it relays. */
export const stamp = { from: id, seq: count };
