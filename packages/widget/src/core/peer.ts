import type { MediaState } from '@p2p-call/protocol';
import { closeLink } from './ending.js';
import { offerAnew } from './link.js';
import { sendState } from './devices.js';
import type { PeerState } from './snapshot.js';
import type { Turn } from './turn.js';

/** Where somebody was here before: that they went, or that they were lost. */
export type WhyAlone = 'peer-left' | 'connection-lost';

/** Alone: a fresh offer is stored for whoever comes. */
export function waitAlone(turn: Turn, reason: WhyAlone | null = null): void {
  closeLink(turn);
  turn.set({ peer: null, peerRev: -1 });
  turn.enter('waiting', reason);
  // Who had been given up already is known to be gone only now.
  if (reason) turn.set({ reason });
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
