import { html, nothing, type TemplateResult } from 'lit';
import type { CallErrorCode } from '../core/errors.js';
import { P2pJoinRequestEvent } from '../events.js';
import { CallPartElement } from './call-part.js';
import { icon } from './icons.js';
import { avatar, iconButton, message, spinner, textButton } from './parts.js';
import { Patience } from './patience.js';
import { sceneOf, statusOf, type Banner, type Panel } from './status-words.js';

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
export class P2pCallStatusElement extends CallPartElement {
  /** The problem of a device that the lobby told of, or that was waved away. */
  #known: CallErrorCode | null = null;
  readonly #patience = new Patience(this);

  get #problem(): CallErrorCode | null {
    const { microphone, camera } = this.state.snapshot;
    return microphone.problem ?? camera.problem;
  }

  /** A problem that came up since. */
  get #news(): CallErrorCode | null {
    return this.#problem === this.#known ? null : this.#problem;
  }

  protected override willUpdate(): void {
    if (this.#problem === null || this.state.snapshot.phase === 'lobby') this.#known = this.#problem;
  }

  #handleJoin(): void {
    this.dispatchEvent(new P2pJoinRequestEvent());
  }

  #handleClose(): void {
    this.#known = this.#problem;
    this.requestUpdate();
  }

  #renderPanel({ look, canJoinAgain, ...text }: Panel): TemplateResult {
    const { snapshot, words } = this.state;
    const { error, phase } = snapshot;
    const picture = {
      busy: spinner,
      waiting: avatar(this.ownName),
      person: avatar(this.peerName),
      error: icon('alert'),
      ended: icon('leave'),
    }[look];
    return html`<div class="panel" part="status ${look === 'error' ? look : ''}">
      <span class="look ${look}">${picture}</span> ${message(text, words, error?.message)}
      ${
        canJoinAgain
          ? textButton('pill primary', 'join-button', words.ui.joinAgain, this.#handleJoin)
          : nothing
      }
      <slot name="error" ?hidden=${look !== 'error'}></slot>
      <slot name="waiting" ?hidden=${phase !== 'waiting'}></slot>
      <slot name="ended" ?hidden=${phase !== 'ended'}></slot>
    </div>`;
  }

  #renderBanner({ title, todo, look, canClose }: Banner): TemplateResult {
    const picture = look ? { busy: spinner, calm: nothing }[look] : icon('alert');
    return html`<div class="banner" part="banner">
      ${picture} <span>${todo ? html`<strong>${title}</strong>${todo}` : title}</span>
      ${canClose ? iconButton('close', '', 'close', this.state.words.ui.close, this.#handleClose) : nothing}
    </div>`;
  }

  override render(): TemplateResult {
    const isLong = this.#patience.isLongAway(this.state.snapshot);
    const status = statusOf(this.state, this.#news, isLong);
    const { panel, banner, polite, assertive } = this.#patience.settle(status);
    return html`
      <div class="overlay ${sceneOf(this.state.snapshot.phase) === 'words' ? '' : 'over'}">
        ${panel && this.#renderPanel(panel)} ${banner && this.#renderBanner(banner)}
      </div>
      <div class="spoken" role="status">${polite}</div>
      <div class="spoken" role="alert">${assertive}</div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call-status': P2pCallStatusElement;
  }
}
