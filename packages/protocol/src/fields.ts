import * as v from 'valibot';
import { LIMITS } from './limits.js';

// The fields that messages are made of. Client and service have a module each, so that each end ships only what it reads.

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
export const naught = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const line = (max: number) => v.pipe(v.string(), v.maxLength(max));
export const token = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.tokenLength));
/** Names may hold surrogate pairs, so UTF-16 units are bounded here and code points where a name is made. */
export const name = line(LIMITS.nameLength * 2);
export const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
export const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.sdpLength));
export const reason = line(LIMITS.reasonLength);
export const trace = line(64);
export const slot = v.picklist([0, 1]);

export const position = { epoch: count, conn: count, neg: count };

export const iceCandidate = v.object({
  candidate: line(LIMITS.candidateLength),
  sdpMid: v.optional(v.nullable(line(16))),
  sdpMLineIndex: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(64)))),
  usernameFragment: v.optional(v.nullable(line(256))),
});

export const iceServer = v.object({
  urls: v.union([line(512), v.pipe(v.array(line(512)), v.maxLength(16))]),
  username: v.optional(line(512)),
  credential: v.optional(line(512)),
});

export const mediaState = { audio: v.boolean(), video: v.boolean(), screen: v.boolean() };
export const storedState = v.object({ rev: naught, ...mediaState });
export const seatState = v.picklist(['here', 'away']);
export const turn = v.picklist(['ok', 'none', 'unavailable']);
export const iceServers = v.pipe(v.array(iceServer), v.maxLength(16));
// ---- relayed in both directions ----

export const relayed = {
  offer: { type: v.literal('offer'), ...position, sdp },
  answer: { type: v.literal('answer'), ...position, sdp },
  candidate: {
    type: v.literal('candidate'),
    ...position,
    /** `""` or `null`: no more for this description (RFC 8838, end-of-candidates). */
    candidate: v.union([iceCandidate, v.literal(''), v.null_()]),
  },
  state: { type: v.literal('state'), rev: naught, ...mediaState },
  recover: {
    type: v.literal('recover'),
    epoch: count,
    conn: count,
    action: v.picklist(['restart', 'rebuild']),
    reason,
  },
  probe: { type: v.literal('probe'), n: naught },
  'probe-ack': { type: v.literal('probe-ack'), n: naught },
} as const;

/** What the service appends to a frame it relays. */
export const stamp = { from: id, seq: count };
