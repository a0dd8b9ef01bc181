import { html, nothing, type TemplateResult } from 'lit';
import type { CallErrorCode } from '../core/errors.js';
import { P2pJoinRequestEvent } from '../events.js';
import { CallPartElement } from './call-part.js';
import { icon } from './icons.js';
import { avatar, iconButton, message, spinner, textButton } from './parts.js';
import { sceneOf, statusOf, type Banner, type Panel, type Status } from './status-words.js';

/** Words that could be gone sooner than this are not shown, and those that are shown stay as long, ms. */
const BLIP_MS = 500;
/** While all else is well, the service may be out of reach for this long before it is worth a word, ms. */
const QUIET_MS = 3_000;

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
  #shown: Status | null = null;
  /** The status that was last asked for, and the wait until it is shown. */
  #next = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  #renderBanner({ title, todo, look }: Banner): TemplateResult {
    const picture = look ? { busy: spinner, calm: nothing }[look] : icon('alert');
    return html`<div class="banner" part="banner">
      ${picture} <span>${todo ? html`<strong>${title}</strong>${todo}` : title}</span>
      ${look !== 'busy' && this.#news ? iconButton('close', '', 'close', this.state.words.ui.close, this.#handleClose) : nothing}
    </div>`;
  }

  /** Keeps words from flashing, and live regions from chattering: what passes by itself is not told. */
  get #settled(): Status {
    const whole = statusOf(this.state, this.#news, true);
    const plain = statusOf(this.state, this.#news, false);
    const shown = this.#shown;
    // Plain data, made anew each time.
    const next = JSON.stringify(whole);
    if (shown && next === this.#next) return shown;
    this.#next = next;
    clearTimeout(this.#timer);
    const isQuiet = next !== JSON.stringify(plain);
    // After trouble, calm too has to last: else the words would come and go with each packet.
    const isDoubtful = whole.isPassing || (shown?.isPassing && !whole.panel && !whole.assertive);
    if (isQuiet || isDoubtful)
      this.#timer = setTimeout(
        () => {
          this.#shown = whole;
          this.requestUpdate();
        },
        isQuiet ? QUIET_MS : BLIP_MS,
      );
    return (this.#shown = isDoubtful && shown && !isQuiet ? shown : plain);
  }

  override render(): TemplateResult {
    const { panel, banner, polite, assertive } = this.#settled;
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
