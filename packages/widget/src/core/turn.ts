import type { ClientMessage } from '@p2p-call/protocol';
import type { Effect } from './effects.js';
import type { CallError } from './errors.js';
import type { CallFact } from './facts.js';
import type { TimerName } from './inputs.js';
import type { EndReason, Phase } from './snapshot.js';
import type { CallState, Link } from './state.js';

/** One transition being worked out: the state so far and the effects so far. Lives only inside `transition`. */
export class Turn {
  readonly effects: Effect[] = [];

  constructor(
    public state: CallState,
    readonly now: number,
  ) {}

  set(patch: Partial<CallState>): void {
    this.state = { ...this.state, ...patch };
  }

  setLink(patch: Partial<Link>): void {
    if (this.state.link) this.set({ link: { ...this.state.link, ...patch } });
  }

  do(effect: Effect): void {
    this.effects.push(effect);
  }

  fact(fact: CallFact): void {
    this.do({ type: 'fact', fact });
  }

  /** Frames are sent only on an open socket; what the peer needs is sent again after a resume. */
  send(message: ClientMessage): void {
    if (this.state.signaling === 'open') this.do({ type: 'send', message });
  }

  start(name: TimerName, ms: number, jitter?: number): void {
    this.do({ type: 'timer-start', name, ms, ...(jitter === undefined ? {} : { jitter }) });
  }

  stop(...names: readonly TimerName[]): void {
    for (const name of names) this.do({ type: 'timer-stop', name });
  }

  enter(phase: Phase, reason: EndReason | null = null): void {
    const previous = this.state.phase;
    if (previous === phase) return;
    this.set({ phase, reason });
    this.fact({ type: 'phase-change', phase, previous, reason });
  }

  fail(error: CallError): void {
    this.set({ error });
    this.fact({ type: 'error', error });
  }
}
