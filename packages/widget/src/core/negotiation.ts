import type { Of, ServerMessage } from '@p2p-call/protocol';
import { openLink, resendDescription } from './link.js';
import { joinStep, meetAgain } from './recovery.js';
import type { Link } from './state.js';
import type { Turn } from './turn.js';

type Offer = Pick<Of<ServerMessage, 'offer'>, 'conn' | 'neg' | 'sdp'>;

/**
 * Takes an offer, by perfect negotiation (W3C WebRTC, 10.7): where both offer at once slot 0's counts, and slot 1's is made
 * again afterwards. Only slot 0 makes connections. What was taken before gets the same answer again.
 */
export function acceptOffer(turn: Turn, offer: Offer): void {
  const { seat, link, peer } = turn.state;
  if (seat === null || peer === null) return;
  const isCurrent = link !== null && link.epoch === seat.epoch && link.conn === offer.conn;
  if (isCurrent) return acceptAgain(turn, link, offer);
  if (seat.slot === 0 || offer.conn <= seat.conn) return;
  // They hung up: what they said before is overtaken.
  if (seat.isLeft) return;
  const { conn, neg, sdp } = offer;
  // We had given the path up, and they had not.
  if (turn.state.phase === 'waiting') meetAgain(turn);
  joinStep(turn, 'rebuild');
  const { id } = openLink(turn, seat.epoch, conn, neg, false);
  turn.setLink({ theirFragment: fragmentOf(sdp) });
  turn.do({ type: 'link-accept-offer', link: id, neg, sdp });
}

/** Who a description's candidates belong to: another fragment is another path (RFC 8445, 5.3). */
export function fragmentOf(sdp: string): string | null {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? null;
}

/** Another offer for the connection that we have. */
function acceptAgain(turn: Turn, link: Link, { neg, sdp }: Offer): void {
  // Whoever offers more after our offer has answered it: the browser still takes the answer in, or a line that died took it away.
  const isAnswered = link.negotiation === 'settled' || neg > link.neg;
  const isOurs = link.isOfferer && !isAnswered;
  if (neg < link.neg || (isOurs && turn.state.seat?.slot === 0)) return;
  if (neg === link.neg && !isOurs) return resendDescription(turn);
  const theirFragment = fragmentOf(sdp);
  const isRestart = theirFragment === null || theirFragment !== link.theirFragment;
  turn.stop('answer');
  // Ours is taken back; the browser says again that it wants one.
  const candidates = isRestart ? [] : link.candidates;
  turn.setLink({ neg, negotiation: 'making', isOfferer: false, local: null, candidates, theirFragment });
  if (isRestart) joinStep(turn, 'restart');
  turn.do({ type: 'link-accept-offer', link: link.id, neg, sdp });
}
