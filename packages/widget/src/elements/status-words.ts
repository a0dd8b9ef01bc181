import type { CallState } from '../context/call-context.js';
import type { CallErrorCode } from '../core/errors.js';
import type { EndReason, Phase } from '../core/snapshot.js';
import { fill, type Message } from '../i18n/en.js';

/** Words in the middle of the element. `look`: what stands above them. */
export interface Panel extends Message {
  readonly look: 'busy' | 'waiting' | 'person' | 'error' | 'ended';
  readonly canJoinAgain?: boolean;
}

/** Words at the upper edge, over a running call. */
export type Banner = Pick<Message, 'title' | 'todo'>;

/** What is said about the state of a call, and where. */
export interface Status {
  readonly panel?: Panel;
  readonly banner?: Banner | null;
  /** For those who listen: said when there is time, and said at once. */
  readonly polite?: string;
  readonly assertive?: string;
}

/** After these, joining again leads nowhere. */
const FINAL: readonly EndReason[] = ['unsupported', 'incompatible', 'removed', 'room-closed'];

/** Which of the inner elements show: the green room, the stage with its controls, or only words. */
export function sceneOf(phase: Phase): 'lobby' | 'call' | 'words' {
  if (phase === 'lobby' || phase === 'joining') return 'lobby';
  return phase === 'idle' || phase === 'preparing' || phase === 'ended' ? 'words' : 'call';
}

const spoken = ({ title, todo }: Banner): string => `${title} ${todo}`;

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

/** Before the lobby and after the call there are only words. */
function wordsStatus({ snapshot, words }: CallState): Status {
  const { error, phase, reason } = snapshot;
  if (phase !== 'ended' && error === null) return { panel: { ...words.phases[phase], look: 'busy' } };
  const text = error === null ? words.ends[reason ?? 'left'] : words.errors[error.code];
  const canJoinAgain = phase === 'ended' && (reason === null || !FINAL.includes(reason));
  return {
    panel: { ...text, look: error === null ? 'ended' : 'error', canJoinAgain },
    assertive: spoken(text),
  };
}

/** The line over a running call, if there is anything to say. */
function bannerOf({ snapshot, words }: CallState, problem: CallErrorCode | null): Banner | null {
  const { error, phase, peer, signaling } = snapshot;
  const { errors, phases, ui } = words;
  const code = error?.code ?? problem;
  if (code !== null) return errors[code];
  if (phase === 'unstable') return phases[phase];
  if (phase !== 'recovering' && signaling !== 'open') return { title: ui.signalingLost, todo: '' };
  return peer?.here === false ? { title: fill(ui.peerAway, peer.name ?? ui.guest), todo: '' } : null;
}

function callStatus(state: CallState, problem: CallErrorCode | null): Status {
  const { snapshot, words } = state;
  const { error, phase, peer, reason } = snapshot;
  const text = words.phases[phase];
  const banner = bannerOf(state, problem);
  const line = banner === null ? '' : spoken(banner);
  const isFailure = error !== null || problem !== null;
  const status = { banner, polite: isFailure ? '' : line, assertive: isFailure ? line : '' };
  switch (phase) {
    case 'waiting': {
      // Alone again is not the same as still alone.
      const waiting = reason === 'peer-left' ? { ...text, title: words.ends['peer-left'].title } : text;
      return { ...status, panel: { ...waiting, look: 'waiting' }, polite: spoken(waiting) };
    }
    case 'connecting': {
      const title = peer?.name == null ? text.title : fill(words.ui.connectingTo, peer.name);
      return { ...status, panel: { ...text, title, look: 'person' }, polite: title };
    }
    case 'recovering':
      return { ...status, panel: { ...text, look: 'busy' }, assertive: spoken(text) };
    default:
      return { ...status, polite: status.polite || text.title };
  }
}

/** What to say about a call: a pure function of its state. `problem`: of a device, arisen since the lobby. */
export function statusOf(state: CallState, problem: CallErrorCode | null): Status {
  switch (sceneOf(state.snapshot.phase)) {
    case 'lobby':
      return lobbyStatus(state);
    case 'call':
      return callStatus(state, problem);
    case 'words':
      return wordsStatus(state);
  }
}
