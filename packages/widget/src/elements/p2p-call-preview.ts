import { html, nothing, type TemplateResult } from 'lit';
import type { CallState } from '../context/call-context.js';
import type { CallErrorCode } from '../core/errors.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { P2pJoinRequestEvent, P2pPreviewRequestEvent } from '../events.js';
import { CallPartElement } from './call-part.js';
import { icon } from './icons.js';
import { avatar, deviceButton, message, showStream, spinner, textButton } from './parts.js';
import { whoWaits } from './status-words.js';

/** Something that keeps a device from working; `device` if only one of the two is concerned. */
interface DeviceProblem {
  readonly code: CallErrorCode;
  readonly device: 'microphone' | 'camera' | null;
}

/** Each cause once. */
function deviceProblems(snapshot: CallSnapshot, hasCamera: boolean): DeviceProblem[] {
  const problems: DeviceProblem[] = [];
  for (const device of ['microphone', 'camera'] as const) {
    const code = snapshot[device].problem;
    if (code === null || (device === 'camera' && !hasCamera)) continue;
    if (problems[0]?.code === code) return [{ code, device: null }];
    problems.push({ code, device });
  }
  return problems;
}

/** What the state of a call means for the green room. */
function lobbyOf({ snapshot, streams, view }: CallState) {
  const { microphone, camera } = snapshot;
  const hasCamera = view.mode === 'video';
  return {
    hasCamera,
    isOpen: microphone.deviceId !== null || camera.deviceId !== null,
    isShowing: hasCamera && camera.on && streams.local !== null,
    problems: deviceProblems(snapshot, hasCamera),
  };
}

/**
 * @summary The green room: how one looks, what will be sent, who waits, and Join. No device opens before a button asks.
 *
 * @slot error - Below the words of what went wrong.
 * @fires p2p-preview-request - The person wants to open camera and microphone, or to try again.
 * @fires p2p-join-request - The person wants to join, with or without devices.
 * @fires p2p-microphone-request - The microphone button was pressed.
 * @fires p2p-camera-request - The camera button was pressed.
 * @csspart preview - The tile with one's own picture.
 * @csspart avatar - The stand-in for the picture.
 * @csspart button - Every button.
 * @csspart join-button - The Join button.
 * @csspart mic-button - The microphone button.
 * @csspart camera-button - The camera button.
 * @csspart error - What went wrong, in words.
 */
export class P2pCallPreviewElement extends CallPartElement {
  #lobby = lobbyOf(this.state);

  protected override willUpdate(): void {
    this.#lobby = lobbyOf(this.state);
  }

  protected override updated(): void {
    showStream(this.renderRoot, 'video', this.state.streams.local);
  }

  get #isJoining(): boolean {
    return this.state.snapshot.phase === 'joining';
  }

  #handleOpen(): void {
    this.dispatchEvent(new P2pPreviewRequestEvent());
  }

  #handleJoin(): void {
    if (!this.#isJoining) this.dispatchEvent(new P2pJoinRequestEvent());
  }

  #handleJoinWithout(): void {
    this.dispatchEvent(new P2pJoinRequestEvent({ withoutDevices: true }));
  }

  /** Below the stand-in for the picture. */
  #renderHint(): TemplateResult | typeof nothing {
    const { opening, words } = this.state;
    const { hasCamera, isOpen, problems } = this.#lobby;
    const { ui } = words;
    if (opening || (this.#isJoining && !isOpen)) return html`<p class="hint">${spinner}${ui.opening}</p>`;
    if (isOpen) return html`<p class="hint">${hasCamera ? ui.cameraIsOff : ui.microphoneReady}</p>`;
    if (problems.length > 0) return nothing;
    return textButton('pill open', '', hasCamera ? ui.openDevices : ui.microphoneOn, this.#handleOpen);
  }

  #renderTile(): TemplateResult {
    const { isShowing } = this.#lobby;
    return html`<div class="tile" part="preview">
      <video
        aria-label=${this.state.words.ui.you}
        autoplay
        playsinline
        .muted=${true}
        ?hidden=${!isShowing}
      ></video>
      ${isShowing ? nothing : html`<div class="centre">${avatar(this.ownName)} ${this.#renderHint()}</div>`}
      <div class="toggles">
        ${deviceButton('microphone', this.state)} ${deviceButton('camera', this.state)}
      </div>
    </div>`;
  }

  #renderNotices(): TemplateResult {
    const { snapshot, words } = this.state;
    const { error } = snapshot;
    const { problems } = this.#lobby;
    return html`
      ${
        error === null || problems.some(({ code }) => code === error.code)
          ? nothing
          : html`<div class="notice" part="error">
              ${icon('alert')} ${message(words.errors[error.code], words, error.message)}
            </div>`
      }
      ${problems.map(
        ({ code, device }) =>
          html`<div class="notice" part="error">
            ${icon('alert')} ${device && html`<p>${words.ui[device]}</p>`}
            ${message(words.errors[code], words)} ${textButton('text', '', words.ui.retry, this.#handleOpen)}
          </div>`,
      )}
      <slot name="error"></slot>
    `;
  }

  #renderWho(): TemplateResult | typeof nothing {
    const { view, words } = this.state;
    const who = whoWaits(this.state);
    if (who !== '') return html`<p class="here">${who}</p>`;
    return view.prejoin ? html`<p class="calm">${words.phases.lobby.todo}</p>` : nothing;
  }

  #renderActions(): TemplateResult {
    const { view, words } = this.state;
    const { phases, ui } = words;
    const isJoining = this.#isJoining;
    const join = isJoining ? html`${spinner}${phases.joining.title}` : ui.join;
    const joinWithout = this.#lobby.hasCamera ? ui.joinWithout : ui.joinWithoutMicrophone;
    return html`<div class="actions">
      ${textButton('pill primary', 'join-button', join, this.#handleJoin, isJoining)}
      ${isJoining || !view.prejoin ? nothing : textButton('text', '', joinWithout, this.#handleJoinWithout)}
    </div>`;
  }

  override render(): TemplateResult {
    const { view, words } = this.state;
    const { isShowing, problems } = this.#lobby;
    const isTroubled = !isShowing && problems.length > 0;
    return html`<section class=${isTroubled ? 'troubled' : ''} aria-label=${words.ui.preview}>
      ${view.prejoin ? this.#renderTile() : nothing}
      <div class="panel">
        <h2>${words.phases.lobby.title}</h2>
        ${this.#renderWho()} ${this.#renderNotices()} ${this.#renderActions()}
      </div>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call-preview': P2pCallPreviewElement;
  }
}
