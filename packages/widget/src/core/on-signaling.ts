import type { Of, ServerMessage } from '@p2p-call/protocol';
import { backToLobby, closeLink, end } from './ending.js';
import { CallError, type CallErrorCode } from './errors.js';
import type { SignalingInput } from './inputs.js';
import { enterConnecting, offerAnew, reconnect, resendDescription } from './link.js';
import { acceptOffer } from './negotiation.js';
import { setPeer, takePeerState, waitAlone } from './peer.js';
import { sendState } from './on-device.js';
import { handlePeerAnswered, handleRecoverRequest } from './recovery.js';
import type { EndReason } from './snapshot.js';
import { isInCall } from './state.js';
import type { Turn } from './turn.js';

/** Attempts to reach the service before a person who wants to join is told that it cannot be reached. */
const JOIN_ATTEMPTS = 3;

export function handleMessage(turn: Turn, message: ServerMessage, askedSeat: boolean): void {
  switch (message.type) {
    case 'welcome':
      return handleWelcome(turn, message, askedSeat);
    case 'joined':
      return handleJoined(turn, message);
    case 'room':
      return handleRoom(turn, message);
    case 'error':
      return handleError(turn, message.code);
    case 'ice':
      return turn.state.welcome
        ? turn.set({ welcome: { ...turn.state.welcome, iceServers: message.iceServers } })
        : undefined;
    // The socket's own affairs: whoever holds it has dealt with them.
    case 'ticket':
    case 'going-away':
      return;
    default:
      return turn.state.seat === null ? undefined : handlePairMessage(turn, message);
  }
}

type PairMessage = Exclude<
  ServerMessage,
  { type: 'welcome' | 'joined' | 'room' | 'error' | 'ice' | 'ticket' | 'going-away' }
>;

/** What concerns the two of us. A frame of another pairing comes too late. */
function handlePairMessage(turn: Turn, message: PairMessage): void {
  if (message.type === 'peer-joined') return handlePeerJoined(turn, message);
  if (message.type === 'peer-left') return handlePeerLeft(turn, message);
  const { seat, link } = turn.state;
  if ('epoch' in message && message.epoch !== seat?.epoch) return;
  switch (message.type) {
    case 'peer-away':
      return setPeer(turn, message.peer, false);
    case 'peer-back':
      return handlePeerBack(turn, message);
    case 'offer':
      return seat?.slot === 1 ? acceptOffer(turn, message) : undefined;
    case 'answer': {
      const { conn, neg, sdp } = message;
      if (link?.conn !== conn || link.neg !== neg || link.negotiation !== 'offered') return;
      return turn.do({ type: 'link-accept-answer', link: link.id, neg, sdp });
    }
    case 'candidate': {
      if (link?.conn !== message.conn) return;
      return turn.do({ type: 'link-add-candidate', link: link.id, candidate: message.candidate ?? '' });
    }
    case 'state':
      return takePeerState(turn, message);
    case 'recover':
      return handleRecoverRequest(turn, message.action, message.conn);
    case 'probe':
      return turn.send({ type: 'probe-ack', n: message.n });
    case 'probe-ack':
      return handlePeerAnswered(turn);
  }
}

function handleWelcome(turn: Turn, message: Of<ServerMessage, 'welcome'>, askedSeat: boolean): void {
  const { self, room, iceServers, relay, seat } = message;
  turn.set({
    signaling: 'open',
    failures: 0,
    self: Object.freeze({ id: self.id, name: self.name ?? null }),
    room: roomOf(room),
    welcome: { iceServers, relay },
  });
  if (turn.state.error?.category === 'signaling') turn.set({ error: null });
  if (!isInCall(turn.state)) return joinFreeSeat(turn);
  // No seat (any more): ask for one. Media that flows goes on until the new pairing is known.
  if (!seat) return askedSeat ? undefined : turn.send({ type: 'join' });
  resume(turn, seat);
}

type WelcomeSeat = NonNullable<Of<ServerMessage, 'welcome'>['seat']>;

/** The socket is back and our seat was kept. */
function resume(turn: Turn, { slot, epoch, callId, peer }: WelcomeSeat): void {
  const { seat: before, callId: call } = turn.state;
  if (before?.epoch !== epoch || before.slot !== slot || call !== callId) {
    // We missed a change of pairing: whoever sits there now is new to us.
    closeLink(turn);
    turn.set({ seat: { slot, epoch, conn: 0 }, callId, connectedAt: null });
    turn.stop('join');
  }
  if (peer === null) {
    if (turn.state.phase === 'waiting' && turn.state.link) resendDescription(turn);
    else if (!isFlowing(turn)) waitAlone(turn);
  } else if (turn.state.link === null) {
    if (turn.state.phase !== 'connecting') enterConnecting(turn);
    reconnect(turn, 'missed');
  } else {
    if (turn.state.peer) turn.set({ peer: { ...turn.state.peer, here: peer === 'here' } });
    resendUnsettled(turn);
  }
  sendState(turn);
}

/** Whatever the other side may have missed while a socket was down. */
function resendUnsettled(turn: Turn): void {
  const { link } = turn.state;
  if (link && (link.negotiation === 'offered' || link.transport !== 'connected')) resendDescription(turn);
}

function isFlowing(turn: Turn): boolean {
  const { link, recovery } = turn.state;
  return link?.channel === 'open' && link.transport === 'connected' && recovery === null;
}

