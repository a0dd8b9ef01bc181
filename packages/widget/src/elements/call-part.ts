import { LitElement } from 'lit';
import type { CallState } from '../context/call-context.js';
import { CallController } from '../context/call-controller.js';
import { sharedStyles } from './shared.styles.js';

/** What the inner elements have in common: each shows the state of the call around it, and acts only by asking. */
export class CallPartElement extends LitElement {
  static override styles = sharedStyles;

  readonly #call = new CallController(this);

  protected get state(): CallState {
    return this.#call.state;
  }

  /** This person's name, as it stands for their picture. */
  protected get ownName(): string {
    return this.state.view.displayName ?? this.state.words.ui.you;
  }

  protected get peerName(): string {
    return this.state.snapshot.peer?.name ?? this.state.words.ui.guest;
  }
}
