import type { Of, ServerMessage } from '@p2p-call/protocol';
import { backToLobby, closeLink, end } from './ending.js';
import { CallError, type CallErrorCode } from './errors.js';
import { takeIceServers } from './ice-servers.js';
import type { SignalingInput } from './inputs.js';
import { CONNECT_MS, enterConnecting, offerAnew, reconnect, resendDescription } from './link.js';
import { acceptOffer, fragmentOf } from './negotiation.js';
import { setPeer, takePeerState, waitAlone } from './peer.js';
import { sendState } from './devices.js';
import { join } from './on-user.js';
import { handlePeerAnswered, handleRecoverRequest, probeNow } from './recovery.js';
import type { EndReason } from './snapshot.js';
import { handleServersReady } from './steps.js';
import { isInCall, type Seat } from './state.js';
import type { Turn } from './turn.js';

/** Attempts to reach the service before a person who wants to join is told that it cannot be reached. */
const JOIN_ATTEMPTS = 3;
/** What was sent so lately may still be on its way, ms. */
const CROSSING_MS = 2_000;
/** For so long after the two were paired a resumed line gives their connection its time anew, ms. */
const SAID_AGAIN_MS = 20_000;

export function handleMessage(turn: Turn, message: ServerMessage, askedSeat: boolean): void {
  // Said by a line that is no more.
  if (turn.state.signaling === 'closed') return;
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
      takeIceServers(turn, message);
      return handleServersReady(turn);
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
      return turn.state.peer ? setPeer(turn, message.peer, false) : undefined;
    case 'peer-back':
      return handlePeerBack(turn, message);
    case 'offer':
      return acceptOffer(turn, message);
    case 'answer': {
      const { conn, neg, sdp } = message;
      if (link?.conn !== conn || link.neg !== neg || link.negotiation !== 'offered' || !turn.state.peer)
        return;
      // The same answer may come again before the browser has taken in the first.
      turn.setLink({ negotiation: 'settling', theirFragment: fragmentOf(sdp) });
      turn.stop('answer');
      return turn.do({ type: 'link-accept-answer', link: link.id, neg, sdp });
    }
    case 'candidate': {
      if (link?.conn !== message.conn) return;
      return turn.do({ type: 'link-add-candidate', link: link.id, candidate: message.candidate ?? '' });
    }
    case 'state':
      return takePeerState(turn, message);
    case 'recover':
      return handleRecoverRequest(turn, message);
    case 'probe':
      return turn.send({ type: 'probe-ack', n: message.n });
    case 'probe-ack':
      return handlePeerAnswered(turn, message.n);
  }
}

function handleWelcome(turn: Turn, message: Of<ServerMessage, 'welcome'>, askedSeat: boolean): void {
  const { self, room, relay, seat } = message;
  const { iceServers = [], relaysUntil = 0, renewAt = 0 } = turn.state.welcome ?? {};
  turn.set({
    signaling: 'open',
    failures: 0,
    self: Object.freeze({ id: self.id, name: self.name ?? null }),
    welcome: { iceServers, relay, relaysUntil, renewAt },
  });
  takeRoom(turn, room);
  takeIceServers(turn, message);
  if (turn.state.error?.category === 'signaling') turn.set({ error: null });
  if (!isInCall(turn.state)) {
    // Of a join that was given up while the line was away.
    if (seat) turn.send({ type: 'leave' });
    return joinFreeSeat(turn);
  }
  // No seat (any more): ask for one. Media that flows goes on until the new pairing is known.
  if (!seat) return askedSeat ? undefined : turn.send({ type: 'join' });
  resume(turn, seat);
  probeNow(turn);
}

type WelcomeSeat = NonNullable<Of<ServerMessage, 'welcome'>['seat']>;

/** The socket is back and our seat was kept. What was said to a socket that was already dead is made up for here. */
function resume(turn: Turn, { slot, epoch, callId, peer, person }: WelcomeSeat): void {
  const { seat: before, callId: call, peer: known, phase } = turn.state;
  turn.stop('join');
  // After `peer-left` only the service knows what the next call is called.
  const isSame = before?.epoch === epoch && before.slot === slot && (call === null || call === callId);
  // What was offered to this pairing is not offered again under a lower number: nobody would take it.
  const conn = slot === 0 && before?.epoch === epoch ? before.conn : 0;
  const seat = isSame ? before : { slot, epoch, conn };
  if (known && peer === null && isFlowing(turn)) goOn(turn, seat, false);
  // Slot 1 keeps what flows until it is offered something new.
  else if (!isSame || (slot === 0 && turn.state.link?.epoch !== epoch)) {
    closeLink(turn);
    turn.set({ seat, connectedAt: null });
  }
  turn.set({ callId });
  if (turn.state.seat?.isLeft) return;
  if (phase === 'joining') turn.fact({ type: 'joined' });
  if (known && (peer === null ? !isFlowing(turn) : person && person.id !== known.id)) loseKnown(turn);
  if (peer === null) resumeAlone(turn, known && 'peer-left');
  else resumeWithPeer(turn, person, peer === 'here');
  sendState(turn);
}