function handleJoined(turn: Turn, message: Of<ServerMessage, 'joined'>): void {
  if (!isInCall(turn.state)) return;
  const { slot, epoch, callId, peer, offer } = message;
  const isFirst = turn.state.phase === 'joining';
  closeLink(turn);
  turn.stop('join');
  const marks = { ...(turn.state.marks ?? { join: turn.now }), joined: turn.now };
  turn.set({ seat: { slot, epoch, conn: 0 }, callId, peer: null, peerRev: -1, connectedAt: null, marks });
  if (isFirst) turn.fact({ type: 'joined' });
  if (!peer) return waitAlone(turn);
  setPeer(turn, peer, true);
  if (peer.state) takePeerState(turn, peer.state);
  enterConnecting(turn);
  turn.fact({ type: 'peer-joined' });
  if (offer) acceptOffer(turn, offer);
  else if (slot === 0) offerAnew(turn);
  sendState(turn);
}

function handlePeerJoined(turn: Turn, message: Of<ServerMessage, 'peer-joined'>): void {
  const { slot, epoch, callId, peer, offer } = message;
  const { seat, link } = turn.state;
  if (seat === null) return;
  if (seat.epoch !== epoch || seat.slot !== slot) turn.set({ seat: { slot, epoch, conn: 0 } });
  turn.set({ callId, connectedAt: null, timings: {} });
  setPeer(turn, peer, true);
  if (peer.state) takePeerState(turn, peer.state);
  enterConnecting(turn);
  turn.fact({ type: 'peer-joined' });
  if (slot === 1) return;
  const isCurrent = link !== null && link.epoch === epoch && link.negotiation !== 'settled';
  if (!isCurrent) return offerAnew(turn);
  // They were handed our stored offer; if not this one, they get it now.
  if (offer?.conn !== link.conn || offer.neg !== link.neg) resendDescription(turn);
}

function handlePeerLeft(turn: Turn, message: Of<ServerMessage, 'peer-left'>): void {
  const { epoch, slot, reason } = message;
  const flows = reason === 'lost' && isFlowing(turn);
  const known = turn.state.peer;
  turn.set({ seat: { slot, epoch, conn: 0 } });
  // Only the service lost them. Two people who see each other go on; the pairing ends with the media.
  if (flows && known) return turn.set({ peer: { ...known, here: false } });
  turn.set({ connectedAt: null, timings: {} });
  waitAlone(turn);
  if (known) turn.fact({ type: 'peer-left', reason });
}

function handlePeerBack(turn: Turn, message: Of<ServerMessage, 'peer-back'>): void {
  setPeer(turn, message.peer, true);
  sendState(turn);
  if (turn.state.link) return resendUnsettled(turn);
  enterConnecting(turn);
  reconnect(turn, 'back');
}

function handleRoom(turn: Turn, message: Of<ServerMessage, 'room'>): void {
  turn.set({ room: roomOf(message) });
  if (message.seats < 2 && turn.state.error?.code === 'room-full') turn.set({ error: null });
  joinFreeSeat(turn);
}

function roomOf({ seats, peer }: { seats: 0 | 1 | 2; peer?: { name?: string | undefined } | undefined }) {
  return Object.freeze({ seats, waitingName: peer?.name ?? null });
}

/** With `autojoin`, someone who found the room full goes in once a seat is free. */
function joinFreeSeat(turn: Turn): void {
  const { phase, settings, room, marks } = turn.state;
  if (phase !== 'lobby' || !settings.autojoin || marks === null || (room?.seats ?? 2) >= 2) return;
  turn.enter('joining');
  turn.send({ type: 'join' });
}

function handleError(turn: Turn, code: Of<ServerMessage, 'error'>['code']): void {
  if (code === 'room-full' && isInCall(turn.state)) return backToLobby(turn, new CallError('room-full'));
  if (code === 'not-seated' && isInCall(turn.state)) turn.send({ type: 'join' });
}

export function handleSignalingLost(turn: Turn): void {
  const { phase, seat, failures } = turn.state;
  turn.set({ signaling: seat ? 'resuming' : 'connecting', failures: failures + 1 });
  if (phase === 'joining' && failures + 1 >= JOIN_ATTEMPTS)
    backToLobby(turn, new CallError('signaling-unreachable'));
}

type Refused = SignalingInput & { type: 'signaling-refused' };

/** Why a call ends when the service refuses, and the error that says so; all else is a misunderstanding of the two. */
const REFUSALS: Partial<Record<Refused['why'], readonly [EndReason, CallErrorCode]>> = {
  replaced: ['replaced', 'replaced'],
  removed: ['removed', 'removed'],
  'room-closed': ['room-closed', 'room-closed'],
  'token-invalid': ['token-rejected', 'token-invalid'],
  'token-expired': ['token-rejected', 'token-expired'],
  'token-replayed': ['token-rejected', 'token-invalid'],
  'no-token': ['token-rejected', 'token-invalid'],
  forbidden: ['token-rejected', 'signaling-rejected'],
  origin: ['error', 'signaling-rejected'],
};

export function handleSignalingRefused(turn: Turn, { why, cause }: Refused): void {
  const [reason, code] = REFUSALS[why] ?? (['error', 'signaling-protocol'] as const);
  const error = new CallError(code, { detail: why, cause });
  turn.set({ signaling: 'closed', welcome: null });
  // In the lobby nothing is lost yet: say it, and let Join try again.
  if (isInCall(turn.state)) return end(turn, reason, error);
  if (turn.state.phase === 'lobby') turn.fail(error);
}
