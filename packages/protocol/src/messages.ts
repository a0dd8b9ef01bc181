import * as v from 'valibot';
import { LIMITS } from './limits.js';

/** The WebSocket sub-protocol both ends agree on. */
export const SUBPROTOCOL = 'p2p-call.v1';

// ---- parts ----

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const naught = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const line = (max: number) => v.pipe(v.string(), v.maxLength(max));
const token = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.tokenLength));
/** Names may hold surrogate pairs, so UTF-16 units are bounded here and code points where a name is made. */
const name = line(LIMITS.nameLength * 2);
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.sdpLength));
const reason = line(LIMITS.reasonLength);
const trace = line(64);
const slot = v.picklist([0, 1]);

const position = { epoch: count, conn: count, neg: count };

const iceCandidate = v.object({
  candidate: line(LIMITS.candidateLength),
  sdpMid: v.optional(v.nullable(line(16))),
  sdpMLineIndex: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(64)))),
  usernameFragment: v.optional(v.nullable(line(256))),
});

const iceServer = v.object({
  urls: v.union([line(512), v.pipe(v.array(line(512)), v.maxLength(16))]),
  username: v.optional(line(512)),
  credential: v.optional(line(512)),
});

const mediaState = { audio: v.boolean(), video: v.boolean(), screen: v.boolean() };
const storedState = v.object({ rev: naught, ...mediaState });
const seatState = v.picklist(['here', 'away']);
const turn = v.picklist(['ok', 'none', 'unavailable']);
const iceServers = v.pipe(v.array(iceServer), v.maxLength(16));
const metric = v.object({
  name: line(64),
  value: v.pipe(v.number(), v.finite()),
  labels: v.optional(v.pipe(v.record(line(32), line(64)), v.maxEntries(LIMITS.labelsPerMetric))),
});

// ---- relayed in both directions ----

const relayed = {
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
const stamp = { from: id, seq: count };

// ---- client → service ----

export const clientMessage = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    token: v.optional(token),
    ticket: v.optional(token),
    seen: v.optional(naught),
    join: v.optional(v.boolean()),
    quiet: v.optional(v.boolean()),
    trace: v.optional(trace),
    /** Shown where the token names nobody; the service makes it fit to be shown. */
    name: v.optional(name),
  }),
  v.object({ type: v.literal('join'), quiet: v.optional(v.boolean()) }),
  v.object(relayed.offer),
  v.object(relayed.answer),
  v.object(relayed.candidate),
  v.object(relayed.state),
  v.object(relayed.recover),
  v.object(relayed.probe),
  v.object(relayed['probe-ack']),
  v.object({ type: v.literal('ice') }),
  v.object({
    type: v.literal('report'),
    metrics: v.pipe(v.array(metric), v.maxLength(LIMITS.reportMetrics)),
  }),
  v.object({ type: v.literal('leave'), reason: v.optional(reason) }),
]);

// ---- service → client ----

const person = v.object({ id, name: v.optional(name) });
const namedOnly = v.object({ name: v.optional(name) });
const pairing = { epoch: count, slot, polite: v.boolean() };

export const serverMessage = v.variant('type', [
  v.object({
    type: v.literal('welcome'),
    self: person,
    room: v.object({ seats: v.picklist([0, 1, 2]), peer: v.optional(namedOnly) }),
    iceServers,
    /** Seconds the credentials in `iceServers` live. */
    iceTtl: naught,
    turn,
    relay: v.boolean(),
    ticket: token,
    graceMs: naught,
    now: naught,
    seat: v.optional(
      v.object({ slot, epoch: count, callId: id, trace: v.optional(trace), peer: v.nullable(seatState) }),
    ),
    resync: v.optional(v.boolean()),
  }),
  v.object({
    type: v.literal('joined'),
    callId: id,
    trace,
    ...pairing,
    peer: v.optional(v.object({ id, name: v.optional(name), state: v.optional(storedState) })),
    offer: v.optional(v.object({ conn: count, neg: count, sdp })),
  }),
  v.object({
    type: v.literal('room'),
    seats: v.picklist([0, 1, 2]),
    peer: v.optional(namedOnly),
  }),
  v.object({
    type: v.literal('peer-joined'),
    ...pairing,
    callId: id,
    trace,
    peer: v.object({ id, name: v.optional(name), state: v.optional(storedState) }),
    offer: v.nullable(v.object({ conn: count, neg: count })),
  }),
  v.object({
    type: v.literal('peer-left'),
    ...pairing,
    peer: person,
    reason: v.picklist(['left', 'lost', 'removed', 'replaced']),
  }),
  v.object({ type: v.literal('peer-away'), epoch: count, peer: person }),
  v.object({ type: v.literal('peer-back'), epoch: count, peer: person }),
  v.object({ ...relayed.offer, ...stamp }),
  v.object({ ...relayed.answer, ...stamp }),
  v.object({ ...relayed.candidate, ...stamp }),
  v.object({ ...relayed.state, ...stamp }),
  v.object({ ...relayed.recover, ...stamp }),
  v.object({ ...relayed.probe, ...stamp }),
  v.object({ ...relayed['probe-ack'], ...stamp }),
  v.object({ type: v.literal('ticket'), ticket: token }),
  v.object({ type: v.literal('ice'), iceServers, iceTtl: naught, turn }),
  v.object({
    type: v.literal('error'),
    code: v.picklist(['room-full', 'not-seated', 'bad-message', 'too-many-candidates', 'rate-warning']),
    ref: v.optional(line(32)),
    retryAfterMs: v.optional(naught),
  }),
  v.object({ type: v.literal('going-away'), retryAfterMs: naught }),
]);

/** A message a client sends. */
export type ClientMessage = v.InferOutput<typeof clientMessage>;
/** A message the service sends. */
export type ServerMessage = v.InferOutput<typeof serverMessage>;
/** One message of a union by its `type`. */
export type Of<Union extends { type: string }, Type extends Union['type']> = Extract<Union, { type: Type }>;
/** The types of message the service passes on to the other person. */
export type RelayedType = keyof typeof relayed;
export type IceCandidate = v.InferOutput<typeof iceCandidate>;
export type IceServer = v.InferOutput<typeof iceServer>;
/** What a person sends: `rev` rises with each change. */
export type MediaState = v.InferOutput<typeof storedState>;
export type WireErrorCode = Of<ServerMessage, 'error'>['code'];
export type PeerLeftReason = Of<ServerMessage, 'peer-left'>['reason'];
