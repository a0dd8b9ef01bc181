import type { Of, ServerMessage } from '@p2p-call/protocol';
import { openLink, resendDescription } from './link.js';
import { noteStepFromPeer } from './recovery.js';
import type { Turn } from './turn.js';

type Offer = Of<ServerMessage, 'offer'>;

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
