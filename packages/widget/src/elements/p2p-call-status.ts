import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { CallController } from '../context/call-controller.js';
import type { CallErrorCode } from '../core/errors.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { P2pJoinRequestEvent } from '../events.js';
import { icon } from './icons.js';
import { avatar, message } from './parts.js';
import { sharedStyles } from './shared.styles.js';
import { statusOf, type Status } from './status-words.js';

const PANEL_PHASES: readonly string[] = ['idle', 'preparing', 'ended'];

const problemOf = ({ microphone, camera }: CallSnapshot): CallErrorCode | null =>
  microphone.problem ?? camera.problem;

/**
 * @summary What is going on, in words: to read in the middle or at the upper edge, and to hear by live regions.
 *
 * @slot waiting - Below the words, while nobody else is in the call.
 * @slot ended - Below the words, when the call is over.
 * @slot error - Below the words of what went wrong.
 * @fires p2p-join-request - The person wants to join again.
 * @csspart status - The words in the middle.
 * @csspart banner - The words at the upper edge.
 * @csspart error - What went wrong, in words.
 * @csspart avatar - The stand-in for a person's picture.
 * @csspart button - Every button.
 * @csspart join-button - The button to join again.
 */
export class P2pCallStatusElement extends LitElement {
  static override styles = sharedStyles;

  readonly #call = new CallController(this);

  /** A device's problem that came up after the lobby, which tells of its own; until it is gone or waved away. */
  #problem: CallErrorCode | null = null;
  #known: CallErrorCode | null = null;

  protected override willUpdate(): void {
    const { snapshot } = this.#call.state;
    const problem = problemOf(snapshot);
    if (problem !== this.#known) this.#problem = snapshot.phase === 'lobby' ? null : problem;
    this.#known = problem;
  }

  #handleJoin = (): void => {
    this.dispatchEvent(new P2pJoinRequestEvent());
  };

  #handleClose = (): void => {
    this.#problem = null;
    this.requestUpdate();
  };

  #renderLook(look: NonNullable<Status['panel']>['look']): TemplateResult {
    const { snapshot, view, words } = this.#call.state;
    switch (look) {
      case 'busy':
        return html`<span class="look busy"><span class="spinner"></span></span>`;
      case 'waiting':
        return html`<span class="look waiting">${avatar(view.displayName ?? words.ui.you)}</span>`;
      case 'person':
        return html`<span class="look person">${avatar(snapshot.peer?.name ?? words.ui.guest)}</span>`;
      case 'error':
        return html`<span class="look error">${icon('alert')}</span>`;
      case 'ended':
        return html`<span class="look">${icon('leave')}</span>`;
    }
  }

  #renderPanel({ panel, canJoinAgain }: Status): TemplateResult | typeof nothing {
    if (panel === null) return nothing;
    const { snapshot, words } = this.#call.state;
    const isError = panel.look === 'error';
    return html`<div class="panel" part="status ${isError ? 'error' : ''}">
      ${this.#renderLook(panel.look)} ${message(panel, words, snapshot.error?.message ?? null)}
      ${
        canJoinAgain
          ? html`<button
              type="button"
              class="pill primary"
              part="button join-button"
              @click=${this.#handleJoin}
            >
              ${words.ui.joinAgain}
            </button>`
          : nothing
      }
      ${isError ? html`<slot name="error"></slot>` : nothing}
      ${snapshot.phase === 'waiting' ? html`<slot name="waiting"></slot>` : nothing}
      ${snapshot.phase === 'ended' ? html`<slot name="ended"></slot>` : nothing}
    </div>`;
  }

  #renderBanner({ banner }: Status): TemplateResult | typeof nothing {
    if (banner === null) return nothing;
    const { words } = this.#call.state;
    return html`<div class="banner" part="banner">
      ${icon('alert')}
      <span>${banner.todo === '' ? banner.title : html`<strong>${banner.title}</strong>${banner.todo}`}</span>
      ${
        this.#problem === null
          ? nothing
          : html`<button
              type="button"
              class="close"
              part="button"
              aria-label=${words.ui.close}
              @click=${this.#handleClose}
            >
              ${icon('close')}
            </button>`
      }
    </div>`;
  }

  override render(): TemplateResult {
    const { state } = this.#call;
    const status = statusOf(state, this.#problem);
    return html`
      <div class="overlay ${PANEL_PHASES.includes(state.snapshot.phase) ? '' : 'over'}">
        ${this.#renderPanel(status)} ${this.#renderBanner(status)}
      </div>
      <div class="spoken" role="status">${status.polite}</div>
      <div class="spoken" role="alert">${status.assertive}</div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call-status': P2pCallStatusElement;
  }
}