/** Only the service lost them, or us. Two people who see each other go on; the pairing ends with the media. */
function goOn(turn: Turn, seat: Seat, here: boolean): void {
  const { peer, seat: before } = turn.state;
  if (peer) turn.set({ peer: { ...peer, here } });
  // The connection is of no pairing the service knows, whatever it calls the next.
  if (seat !== before) turn.setLink({ epoch: 0 });
  turn.set({ seat });
}

function loseKnown(turn: Turn): void {
  turn.set({ peer: null, peerRev: -1 });
  turn.fact({ type: 'peer-left', reason: 'lost' });
}

function resumeAlone(turn: Turn, reason: 'peer-left' | null): void {
  if (turn.state.phase === 'waiting' && turn.state.link) resendDescription(turn);
  else if (!isFlowing(turn)) waitAlone(turn, reason);
}

function resumeWithPeer(turn: Turn, person: WelcomeSeat['person'], here: boolean): void {
  const isNew = turn.state.peer === null && person !== undefined;
  if (person) setPeer(turn, person, here);
  if (person?.state) takePeerState(turn, person.state);
  if (isNew || turn.state.link === null) enterConnecting(turn);
  if (isNew) turn.fact({ type: 'peer-joined' });
  catchUp(turn, 'missed');
}

/** Says again whatever the other side may have missed while a socket was down. */
function catchUp(turn: Turn, reason: string): void {
  const { link, recovery } = turn.state;
  if (link === null) reconnect(turn, reason);
  // An answer, or candidates, may be lost as long as no path shows that they came.
  const isTaken = link?.isOfferer === true && link.transport !== 'new' && recovery?.status !== 'stepping';
  const isSettled = link?.negotiation === 'settled' && (isTaken || isFlowing(turn));
  if (link && !isSettled) resendDescription(turn);
  if (turn.state.phase !== 'connecting' || (recovery && recovery.attempt > 0)) return;
  // What is said again now gets its time before anything is built anew; on a line that comes and goes not for ever.
  if (turn.now - (turn.state.marks?.paired ?? turn.now) > SAID_AGAIN_MS) return;
  turn.stop('probe', 'pause');
  turn.set({ recovery: null });
  turn.start('connect', CONNECT_MS);
}

function isFlowing(turn: Turn): boolean {
  const { link, recovery, phase } = turn.state;
  // Of the pairing before.
  if (phase === 'connecting') return false;
  // Chromium calls `disconnected` what carries media again.
  const isUp = link?.transport === 'connected' || link?.transport === 'disconnected';
  // Whoever asks for another path by hand has one.
  return isUp && link.channel === 'open' && (recovery === null || recovery.byHand);
}

function handleJoined(turn: Turn, message: Of<ServerMessage, 'joined'>): void {
  // Too late: nobody is to wait for somebody who went back to the lobby.
  if (!isInCall(turn.state)) return turn.send({ type: 'leave' });
  const { slot, epoch, callId, peer, offer } = message;
  const { phase, peer: known, seat: before, callId: call } = turn.state;
  const isFirst = phase === 'joining';
  turn.stop('join');
  // Told twice.
  if (turn.state.link?.epoch === epoch && before?.slot === slot && call === callId && known?.id === peer?.id)
    return;
  // Our own seat had lapsed. Their page, if it is the same, makes a new connection once it hears of us.
  if (known && !offer && (!peer || (slot === 1 && peer.id === known.id)) && isFlowing(turn)) {
    goOn(turn, { slot, epoch, conn: 0 }, peer !== undefined);
    turn.set({ callId });
    return sendState(turn);
  }
  closeLink(turn);
  const marks = { ...(turn.state.marks ?? { join: turn.now }), joined: turn.now };
  turn.set({
    seat: { slot, epoch, conn: 0 },
    callId,
    peer: null,
    peerRev: -1,
    connectedAt: null,
    refusals: 0,
    marks,
  });
  if (isFirst) turn.fact({ type: 'joined' });
  if (!peer) return waitAlone(turn);
  setPeer(turn, peer, true);
  if (peer.state) takePeerState(turn, peer.state);
  enterConnecting(turn);
  turn.fact({ type: 'peer-joined' });
  if (slot === 0) offerAnew(turn);
  else if (offer) acceptOffer(turn, offer);
  sendState(turn);
}

