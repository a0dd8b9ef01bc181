import type { CallState } from '../context/call-context.js';
import type { CallErrorCode } from '../core/errors.js';
import type { EndReason } from '../core/snapshot.js';
import { fill, type Message } from '../i18n/en.js';

/** What is said about the state of a call, and where. */
export interface Status {
  /** In the middle of the element. `look`: what stands above the words. */
  readonly panel: (Message & { readonly look: 'busy' | 'waiting' | 'person' | 'error' | 'ended' }) | null;
  /** At the upper edge, over a running call. */
  readonly banner: {
    readonly tone: 'warning' | 'error';
    readonly title: string;
    readonly todo: string;
  } | null;
  readonly canJoinAgain: boolean;
  /** For those who listen: said when there is time, and said at once. */
  readonly polite: string;
  readonly assertive: string;
}

/** After these, joining again leads nowhere. */
const FINAL: readonly EndReason[] = ['unsupported', 'incompatible', 'removed', 'room-closed'];

const NONE: Status = { panel: null, banner: null, canJoinAgain: false, polite: '', assertive: '' };

const spoken = ({ title, what, todo }: Message): string => [title, what, todo].filter(Boolean).join(' ');

function lobbyStatus({ snapshot, words }: CallState): Status {
  const code = snapshot.error?.code ?? snapshot.microphone.problem ?? snapshot.camera.problem;
  const { room } = snapshot;
  const name = room?.waitingName ?? null;
  const waiting = name === null ? words.ui.someoneInside : fill(words.ui.waitingInside, name);
  return {
    ...NONE,
    polite: snapshot.phase === 'joining' ? words.ui.joining : room?.seats === 1 ? waiting : '',
    assertive: code === null ? '' : spoken(words.errors[code]),
  };
}

function endedStatus({ snapshot, words }: CallState): Status {
  const { error, reason } = snapshot;
  const text = error === null ? words.ends[reason ?? 'left'] : words.errors[error.code];
  const canJoinAgain = reason === null || !FINAL.includes(reason);
  const look = error === null ? 'ended' : 'error';
  return { ...NONE, panel: { ...text, look }, canJoinAgain, assertive: spoken(text) };
}

/** What lies over the picture of a running call; `problem`: of a device, arisen since the lobby. */
function runningStatus({ snapshot, words }: CallState, problem: CallErrorCode | null): Status {
  const { error, phase, peer, signaling } = snapshot;
  const { unstable } = words.phases;
  const code = error?.code ?? problem;
  if (code !== null) {
    const { title, todo } = words.errors[code];
    return { ...NONE, banner: { tone: 'error', title, todo }, assertive: `${title} ${todo}` };
  }
  let title = '';
  let todo = '';
  if (phase === 'unstable') ({ title, todo } = unstable);
  else if (phase !== 'recovering' && signaling !== 'open') title = words.ui.signalingLost;
  else if (peer?.here === false) title = fill(words.ui.peerAway, peer.name ?? words.ui.guest);
  const banner = title === '' ? null : { tone: 'warning' as const, title, todo };
  return { ...NONE, banner, polite: banner === null ? words.phases.connected.title : `${title} ${todo}` };
}

/** What to say about a call: a pure function of its state. */
export function statusOf(state: CallState, problem: CallErrorCode | null): Status {
  const { snapshot, words } = state;
  const { error, phase, peer } = snapshot;
  const text = words.phases[phase];
  switch (phase) {
    case 'idle':
    case 'preparing': {
      if (error === null) return { ...NONE, panel: { ...text, look: 'busy' } };
      const wrong = words.errors[error.code];
      return { ...NONE, panel: { ...wrong, look: 'error' }, assertive: spoken(wrong) };
    }
    case 'lobby':
    case 'joining':
      return lobbyStatus(state);
    case 'waiting':
      return {
        ...runningStatus(state, problem),
        panel: { ...text, what: '', look: 'waiting' },
        polite: spoken(text),
      };
    case 'connecting': {
      const title = peer?.name == null ? text.title : fill(words.ui.connectingTo, peer.name);
      const panel = { ...text, title, what: '', look: 'person' as const };
      return { ...runningStatus(state, problem), panel, polite: title };
    }
    case 'connected':
    case 'unstable':
      return runningStatus(state, problem);
    case 'recovering':
      return { ...runningStatus(state, problem), panel: { ...text, look: 'busy' }, assertive: spoken(text) };
    case 'ended':
      return endedStatus(state);
  }
}
