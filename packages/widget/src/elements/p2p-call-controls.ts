import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { CallController } from '../context/call-controller.js';
import { P2pCameraRequestEvent, P2pLeaveRequestEvent, P2pMicrophoneRequestEvent } from '../events.js';
import { icon } from './icons.js';
import { deviceButton } from './parts.js';
import { sharedStyles } from './shared.styles.js';

/**
 * @summary The buttons of a running call. Each asks by a cancelable event; none acts.
 *
 * @slot start - Before the controls.
 * @slot end - Behind the controls.
 * @fires p2p-microphone-request - The microphone button was pressed.
 * @fires p2p-camera-request - The camera button was pressed.
 * @fires p2p-leave-request - The leave button was pressed.
 * @csspart controls - The row of buttons.
 * @csspart button - Every button.
 * @csspart mic-button - The microphone button.
 * @csspart camera-button - The camera button.
 * @csspart leave-button - The leave button.
 */
export class P2pCallControlsElement extends LitElement {
  static override styles = sharedStyles;

  readonly #call = new CallController(this);

  #handleMicrophone = (): void => {
    const { on, problem } = this.#call.state.snapshot.microphone;
    this.dispatchEvent(new P2pMicrophoneRequestEvent({ on: !on || problem !== null }));
  };

  #handleCamera = (): void => {
    const { on, problem } = this.#call.state.snapshot.camera;
    this.dispatchEvent(new P2pCameraRequestEvent({ on: !on || problem !== null }));
  };

  #handleLeave = (): void => {
    this.dispatchEvent(new P2pLeaveRequestEvent());
  };

  #renderControl(name: string): TemplateResult | typeof nothing {
    const { snapshot, view, words } = this.#call.state;
    switch (name) {
      case 'mic':
        return deviceButton('mic', snapshot.microphone, words, this.#handleMicrophone);
      case 'camera':
        return view.mode === 'audio'
          ? nothing
          : deviceButton('camera', snapshot.camera, words, this.#handleCamera);
      case 'leave':
        return html`<button
          type="button"
          class="round leave"
          part="button leave-button"
          aria-label=${words.ui.leave}
          title=${words.ui.leave}
          @click=${this.#handleLeave}
        >
          ${icon('leave')}
        </button>`;
      default:
        return nothing;
    }
  }

  // A group, not a toolbar: a toolbar would promise arrow keys, and the page may put buttons of its own in between.
  override render(): TemplateResult {
    const { view, words } = this.#call.state;
    return html`<div class="bar" part="controls" role="group" aria-label=${words.ui.controls}>
      <slot name="start"></slot>${view.controls.map((name) => this.#renderControl(name))}<slot
        name="end"
      ></slot>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call-controls': P2pCallControlsElement;
  }
}
