import { LIMITS } from '@p2p-call/protocol';
import { CallError } from './errors.js';
import type { LinkInput } from './inputs.js';
import { awaitAnswer, CONNECT_MS, dropHeldPath, ownRoute, reconnect, renegotiate } from './link.js';
import { takePeerState } from './peer.js';
import { sendState } from './devices.js';
import { closeLink } from './ending.js';
import { isProof, isRefusedTooOften, losePath, regainPath, replaceRefused, STALL_MS } from './recovery.js';
import { note, noteMeasured } from './report.js';
import type { SetupTimings } from './snapshot.js';
import type { Link, Marks } from './state.js';
import type { Turn } from './turn.js';

/** How often the pulse is sent, and the bytes are counted, ms. */
export const BEAT_MS = 1_000;
export const WATCH_MS = 500;
/** The same while the path is lost. */
export const WATCH_CLOSELY_MS = 250;
/** A measurement that comes later than this tells of a sleeping page, not of a lost path, ms. */
const LATE_MS = 1_000;
/** A narrower way that was taken in need holds for so long after it proved itself, ms; then the page's own policy does again. */
const HEALTHY_MS = 10_000;

export function handleLink(turn: Turn, input: LinkInput): void {
  const { link } = turn.state;
  if (!link) return;
  switch (input.type) {
    case 'link-described':
      return handleDescribed(turn, link, input);
    case 'link-candidate':
      return handleCandidate(turn, link, input.candidate);
    case 'link-settled':
      if (input.neg !== link.neg) return;
      return handleSettled(turn);
    case 'link-ice':
      return mark(turn, 'ice');
    case 'link-transport':
      return handleTransport(turn, link, input.transport);
    case 'link-channel':
      return input.open ? handleChannelOpen(turn, link) : handleChannelClosed(turn);
    case 'link-negotiation-needed':
      return renegotiate(turn);
    case 'link-timed':
    case 'link-state':
      return;
    case 'link-message':
      return handleChannelMessage(turn, link, input.message);
    case 'link-bytes':
      return handleBytes(turn, link, input);
    case 'link-failed':
      return handleRefused(turn, input);
  }
}

/** Notes a moment of the setup, the first time it comes. */
function mark(turn: Turn, moment: 'described' | 'ice'): void {
  const { marks, connectedAt } = turn.state;
  if (marks && marks[moment] === undefined && connectedAt === null)
    turn.set({ marks: { ...marks, [moment]: turn.now } });
}

function handleDescribed(turn: Turn, link: Link, input: LinkInput & { type: 'link-described' }): void {
  const { kind, neg, sdp } = input;
  const { epoch, conn } = link;
  const isPresent = neg === link.neg && (kind === 'offer') === link.isOfferer;
  if (isPresent) turn.setLink({ local: { kind, sdp }, describedAt: turn.now });
  // What we answered meanwhile is taken in by who asked; an offer that is no more wanted is not.
  if (epoch === turn.state.seat?.epoch && (isPresent || kind === 'answer'))
    turn.send({ type: kind, epoch, conn, neg, sdp });
  if (!isPresent) return;
  if (kind === 'answer') return handleSettled(turn);
  turn.setLink({ negotiation: 'offered' });
  awaitAnswer(turn);
}

/** Nothing is out any more: what waited for that may be offered. */
function handleSettled(turn: Turn): void {
  turn.setLink({ negotiation: 'settled' });
  turn.stop('answer');
  mark(turn, 'described');
  if (turn.state.link?.wantsOffer) renegotiate(turn);
}

function handleCandidate(turn: Turn, link: Link, candidate: Link['candidates'][number]): void {
  const { epoch, conn, neg, candidates } = link;
  if (candidates.length >= LIMITS.candidatesPerDescription) return;
  turn.setLink({ candidates: [...candidates, candidate] });
  if (epoch === turn.state.seat?.epoch) turn.send({ type: 'candidate', epoch, conn, neg, candidate });
}

function handleTransport(turn: Turn, link: Link, transport: 'connected' | 'disconnected' | 'failed'): void {
  turn.setLink({ transport });
  if (transport === 'connected') return prove(turn);
  // Chromium says `disconnected` even after media came back: what flows is not lost.
  const isFlowing = link.channel === 'open' && link.quietMs === 0 && turn.now - link.measuredAt < LATE_MS;
  if (transport === 'failed' || !isFlowing) losePath(turn, transport === 'failed');
}

function handleChannelOpen(turn: Turn, link: Link): void {
  turn.setLink({ channel: 'open', quietMs: 0, measuredAt: turn.now });
  turn.start('beat', BEAT_MS);
  turn.start('watch', WATCH_MS);
  prove(turn);
  turn.do({ type: 'link-send', link: link.id, message: { type: 'beat', n: turn.state.beats } });
  sendState(turn);
}

function handleChannelClosed(turn: Turn): void {
  turn.setLink({ channel: 'closed' });
  turn.stop('watch', 'beat');
  losePath(turn, true);
}

