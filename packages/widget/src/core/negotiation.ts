import { LIMITS, type MediaState, type Of, type ServerMessage } from '@p2p-call/protocol';
import { closeLink } from './ending.js';
import { noteStepFromPeer } from './recovery.js';
import { sendState } from './on-device.js';
import type { PeerState } from './snapshot.js';
import type { Link } from './state.js';
import type { Turn } from './turn.js';

/** How long a connection may take, from both people being there to proof, before it is helped along, ms. */
export const CONNECT_MS = 8_000;

type Offer = Of<ServerMessage, 'offer'>;

/** Makes a new peer connection in place of the present one. `conn` is what the wire calls it. */
function openLink(turn: Turn, epoch: number, conn: number, neg: number): Link {
  const { state } = turn;
  if (state.link) turn.do({ type: 'link-close', link: state.link.id });
  turn.stop('watch', 'beat', 'offer-age');
  const link: Link = {
    id: state.links + 1,
    epoch,
    conn,
    neg,
    negotiation: 'making',
    local: null,
    candidates: [],
    transport: 'new',
    channel: 'new',
    bytes: 0,
    measuredAt: turn.now,
    quietMs: 0,
  };
  turn.set({ link, links: link.id });
  if (state.seat) turn.set({ seat: { ...state.seat, conn } });
  const { settings, welcome } = state;
  const config = {
    iceServers: welcome?.iceServers ?? [],
    relayOnly: settings.icePolicy === 'relay' || welcome?.relay === true,
    codecs: settings.codecs,
    maxBitrate: settings.maxBitrate,
  };
  turn.do({ type: 'link-open', link: link.id, config });
  return link;
}

/** Slot 0: a fresh connection and its offer, for the peer who is here or for the one who will come. */
export function offerAnew(turn: Turn): void {
  const { seat } = turn.state;
  if (seat === null) return;
  const { id } = openLink(turn, seat.epoch, seat.conn + 1, 1);
  turn.do({ type: 'link-offer', link: id, neg: 1, iceRestart: false });
  turn.start('offer-age', LIMITS.offerRefreshMs);
}

/** Slot 0: the same connection on a new path (an ICE restart). */
export function restartIce(turn: Turn): void {
  const { link } = turn.state;
  if (!link) return;
  const neg = link.neg + 1;
  turn.setLink({ neg, negotiation: 'making', local: null, candidates: [] });
  turn.do({ type: 'link-offer', link: link.id, neg, iceRestart: true });
}

/** Slot 1: takes an offer; one that was taken before gets the same answer again. */
export function acceptOffer(turn: Turn, offer: Pick<Offer, 'conn' | 'neg' | 'sdp'>): void {
  const { seat, link } = turn.state;
  if (seat === null) return;
  const { conn, neg, sdp } = offer;
  const isCurrent = link !== null && link.epoch === seat.epoch && link.conn === conn;
  if (isCurrent && neg <= link.neg) {
    if (neg === link.neg) resendDescription(turn);
    return;
  }
  if (conn < seat.conn || (conn === seat.conn && !isCurrent)) return;
  if (isCurrent) turn.setLink({ neg, negotiation: 'making', local: null, candidates: [] });
  else openLink(turn, seat.epoch, conn, neg);
  noteStepFromPeer(turn, isCurrent ? 'restart' : 'rebuild');
  const id = turn.state.link?.id;
  if (id !== undefined) turn.do({ type: 'link-accept-offer', link: id, neg, sdp });
}

/** Sends our present description and its candidates (again). */
export function resendDescription(turn: Turn): void {
  const { link } = turn.state;
  if (!link?.local) return;
  const { epoch, conn, neg, local, candidates } = link;
  turn.send({ type: local.kind, epoch, conn, neg, sdp: local.sdp });
  for (const candidate of candidates) turn.send({ type: 'candidate', epoch, conn, neg, candidate });
}

/** Slot 0 makes a connection; slot 1 asks for one. */
export function reconnect(turn: Turn, reason: string): void {
  const { seat } = turn.state;
  if (seat === null) return;
  if (seat.slot === 0) return offerAnew(turn);
  const { epoch, conn } = seat;
  turn.send({ type: 'recover', epoch, conn: Math.max(conn, 1), action: 'rebuild', reason });
}

/** The two of us are paired, and a description is out or awaited. */
export function enterConnecting(turn: Turn): void {
  turn.set({ marks: { ...(turn.state.marks ?? { join: turn.now }), paired: turn.now } });
  turn.enter('connecting');
  turn.stop('offer-age');
  turn.start('connect', CONNECT_MS);
}

/** Alone: a fresh offer is stored for whoever comes. */
export function waitAlone(turn: Turn): void {
  closeLink(turn);
  turn.set({ peer: null, peerRev: -1 });
  turn.enter('waiting');
  offerAnew(turn);
  sendState(turn);
}

/** The peer as the service names them, with what they send, if that is known yet. */
export function setPeer(turn: Turn, person: { id: string; name?: string | undefined }, here: boolean): void {
  const known = turn.state.peer?.id === person.id ? turn.state.peer : null;
  const peer: PeerState = {
    id: person.id,
    name: person.name ?? null,
    here,
    audio: known?.audio ?? false,
    video: known?.video ?? false,
    screen: known?.screen ?? false,
  };
  turn.set({ peer, ...(known ? {} : { peerRev: -1 }) });
}

/** What the peer sends; it comes on two ways, and the higher revision counts. */
export function takePeerState(turn: Turn, state: MediaState): void {
  const { peer, peerRev } = turn.state;
  if (peer === null || state.rev <= peerRev) return;
  const { audio, video, screen } = state;
  turn.set({ peer: { ...peer, audio, video, screen }, peerRev: state.rev });
  turn.fact({ type: 'media-change', who: 'peer', audio, video, screen });
}
