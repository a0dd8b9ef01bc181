import { LIMITS, type IceCandidate } from '@p2p-call/protocol';
import { fragmentsOf } from './sdp.js';

/** Generations whose candidates may wait at a time; of more, the oldest is given up. */
const WAITING = 4;

/**
 * The other side's candidates, which come in any order: those whose description is not here yet wait for it, those of a former one
 * are of no use, and each is handed on once. A description and its candidates know each other by the ICE user name fragment.
 */
export class RemoteCandidates {
  readonly #add: (candidate: IceCandidate) => void;
  /** By fragment, so that a flood for one does not push out those of another. */
  readonly #waiting = new Map<string, IceCandidate[]>();
  /** Every fragment that was described, and those of the present description. */
  readonly #known = new Set<string>();
  #present: readonly string[] = [];
  /** Handed on for the present description: after a resume they come again. */
  readonly #added = new Set<string>();

  /** @param add hands one to the browser */
  constructor(add: (candidate: IceCandidate) => void) {
    this.#add = add;
  }

  take(candidate: IceCandidate): void {
    const fragment = fragmentOf(candidate);
    // One that does not say where it belongs counts for what is here.
    if (this.#present.includes(fragment) || (fragment === '' && this.#present.length > 0))
      return this.#pass(candidate);
    if (!this.#known.has(fragment)) this.#keep(fragment, candidate);
  }

  /** The other side's description is in place. */
  describe(sdp: string): void {
    const fragments = fragmentsOf(sdp);
    // Another description of the same path (a renegotiation) goes on with the candidates there are.
    if (!fragments.some((fragment) => this.#present.includes(fragment))) this.#added.clear();
    this.#present = fragments;
    for (const fragment of ['', ...fragments]) {
      if (fragment !== '') this.#known.add(fragment);
      const waiting = this.#waiting.get(fragment) ?? [];
      this.#waiting.delete(fragment);
      for (const candidate of waiting) this.#pass(candidate);
    }
  }

  #keep(fragment: string, candidate: IceCandidate): void {
    const waiting = this.#waiting.get(fragment) ?? [];
    if (waiting.length >= LIMITS.candidatesPerDescription) return;
    if (waiting.some((other) => keyOf(other) === keyOf(candidate))) return;
    if (waiting.length === 0 && this.#waiting.size >= WAITING) {
      const [oldest = ''] = this.#waiting.keys();
      this.#waiting.delete(oldest);
    }
    this.#waiting.set(fragment, [...waiting, candidate]);
  }

  #pass(candidate: IceCandidate): void {
    const key = keyOf(candidate);
    // A flood of them freezes a tab.
    if (this.#added.has(key) || this.#added.size >= LIMITS.candidatesPerDescription) return;
    this.#added.add(key);
    this.#add(candidate);
  }
}

/** Of which description it is; '' where it does not say. */
function fragmentOf({ candidate, usernameFragment }: IceCandidate): string {
  return usernameFragment || (/ ufrag (\S+)/.exec(candidate)?.[1] ?? '');
}

const keyOf = ({ candidate, sdpMid, sdpMLineIndex }: IceCandidate): string =>
  `${sdpMid} ${sdpMLineIndex} ${candidate}`;
