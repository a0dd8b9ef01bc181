import { LIMITS } from '@p2p-call/protocol';
import type { LinkConfig, LinkRoute } from './effects.js';
import { profileAfter, routeOf } from './ladder.js';
import { giveUpPicture } from './on-device.js';
import type { CallState, Link, OfferKind } from './state.js';
import type { Turn } from './turn.js';

/** How long a connection may take, from both people being there to proof, before it is helped along, ms. */
export const CONNECT_MS = 8_000;
/** An offer that nobody answers is sent again after this long, ms. */
const ANSWER_MS = 5_000;
/** At most so many offers in so long, ms: whatever goes wrong, it does not become a storm. */
const OFFERS = 4;
const OFFERS_MS = 10_000;

/** Lines of the picture that a connection starts with. */
const START_LINES = 180;

/** The ways that the page, or the service, lets us take. */
export function ownRoute({ settings, welcome }: CallState): LinkRoute {
  return settings.icePolicy === 'relay' || welcome?.relay === true ? 'relay' : 'all';
}

function configOf(state: CallState): LinkConfig {
  const { settings, welcome, recovery, refusals } = state;
  return {
    iceServers: welcome?.iceServers ?? [],
    route: routeOf(recovery?.step ?? null, ownRoute(state)),
    profile: profileAfter(refusals),
    codecs: settings.codecs,
    maxBitrate: settings.maxBitrate,
    startScale: parseInt(settings.resolution, 10) / START_LINES,
  };
}

/** Makes a new peer connection in place of the present one. `conn` is what the wire calls it. */
export function openLink(turn: Turn, epoch: number, conn: number, neg: number, isOfferer: boolean): Link {
  const { state } = turn;
  if (state.link) turn.do({ type: 'link-close', link: state.link.id });
  turn.stop('watch', 'beat', 'offer-age', 'answer');
  const config = configOf(state);
  const link: Link = {
    id: state.links + 1,
    epoch,
    conn,
    neg,
    negotiation: 'making',
    isOfferer,
    wantsOffer: false,
    route: config.route,
    theirFragment: null,
    local: null,
    candidates: [],
    describedAt: turn.now,
    transport: 'new',
    channel: 'new',
    bytes: 0,
    measuredAt: turn.now,
    quietMs: 0,
    provenAt: null,
    isResting: false,
  };
  turn.set({ link, links: link.id });
  if (state.seat) turn.set({ seat: { ...state.seat, conn } });
  turn.do({ type: 'link-open', link: link.id, config });
  if (config.profile === 'audio') giveUpPicture(turn);
  return link;
}

/** Counts an offer, or a request for one. @returns is it not one too many? */
function countOffer(turn: Turn): boolean {
  const offers = turn.state.offers.filter((at) => turn.now - at < OFFERS_MS);
  const may = offers.length < OFFERS;
  turn.set({ offers: may ? [...offers, turn.now] : offers });
  return may;
}

/** An offer that is one too many waits for its time, and takes the place of what waited before. */
function mayOffer(turn: Turn, kind: OfferKind): boolean {
  const may = countOffer(turn);
  // A change that has to make room for a path is not forgotten.
  if (!may && turn.state.heldOffer === 'change') turn.setLink({ wantsOffer: true });
  turn.set({ heldOffer: may ? null : kind });
  const [first = turn.now] = turn.state.offers;
  if (may) turn.stop('offer');
  else turn.start('offer', first + OFFERS_MS - turn.now);
  return may;
}

/** Slot 0: a fresh connection and its offer, for the peer who is here or for the one who will come. */
export function offerAnew(turn: Turn): void {
  const { seat } = turn.state;
  if (seat?.slot !== 0 || !mayOffer(turn, 'fresh')) return;
  const { id } = openLink(turn, seat.epoch, seat.conn + 1, 1, true);
  turn.do({ type: 'link-offer', link: id, neg: 1, iceRestart: false });
  // Nobody is here yet: a stored offer grows old.
  if (turn.state.phase === 'waiting') turn.start('offer-age', LIMITS.offerRefreshMs);
}

/** Slot 0: the same connection on a new path (an ICE restart), by the ways that the page allows. */
export function restartIce(turn: Turn): void {
  const { link, welcome } = turn.state;
  if (!link || !mayOffer(turn, 'restart')) return;
  const route = ownRoute(turn.state);
  if (route !== link.route)
    turn.do({ type: 'link-servers', link: link.id, iceServers: welcome?.iceServers ?? [], route });
  makeOffer(turn, link, true);
  turn.setLink({ candidates: [], route });
}

/** Either slot: the same connection and path with other transceivers (RFC 8829, 4.1.7), as soon as nothing is out. */
export function renegotiate(turn: Turn): void {
  const { link, seat } = turn.state;
  if (!link) return;
  const isReady = link.negotiation === 'settled' && link.epoch === seat?.epoch;
  turn.setLink({ wantsOffer: !isReady });
  if (isReady && mayOffer(turn, 'change')) makeOffer(turn, link, false);
}

function makeOffer(turn: Turn, link: Link, iceRestart: boolean): void {
  const neg = link.neg + 1;
  turn.stop('answer');
  turn.setLink({ neg, negotiation: 'making', isOfferer: true, wantsOffer: false, local: null });
  turn.do({ type: 'link-offer', link: link.id, neg, iceRestart });
}

/** There is a path: none that was held back is needed any more. */
export function dropHeldPath(turn: Turn): void {
  const { heldOffer, link } = turn.state;
  if (heldOffer !== 'fresh' && heldOffer !== 'restart') return;
  turn.stop('offer');
  turn.set({ heldOffer: null });
  if (link?.wantsOffer) renegotiate(turn);
}

/** There may be another offer: what was held back is made. */
export function handleOfferTime(turn: Turn): void {
  const { heldOffer, seat, link } = turn.state;
  turn.set({ heldOffer: null });
  if (heldOffer === 'fresh') offerAnew(turn);
  else if (heldOffer === 'restart' && seat?.slot === 0 && link?.epoch === seat.epoch) restartIce(turn);
  else if (heldOffer === 'change') renegotiate(turn);
}

/** Our offer is out, and somebody is there to answer it. */
export function awaitAnswer(turn: Turn): void {
  const { link, peer } = turn.state;
  if (link?.negotiation === 'offered' && peer) turn.start('answer', ANSWER_MS);
}

/** Nobody answered: the offer, or the answer, may be lost. An offer got twice gets the same answer again. */
export function handleNoAnswer(turn: Turn): void {
  if (turn.state.link?.negotiation !== 'offered') return;
  if (countOffer(turn)) resendDescription(turn);
  awaitAnswer(turn);
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
  if (seat.conn > 0) askFor(turn, 'rebuild', reason);
}

/** Slot 1 asks slot 0 for an offer; too many requests bring no more offers, and are not made. */
export function askFor(turn: Turn, action: 'restart' | 'rebuild', reason: string): void {
  const { seat } = turn.state;
  if (seat && countOffer(turn))
    turn.send({ type: 'recover', epoch: seat.epoch, conn: Math.max(seat.conn, 1), action, reason });
}

/** The two of us are paired, and a description is out or awaited. */
export function enterConnecting(turn: Turn): void {
  const marks = turn.state.marks ?? { join: turn.now };
  turn.set({ marks: { ...marks, paired: turn.now, described: undefined, ice: undefined } });
  turn.enter('connecting');
  turn.stop('offer-age');
  turn.start('connect', CONNECT_MS);
  awaitAnswer(turn);
}