function handlePeerJoined(turn: Turn, message: Of<ServerMessage, 'peer-joined'>): void {
  const { slot, epoch, callId, peer, offer } = message;
  const { seat, link } = turn.state;
  if (seat === null) return;
  // Known already from the welcome of a resume.
  const known = turn.state.peer;
  if (seat.epoch === epoch && known?.id === peer.id) return;
  if (known && known.id !== peer.id) loseKnown(turn);
  if (seat.epoch !== epoch || seat.slot !== slot) turn.set({ seat: { slot, epoch, conn: 0 } });
  turn.set({ callId, connectedAt: null, refusals: 0, timings: {} });
  setPeer(turn, peer, true);
  if (peer.state) takePeerState(turn, peer.state);
  enterConnecting(turn);
  turn.fact({ type: 'peer-joined' });
  if (slot === 1) return;
  const isCurrent = link !== null && link.epoch === epoch && link.negotiation !== 'settled';
  if (!isCurrent) return offerAnew(turn);
  // They were handed our stored offer; if not this one, they get it now, unless it crossed with this very message.
  const isHanded = offer?.conn === link.conn && offer.neg === link.neg;
  if (!isHanded && turn.now - link.describedAt > CROSSING_MS) resendDescription(turn);
}

function handlePeerLeft(turn: Turn, message: Of<ServerMessage, 'peer-left'>): void {
  const { epoch, slot, reason } = message;
  const flows = reason === 'lost' && isFlowing(turn);
  const known = turn.state.peer;
  // Known already from the welcome of a resume.
  if (epoch <= (turn.state.seat?.epoch ?? 0)) return;
  const seat = { slot, epoch, conn: 0 };
  turn.set({ callId: null });
  if (flows && known) return goOn(turn, seat, false);
  turn.set({ seat });
  turn.set({ connectedAt: null, timings: {} });
  waitAlone(turn, known && (reason === 'lost' ? 'connection-lost' : 'peer-left'));
  if (known) turn.fact({ type: 'peer-left', reason });
}

function handlePeerBack(turn: Turn, message: Of<ServerMessage, 'peer-back'>): void {
  // Only to give their seat up.
  if (turn.state.seat?.isLeft) return;
  setPeer(turn, message.peer, true);
  sendState(turn);
  if (turn.state.phase === 'waiting' || turn.state.link === null) enterConnecting(turn);
  catchUp(turn, 'back');
  probeNow(turn);
}

function handleRoom(turn: Turn, message: Of<ServerMessage, 'room'>): void {
  takeRoom(turn, message);
  joinFreeSeat(turn);
}

function takeRoom(turn: Turn, { seats, peer }: Of<ServerMessage, 'welcome'>['room']): void {
  turn.set({ room: Object.freeze({ seats, waitingName: peer?.name ?? null }) });
  if (seats < 2 && turn.state.error?.code === 'room-full') turn.set({ error: null });
}

/** With `autojoin`, someone who found the room full goes in once a seat is free. */
function joinFreeSeat(turn: Turn): void {
  const { phase, settings, room, marks } = turn.state;
  if (phase !== 'lobby' || !settings.autojoin || marks === null || (room?.seats ?? 2) >= 2) return;
  join(turn);
}

function handleError(turn: Turn, code: Of<ServerMessage, 'error'>['code']): void {
  if (code === 'room-full' && isInCall(turn.state)) {
    const error = new CallError('room-full');
    // Somebody else has our seat: for those who were in a call, that is its end.
    return turn.state.startedAt === null ? backToLobby(turn, error) : end(turn, 'connection-lost', error);
  }
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
  turn.set({ signaling: 'closed', welcome: null, room: null });
  turn.stop('ice');
  // In the lobby nothing is lost yet: say it, and let Join try again.
  if (isInCall(turn.state)) return end(turn, reason, error);
  if (turn.state.phase === 'lobby') turn.fail(error);
}
