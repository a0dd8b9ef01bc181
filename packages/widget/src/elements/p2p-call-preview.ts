import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { CallController } from '../context/call-controller.js';
import type { CallErrorCode } from '../core/errors.js';
import type { CallSnapshot } from '../core/snapshot.js';
import {
  P2pCameraRequestEvent,
  P2pJoinRequestEvent,
  P2pMicrophoneRequestEvent,
  P2pPreviewRequestEvent,
} from '../events.js';
import { fill } from '../i18n/en.js';
import { icon } from './icons.js';
import { avatar, deviceButton, message, showStream } from './parts.js';
import { sharedStyles } from './shared.styles.js';

/** What keeps the devices from working, each cause once; `device` if only one of the two is concerned. */
function deviceProblems(
  { microphone, camera }: CallSnapshot,
  hasCamera: boolean,
): { code: CallErrorCode; device: 'microphone' | 'camera' | null }[] {
  const cameraProblem = hasCamera ? camera.problem : null;
  if (microphone.problem !== null && microphone.problem === cameraProblem) {
    return [{ code: microphone.problem, device: null }];
  }
  return [
    ...(microphone.problem === null ? [] : [{ code: microphone.problem, device: 'microphone' as const }]),
    ...(cameraProblem === null ? [] : [{ code: cameraProblem, device: 'camera' as const }]),
  ];
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
export class P2pCallPreviewElement extends LitElement {
  static override styles = sharedStyles;

  readonly #call = new CallController(this);

  protected override updated(): void {
    showStream(this.renderRoot, 'video', this.#call.state.streams.local);
  }

  get #hasCamera(): boolean {
    return this.#call.state.view.mode === 'video';
  }

  get #isShowing(): boolean {
    const { snapshot, streams } = this.#call.state;
    return streams.local !== null && snapshot.camera.on && this.#hasCamera;
  }

  get #isJoining(): boolean {
    return this.#call.state.snapshot.phase === 'joining';
  }

  get #isOpen(): boolean {
    const { snapshot, streams } = this.#call.state;
    return (
      streams.local !== null || snapshot.microphone.deviceId !== null || snapshot.camera.deviceId !== null
    );
  }

  #handleOpen = (): void => {
    this.dispatchEvent(new P2pPreviewRequestEvent());
  };

  #handleMicrophone = (): void => {
    const { on, problem } = this.#call.state.snapshot.microphone;
    this.dispatchEvent(new P2pMicrophoneRequestEvent({ on: !on || problem !== null }));
  };

  #handleCamera = (): void => {
    const { on, problem } = this.#call.state.snapshot.camera;
    this.dispatchEvent(new P2pCameraRequestEvent({ on: !on || problem !== null }));
  };

  #handleJoin = (): void => {
    if (!this.#isJoining) this.dispatchEvent(new P2pJoinRequestEvent());
  };

  #handleJoinWithout = (): void => {
    if (!this.#isJoining) this.dispatchEvent(new P2pJoinRequestEvent({ withoutDevices: true }));
  };

  /** What is in the middle of the tile while there is no picture. */
  #renderCentre(): TemplateResult {
    const { snapshot, view, words, opening } = this.#call.state;
    const { ui } = words;
    const isBusy = opening || (this.#isJoining && !this.#isOpen);
    const hasProblem = deviceProblems(snapshot, this.#hasCamera).length > 0;
    return html`<div class="centre">
      ${avatar(view.displayName ?? ui.you)}
      ${
        isBusy
          ? html`<p class="hint"><span class="spinner"></span>${ui.opening}</p>`
          : this.#isOpen
            ? html`<p class="hint">${this.#hasCamera ? ui.cameraIsOff : ui.microphoneReady}</p>`
            : hasProblem
              ? nothing
              : html`<button type="button" class="pill open" part="button" @click=${this.#handleOpen}>
                  ${this.#hasCamera ? ui.openDevices : ui.openMicrophone}
                </button>`
      }
    </div>`;
  }

  #renderTile(): TemplateResult {
    const { snapshot, words } = this.#call.state;
    const isShowing = this.#isShowing;
    return html`<div class="tile ${isShowing ? 'showing' : ''}" part="preview">
      <video aria-label=${words.ui.you} autoplay playsinline .muted=${true} ?hidden=${!isShowing}></video>
      ${isShowing ? nothing : this.#renderCentre()}
      <div class="toggles">
        ${deviceButton('mic', snapshot.microphone, words, this.#handleMicrophone)}
        ${this.#hasCamera ? deviceButton('camera', snapshot.camera, words, this.#handleCamera) : nothing}
      </div>
    </div>`;
  }

  #renderNotices(): TemplateResult {
    const { snapshot, words } = this.#call.state;
    const { error } = snapshot;
    const problems = deviceProblems(snapshot, this.#hasCamera);
    const isTold = problems.some(({ code }) => code === error?.code);
    return html`
      ${
        error === null || isTold
          ? nothing
          : html`<div class="notice" part="error">
              ${icon('alert')} ${message(words.errors[error.code], words, error.message)}
            </div>`
      }
      ${problems.map(
        ({ code, device }) =>
          html`<div class="notice" part="error">
            ${icon('alert')} ${device === null ? nothing : html`<p class="device">${words.ui[device]}</p>`}
            ${message(words.errors[code], words)}
            <button type="button" class="text" part="button" @click=${this.#handleOpen}>
              ${words.ui.retry}
            </button>
          </div>`,
      )}
      <slot name="error"></slot>
    `;
  }

  #renderWho(): TemplateResult | typeof nothing {
    const { snapshot, view, words } = this.#call.state;
    const { room } = snapshot;
    if (room !== null && room.seats > 0) {
      const name = room.waitingName;
      const text = name === null ? words.ui.someoneInside : fill(words.ui.waitingInside, name);
      return room.seats === 1 ? html`<p class="who here">${text}</p>` : nothing;
    }
    return view.prejoin ? html`<p class="who calm">${words.phases.lobby.todo}</p>` : nothing;
  }

  #renderActions(): TemplateResult {
    const { view, words } = this.#call.state;
    const { ui } = words;
    const isJoining = this.#isJoining;
    return html`<div class="actions">
      <button
        type="button"
        class="pill primary"
        part="button join-button"
        aria-disabled=${isJoining}
        @click=${this.#handleJoin}
      >
        ${isJoining ? html`<span class="spinner"></span>${ui.joining}` : ui.join}
      </button>
      ${
        isJoining || !view.prejoin
          ? nothing
          : html`<button type="button" class="text" part="button" @click=${this.#handleJoinWithout}>
              ${this.#hasCamera ? ui.joinWithout : ui.joinWithoutMicrophone}
            </button>`
      }
    </div>`;
  }

  override render(): TemplateResult {
    const { snapshot, view, words } = this.#call.state;
    const isTroubled = !this.#isShowing && deviceProblems(snapshot, this.#hasCamera).length > 0;
    return html`<section
      class="lobby ${view.prejoin ? '' : 'bare'} ${isTroubled ? 'troubled' : ''}"
      aria-label=${words.ui.preview}
    >
      ${view.prejoin ? this.#renderTile() : nothing}
      <div class="panel">
        <h2 class="title">${words.phases.lobby.title}</h2>
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
