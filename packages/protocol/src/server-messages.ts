import {
  count,
  naught,
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
import { fields, flag, nullable, oneOf, optional, text } from './shapes.js';

const person = fields({ id, name: optional(name) });
const namedOnly = fields({ name: optional(name) });
const peerPerson = fields({ id, name: optional(name), state: optional(storedState) });
const pairing = { epoch: count, slot, polite: flag };

/** Everything the service says. */
export const serverMessages = {
  welcome: fields({
    self: person,
    room: fields({ seats: oneOf(0, 1, 2), peer: optional(namedOnly) }),
    iceServers,
    /** Seconds the credentials in `iceServers` live. */
    iceTtl: naught,
    turn,
    relay: flag,
    ticket: token,
    graceMs: naught,
    now: naught,
    seat: optional(
      fields({
        slot,
        epoch: count,
        callId: id,
        trace: optional(trace),
        peer: nullable(seatState),
        /** Who that is: a `peer-joined` may have been lost with the socket. */
        person: optional(peerPerson),
      }),
    ),
    resync: optional(flag),
  }),
  joined: fields({
    callId: id,
    trace,
    ...pairing,
    peer: optional(peerPerson),
    offer: optional(fields({ conn: count, neg: count, sdp })),
  }),
  room: fields({ seats: oneOf(0, 1, 2), peer: optional(namedOnly) }),
  'peer-joined': fields({
    ...pairing,
    callId: id,
    trace,
    peer: peerPerson,
    offer: nullable(fields({ conn: count, neg: count })),
  }),
  'peer-left': fields({ ...pairing, peer: person, reason: oneOf('left', 'lost', 'removed', 'replaced') }),
  'peer-away': fields({ epoch: count, peer: person }),
  'peer-back': fields({ epoch: count, peer: person }),
  offer: fields({ ...relayed.offer, ...stamp }),
  answer: fields({ ...relayed.answer, ...stamp }),
  candidate: fields({ ...relayed.candidate, ...stamp }),
  state: fields({ ...relayed.state, ...stamp }),
  recover: fields({ ...relayed.recover, ...stamp }),
  probe: fields({ ...relayed.probe, ...stamp }),
  'probe-ack': fields({ ...relayed['probe-ack'], ...stamp }),
  ticket: fields({ ticket: token }),
  ice: fields({ iceServers, iceTtl: naught, turn }),
  error: fields({
    code: oneOf('room-full', 'not-seated', 'bad-message', 'too-many-candidates', 'rate-warning'),
    ref: optional(text(32)),
    retryAfterMs: optional(naught),
  }),
  'going-away': fields({ retryAfterMs: naught }),
} as const;
