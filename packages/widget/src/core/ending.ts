import type { CallError } from './errors.js';
import { TIMERS } from './inputs.js';
import { closeDevices } from './devices.js';
import { reportEnd } from './report.js';
import type { EndReason } from './snapshot.js';
import type { Turn } from './turn.js';

/** Closes the present peer connection, if any, and forgets what was being done about it. */
export function closeLink(turn: Turn): void {
  const { link } = turn.state;
  if (link) turn.do({ type: 'link-close', link: link.id });
  turn.stop('connect', 'watch', 'beat', 'probe', 'pause', 'step', 'offer-age', 'offer', 'answer');
  turn.set({ link: null, recovery: null, heldOffer: null });
}

/** Hands everything back: connection, socket, devices, timers. What remains is a state that can join again. */
function release(turn: Turn): void {
  closeLink(turn);
  turn.do({ type: 'signaling-close' });
  turn.do({ type: 'signaling-pace', inCall: false });
  closeDevices(turn);
  turn.stop(...TIMERS);
  turn.set({
    signaling: 'closed',
    welcome: null,
    room: null,
    seat: null,
    peer: null,
    peerRev: -1,
    failures: 0,
    refusals: 0,
    isPreviewing: false,
  });
}

/** The call is over. Each way here leaves no live track, no socket, no connection and no timer. */
export function end(turn: Turn, reason: EndReason, error: CallError | null = null): void {
  const { startedAt } = turn.state;
  reportEnd(turn, reason);
  release(turn);
  turn.set({ error: null });
  if (error) turn.fail(error);
  turn.enter('ended', reason);
  turn.fact({ type: 'ended', reason, durationMs: startedAt === null ? 0 : turn.now - startedAt });
  turn.set({ connectedAt: null, startedAt: null });
}

/** Gives the seat up, or stops asking for one, and says why. What was open in the lobby before stays open, and only that. */
export function backToLobby(turn: Turn, error: CallError): void {
  closeLink(turn);
  if (!turn.state.isPreviewing) closeDevices(turn);
  // Of a full room the lobby hears when a seat is free; a service out of reach is tried on only where the page prewarms.
  if (error.code !== 'room-full' && turn.state.settings.prewarm === 'none') {
    turn.do({ type: 'signaling-close' });
    turn.set({ signaling: 'closed', welcome: null, room: null });
    turn.stop('ice');
  }
  turn.stop('join');
  turn.do({ type: 'signaling-pace', inCall: false });
  turn.set({ seat: null, peer: null, peerRev: -1, callId: null, timings: {} });
  turn.set({ connectedAt: null, startedAt: null });
  turn.enter('lobby');
  turn.fail(error);
}
