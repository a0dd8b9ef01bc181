import type { CallStats } from '../core/call-stats.js';
import type { CallError } from '../core/errors.js';
import type { CallFact } from '../core/facts.js';
import type { CallSettings } from '../core/settings.js';
import type { CallSnapshot, Phase } from '../core/snapshot.js';
import { IDLE_SNAPSHOT, NO_STREAMS } from '../context/call-context.js';
import type { CallListener, CallSession, CallStreams, Fault } from '../session/api.js';

/** A session that does nothing by itself: tests set what it shows and read what it was asked. */
export class FakeSession implements CallSession {
  snapshot: CallSnapshot = IDLE_SNAPSHOT;
  streams: CallStreams = NO_STREAMS;
  settings: CallSettings | null = null;
  isDisposed = false;
  /** What was asked, in order, as `name` or `name(argument)`. */
  readonly calls: string[] = [];
  /** What `preview`, `join` and the device switches reject with, if anything. */
  failure: CallError | null = null;
  readonly #listeners = new Set<CallListener>();

  set(change: Partial<CallSnapshot>): void {
    this.snapshot = Object.freeze({ ...this.snapshot, ...change });
    for (const listener of this.#listeners) listener.snapshot?.(this.snapshot);
  }

  setStreams(change: Partial<CallStreams>): void {
    this.streams = Object.freeze({ ...this.streams, ...change });
    for (const listener of this.#listeners) listener.streams?.(this.streams);
  }

  tell(fact: CallFact): void {
    for (const listener of this.#listeners) listener.fact?.(fact);
  }

  configure(settings: CallSettings): void {
    this.settings = settings;
  }

  reportProblem(error: CallError | null): void {
    this.calls.push('reportProblem');
    this.set({ error });
    if (error !== null) this.tell({ type: 'error', error });
  }

  start(): void {
    this.calls.push('start');
    this.#go('lobby');
  }

  preview(): Promise<void> {
    return this.#answer('preview');
  }

  join(): Promise<void> {
    return this.#answer('join');
  }

  leave(): Promise<void> {
    this.calls.push('leave');
    return Promise.resolve();
  }

  setMicrophone(on: boolean): Promise<void> {
    return this.#answer(`setMicrophone(${on})`);
  }

  setCamera(on: boolean): Promise<void> {
    return this.#answer(`setCamera(${on})`);
  }

  restartIce(): Promise<void> {
    return this.#answer('restartIce');
  }

  simulate(fault: Fault): void {
    this.calls.push(`simulate(${fault})`);
  }

  stats: CallStats | null = null;
  getStats(): Promise<CallStats | null> {
    return Promise.resolve(this.stats);
  }

  dispose(): void {
    this.calls.push('dispose');
    this.isDisposed = true;
  }

  subscribe(listener: CallListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #go(phase: Phase): void {
    const previous = this.snapshot.phase;
    this.set({ phase });
    this.tell({ type: 'phase-change', phase, previous, reason: null });
  }

  #answer(call: string): Promise<void> {
    this.calls.push(call);
    return this.failure === null ? Promise.resolve() : Promise.reject(this.failure);
  }
}
