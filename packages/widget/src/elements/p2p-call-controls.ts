import { html, nothing, type TemplateResult } from 'lit';
import { P2pLeaveRequestEvent } from '../events.js';
import { CallPartElement } from './call-part.js';
import { deviceButton, iconButton } from './parts.js';

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
export class P2pCallControlsElement extends CallPartElement {
  #handleLeave(): void {
    this.dispatchEvent(new P2pLeaveRequestEvent());
  }

  #renderControl(name: string): TemplateResult | typeof nothing {
    switch (name) {
      case 'mic':
        return deviceButton('microphone', this.state);
      case 'camera':
        return deviceButton('camera', this.state);
      case 'leave':
        return iconButton(
          'round leave',
          'leave-button',
          'leave',
          this.state.words.ui.leave,
          this.#handleLeave,
        );
      default:
        return nothing;
    }
  }

  // A group, not a toolbar: a toolbar would promise arrow keys, and the page may put buttons of its own in between.
  override render(): TemplateResult {
    const { view, words } = this.state;
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