/** A new connection has proved itself once its data channel is open: that takes messages in both directions. */
function prove(turn: Turn): void {
  const { link, phase } = turn.state;
  if (link?.transport !== 'connected' || link.channel !== 'open') return;
  if (phase !== 'connecting' && phase !== 'unstable' && phase !== 'recovering') return;
  const { recovery } = turn.state;
  // A connection that was up, or is restarted, has its channel open all along: there only bytes are proof, no state's name.
  if (recovery !== null && (recovery.step === 'restart' || link.provenAt !== null)) return;
  becomeConnected(turn);
}

function becomeConnected(turn: Turn): void {
  const { link, recovery, seat, phase } = turn.state;
  // The two are paired anew, and the offer for that is held back: what was before does not connect them.
  if (phase === 'connecting' && link?.epoch !== seat?.epoch) return;
  if (link && (link.isResting || (recovery && link.provenAt !== null))) refresh(turn, link.id);
  regainPath(turn);
  // What was held back to find this path would only disturb it now.
  dropHeldPath(turn);
  turn.stop('connect');
  turn.set({ error: null });
  turn.setLink({ provenAt: turn.now });
  if (turn.state.connectedAt !== null) return turn.enter('connected');
  const startedAt = turn.state.startedAt ?? turn.now;
  turn.set({ connectedAt: turn.now, startedAt, timings: timingsOf(turn.state.marks, turn.now) });
  turn.enter('connected');
  const { timings } = turn.state;
  turn.fact({ type: 'connected', timings });
  if (timings.total !== undefined) note(turn, 'call_setup_time_ms', timings.total);
}

/** The parts of the setup, ms, from its moments; a part whose moments are not known is left out. */
export function timingsOf(marks: Marks | null, connected: number): SetupTimings {
  const span = (from?: number, to?: number) =>
    from === undefined || to === undefined ? null : Math.max(0, to - from);
  const { join, joined, paired, described, asked, answered } = marks ?? {};
  // A busy browser may say that ICE is done before it says that the description is in place: then ICE took no time of its own.
  const ice = marks?.ice && Math.max(marks.ice, described ?? 0);
  const parts = {
    permission: span(asked, answered),
    signaling: span(join, joined),
    sdp: span(paired, described),
    ice: span(described, ice),
    dtls: span(ice, connected),
    total: span(paired, connected),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, ms]) => ms !== null));
}

function handleChannelMessage(
  turn: Turn,
  link: Link,
  message: (LinkInput & { type: 'link-message' })['message'],
): void {
  if (message.type === 'state') return takePeerState(turn, message);
  if (message.type === 'beat') {
    if (message.echo) return;
    return turn.do({ type: 'link-send', link: link.id, message: { ...message, echo: true } });
  }
  // They hang up. Their seat is the service's to give up; their media ends now.
  closeLink(turn);
  const { seat } = turn.state;
  turn.set({ peer: null, connectedAt: null, seat: seat && { ...seat, isLeft: true } });
  turn.enter('waiting', 'peer-left');
  turn.fact({ type: 'peer-left', reason: 'left' });
}

function handleBytes(turn: Turn, link: Link, input: LinkInput & { type: 'link-bytes' }): void {
  const { bytes } = input;
  const grew = bytes > link.bytes;
  const ms = Math.min(turn.now - link.measuredAt, LATE_MS);
  const quietMs = grew ? 0 : link.quietMs + ms;
  turn.setLink({ bytes, quietMs, measuredAt: turn.now });
  noteMeasured(turn, link, input, ms);
  const { phase, recovery } = turn.state;
  if (!grew) return phase === 'connected' && quietMs > STALL_MS ? losePath(turn, false) : undefined;
  if (recovery === null) return widen(turn, link);
  // It was connected once; Chromium calls it `disconnected` for a while after media is back.
  const isUp = link.transport === 'connected' || link.transport === 'disconnected';
  if (isUp && link.channel === 'open' && isProof(link, recovery)) becomeConnected(turn);
  // No proof of the path that is being made, but of one that carries pictures.
  else if (link.isResting) refresh(turn, link.id);
}

function refresh(turn: Turn, link: number): void {
  turn.setLink({ isResting: false });
  turn.do({ type: 'link-refresh', link });
}

/** Once all is well again the next restart may take any way that the page allows. */
function widen(turn: Turn, { id, route, provenAt }: Link): void {
  const own = ownRoute(turn.state);
  if (route === own || provenAt === null || turn.now - provenAt < HEALTHY_MS) return;
  turn.setLink({ route: own });
  const iceServers = turn.state.welcome?.iceServers ?? [];
  turn.do({ type: 'link-servers', link: id, iceServers, route: own });
}

/** The browser refuses a description: a fresh connection in a simpler profile may do. */
function handleRefused(turn: Turn, input: LinkInput & { type: 'link-failed' }): void {
  const error = new CallError('negotiation-failed', { detail: input.step, cause: input.cause });
  if (isRefusedTooOften(turn, error)) return;
  const { phase, recovery } = turn.state;
  const isRunning = phase !== 'connecting' && phase !== 'waiting';
  if (isRunning || recovery) return replaceRefused(turn);
  if (phase === 'connecting') turn.start('connect', CONNECT_MS);
  reconnect(turn, 'refused');
}
