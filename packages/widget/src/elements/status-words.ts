import type { CallState } from '../context/call-context.js';
import type { CallErrorCode } from '../core/errors.js';
import type { EndReason, Phase, SignalingState } from '../core/snapshot.js';
import { fill, type Message } from '../i18n/en.js';

/** Words in the middle of the element. `look`: what stands above them. */
export interface Panel extends Message {
  readonly look: 'busy' | 'waiting' | 'person' | 'error' | 'ended';
  readonly canJoinAgain?: boolean;
}

/** Words at the upper edge, over a running call. */
export interface Banner extends Pick<Message, 'title' | 'todo'> {
  /** Something is being waited for, or is told just for information. */
  readonly look?: 'busy' | 'calm';
}

/** What is said about the state of a call, and where. */
export interface Status {
  readonly panel?: Panel;
  readonly banner?: Banner | null;
  /** For those who listen: said when there is time, and said at once. */
  readonly polite?: string;
  readonly assertive?: string;
  /** It may be over before it could be read. */
  readonly isPassing?: boolean;
}

/** After these, joining again leads nowhere. */
const FINAL: readonly EndReason[] = ['unsupported', 'removed', 'room-closed'];

/** Which of the inner elements show: the green room, the stage with its controls, or only words. */
export function sceneOf(phase: Phase): 'lobby' | 'call' | 'words' {
  if (phase === 'lobby' || phase === 'joining') return 'lobby';
  return phase === 'idle' || phase === 'preparing' || phase === 'ended' ? 'words' : 'call';
}

const spoken = ({ title, todo }: Banner): string => `${title} ${todo}`.trim();

/** Who is in the room already, in words; empty while nobody is, and when both seats are taken. */
export function whoWaits({ snapshot, words }: CallState): string {
  const { room } = snapshot;
  if (room?.seats !== 1) return '';
  return room.waitingName === null ? words.ui.someoneInside : fill(words.ui.waitingInside, room.waitingName);
}

function lobbyStatus(state: CallState): Status {
  const { error, microphone, camera, phase } = state.snapshot;
  const { errors, phases } = state.words;
  const code = error?.code ?? microphone.problem ?? camera.problem;
  return {
    polite: phase === 'joining' ? phases.joining.title : whoWaits(state),
    assertive: code === null ? '' : spoken(errors[code]),
  };
}

/** How a call ended. Where the reason says more about the call than the error does, its words are taken. */
function endOf({ snapshot, words }: CallState): Message {
  const { error, reason } = snapshot;
  const isTold =
    reason === 'incompatible' || (reason === 'connection-lost' && error?.code === 'signaling-unreachable');
  return error === null || isTold ? words.ends[reason ?? 'left'] : words.errors[error.code];
}

/** Before the lobby and after the call there are only words. */
function wordsStatus(state: CallState): Status {
  const { error, phase, reason } = state.snapshot;
  if (phase !== 'ended' && error === null) return { panel: { ...state.words.phases[phase], look: 'busy' } };
  const text = endOf(state);
  const canJoinAgain = phase === 'ended' && (reason === null || !FINAL.includes(reason));
  return {
    panel: { ...text, look: error === null ? 'ended' : 'error', canJoinAgain },
    assertive: spoken(text),
  };
}

/** Whose end is away, in words, as far as the service tells; `null`: neither, so it is the path between them. */
function lossOf({ snapshot: { peer }, words }: CallState, signaling: SignalingState): Message | null {
  const { losses, ui } = words;
  if (signaling !== 'open') return losses.self;
  return peer?.here === false
    ? { ...losses.peer, title: fill(losses.peer.title, peer.name ?? ui.guest) }
    : null;
}

/** What is being tried. Of the attempts only that there are more is told: each by itself would be noise. */
function attemptOf({ snapshot: { recovery }, words: { phases, ui } }: CallState): Message {
  const { title, todo } = phases.recovering;
  const ways: Record<string, string> = { relay: ui.otherWay, 'relay-tcp': ui.lastWay };
  return {
    title: ways[recovery?.step ?? ''] ?? title,
    todo: (recovery?.attempt ?? 0) > 1 ? ui.stillTrying : todo,
  };
}

/** The words in the middle: while there is nobody to see, or no living picture of them. */
function panelOf(state: CallState, isLong: boolean): Panel | undefined {
  const { phase, peer, reason, recovery, signaling } = state.snapshot;
  const { ends, losses, phases, ui } = state.words;
  const text = phases[phase];
  if (phase === 'recovering') return { ...(lossOf(state, signaling) ?? attemptOf(state)), look: 'busy' };
  if (phase !== 'waiting' && phase !== 'connecting') return undefined;
  const loss = lossOf(state, isLong ? signaling : 'open');
  if (loss) return { ...loss, look: peer ? 'person' : 'busy' };
  if (phase === 'connecting') {
    const title = peer?.name == null ? text.title : fill(ui.connectingTo, peer.name);
    return { title, todo: recovery ? ui.stillTrying : '', look: 'person' };
  }
  // Alone again is not the same as still alone.
  if (reason === 'connection-lost') return { ...losses.gone, look: 'waiting' };
  return { ...text, ...(reason === 'peer-left' && { title: ends[reason].title }), look: 'waiting' };
}

/** The line over a running call where something failed. */
function failureOf({ snapshot, words }: CallState, problem: CallErrorCode | null): Banner | null {
  const { error, phase } = snapshot;
  // Nobody minds a camera while there is no connection.
  const code = error?.code ?? (phase === 'unstable' ? null : problem);
  // Two browsers that could agree on sound only: the call is there.
  if (code === 'negotiation-failed' && phase === 'connected')
    return { ...words.losses.picture, look: 'calm' };
  return code && words.errors[code];
}

/** The line over a running call while an end is away, or the path between them. Where media flows it says so. */
function noticeOf(state: CallState, isLong: boolean): Banner | null {
  const { phase, peer, signaling } = state.snapshot;
  const { phases, ui } = state.words;
  const loss = lossOf(state, signaling);
  if (phase === 'unstable') return { ...(loss ?? phases[phase]), look: 'busy' };
  if (!isLong || !loss || phase !== 'connected') return null;
  const title = signaling === 'open' ? fill(ui.peerAway, peer?.name ?? ui.guest) : ui.signalingLost;
  return { title, todo: '', look: 'calm' };
}

function callStatus(state: CallState, problem: CallErrorCode | null, isLong: boolean): Status {
  const { phase } = state.snapshot;
  const panel = panelOf(state, isLong);
  const failure = failureOf(state, problem);
  const banner = failure ?? noticeOf(state, isLong);
  const alarm = failure?.look ? null : failure;
  return {
    ...(panel && { panel }),
    banner,
    // What becomes of a connection is no alarm: whoever listens is told when there is a pause.
    polite: spoken(panel ?? (alarm ? null : banner) ?? state.words.phases[phase]),
    assertive: alarm ? spoken(alarm) : '',
    isPassing: alarm === null && (phase === 'unstable' || phase === 'recovering'),
  };
}

/**
 * What to say about a call: a pure function of its state.
 * @param problem of a device, arisen since the lobby
 * @param isLong one of the two has been out of the service's reach for so long that it is worth a word even while media flows
 */
export function statusOf(state: CallState, problem: CallErrorCode | null, isLong: boolean): Status {
  switch (sceneOf(state.snapshot.phase)) {
    case 'lobby':
      return lobbyStatus(state);
    case 'call':
      return callStatus(state, problem, isLong);
    case 'words':
      return wordsStatus(state);
  }
}
