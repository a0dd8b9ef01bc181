import * as v from 'valibot';
import {
  count,
  naught,
  line,
  token,
  name,
  id,
  sdp,
  relayed,
  stamp,
  trace,
  slot,
  storedState,
  seatState,
  turn,
  iceServers,
} from './fields.js';

const person = v.object({ id, name: v.optional(name) });
const namedOnly = v.object({ name: v.optional(name) });
const pairing = { epoch: count, slot, polite: v.boolean() };

/** Everything the service says. */
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
