import { ContextConsumer } from '@lit/context';
import type { ReactiveControllerHost } from 'lit';
import { callContext, IDLE_STATE, type CallState } from './call-context.js';

/** Gives an element the state of the call around it, and updates the element whenever that changes. */
export class CallController {
  readonly #consumer;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#consumer = new ContextConsumer(host, { context: callContext, subscribe: true });
  }

  /** The idle state while the element stands outside of a call. */
  get state(): CallState {
    return this.#consumer.value ?? IDLE_STATE;
  }
}
