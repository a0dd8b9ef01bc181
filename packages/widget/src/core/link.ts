import { LIMITS } from '@p2p-call/protocol';
import type { LinkConfig } from './effects.js';
import type { Link } from './state.js';
import type { Turn } from './turn.js';

/** How long a connection may take, from both people being there to proof, before it is helped along, ms. */
export const CONNECT_MS = 8_000;

/** Lines of the picture that a connection starts with. */
const START_LINES = 180;

/** Makes a new peer connection in place of the present one. `conn` is what the wire calls it. */
export function openLink(turn: Turn, epoch: number, conn: number, neg: number): Link {
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
  const config: LinkConfig = {
    iceServers: welcome?.iceServers ?? [],
    route: settings.icePolicy === 'relay' || welcome?.relay === true ? 'relay' : 'all',
    profile: 'full',
    codecs: settings.codecs,
    maxBitrate: settings.maxBitrate,
    startScale: parseInt(settings.resolution, 10) / START_LINES,
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

/** Sends our present description and its candidates (again). */
export function resendDescription(turn: Turn): void {
  const { link, seat } = turn.state;
  if (!link?.local || link.epoch !== seat?.epoch) return;
  const { epoch, conn, neg, local, candidates } = link;
  turn.send({ type: local.kind, epoch, conn, neg, sdp: local.sdp });
  for (const candidate of candidates) turn.send({ type: 'candidate', epoch, conn, neg, candidate });
}

/** Slot 0 makes a connection; slot 1 asks for one. What slot 0 offered first comes unasked, once it hears that we are here. */
export function reconnect(turn: Turn, reason: string): void {
  const { seat } = turn.state;
  if (seat === null) return;
  if (seat.slot === 0) return offerAnew(turn);
  const { epoch, conn } = seat;
  if (conn > 0) turn.send({ type: 'recover', epoch, conn, action: 'rebuild', reason });
}

/** The two of us are paired, and a description is out or awaited. */
export function enterConnecting(turn: Turn): void {
  const marks = turn.state.marks ?? { join: turn.now };
  turn.set({ marks: { ...marks, paired: turn.now, described: undefined, ice: undefined } });
  turn.enter('connecting');
  turn.stop('offer-age');
  turn.start('connect', CONNECT_MS);
}
