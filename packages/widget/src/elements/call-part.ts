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

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Chromium keeps a removed player, and all around it, as long as it has a stream. One that is only moved is back before this.
    queueMicrotask(() => {
      const players = this.isConnected
        ? []
        : this.renderRoot.querySelectorAll<HTMLMediaElement>('video, audio');
      for (const player of players) player.srcObject = null;
    });
  }

  /** This person's name, as it stands for their picture. */
  protected get ownName(): string {
    return this.state.view.displayName ?? this.state.words.ui.you;
  }

  protected get peerName(): string {
    return this.state.snapshot.peer?.name ?? this.state.words.ui.guest;
  }
}
