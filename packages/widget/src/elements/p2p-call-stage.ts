import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { CallController } from '../context/call-controller.js';
import { fill } from '../i18n/en.js';
import { icon } from './icons.js';
import { avatar, showStream } from './parts.js';
import { sharedStyles } from './shared.styles.js';

/**
 * @summary The picture and sound of the other person, their name, and one's own picture in a corner.
 *
 * @csspart stage - The whole area.
 * @csspart remote-video - The other person's picture.
 * @csspart self-view - The frame of one's own picture, which is mirrored.
 * @csspart avatar - The stand-in for a picture.
 * @csspart name - The other person's name.
 * @csspart button - The button that starts a sound which the browser held back.
 */
export class P2pCallStageElement extends LitElement {
  static override styles = sharedStyles;

  readonly #call = new CallController(this);

  /** The browser wants a gesture before it plays sound. */
  #isHeld = false;
  /** The picture is higher than wide, as a phone's. */
  #isTall = false;
  #playing: MediaStream | null = null;
  #picture: MediaStream | null = null;

  protected override willUpdate(): void {
    const { snapshot, streams } = this.#call.state;
    // While the connection is mended the last picture stays: it is better than black.
    if (streams.remoteVideo !== null || snapshot.phase !== 'recovering') this.#picture = streams.remoteVideo;
  }

  protected override updated(): void {
    const { local, remoteAudio } = this.#call.state.streams;
    showStream(this.renderRoot, '.remote', this.#picture);
    showStream(this.renderRoot, '.self video', local);
    showStream(this.renderRoot, 'audio', remoteAudio);
    if (remoteAudio === this.#playing) return;
    this.#playing = remoteAudio;
    this.#hold(false);
    if (remoteAudio !== null) void this.#play();
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.requestUpdate();
  }

  async #play(): Promise<void> {
    const stream = this.#playing;
    try {
      await this.renderRoot.querySelector('audio')?.play();
      this.#hold(false);
    } catch (cause) {
      // Any other failure is a newer stream taking this one's place.
      const isHeld = cause instanceof DOMException && cause.name === 'NotAllowedError';
      if (stream === this.#playing) this.#hold(isHeld);
    }
  }

  #handleHear = (): void => {
    void this.#play();
  };

  #handleResize = (event: Event): void => {
    const { videoWidth, videoHeight } = event.currentTarget as HTMLVideoElement;
    this.#isTall = videoHeight > videoWidth;
    this.requestUpdate();
  };

  #renderName(): TemplateResult | typeof nothing {
    const { snapshot, words } = this.#call.state;
    const { peer, phase } = snapshot;
    if (peer === null || phase === 'connecting') return nothing;
    const name = peer.name ?? words.ui.guest;
    return html`<div class="name" part="name">
      ${
        peer.audio
          ? nothing
          : html`<span role="img" aria-label=${fill(words.ui.muted, name)}>${icon('mic-off')}</span>`
      }
      <bdi>${name}</bdi>
    </div>`;
  }

  #renderSelf(): TemplateResult | typeof nothing {
    const { snapshot, streams, view, words } = this.#call.state;
    if (view.selfView === 'hidden') return nothing;
    const isShowing = streams.local !== null && snapshot.camera.on && view.mode === 'video';
    return html`<div class="self" part="self-view">
      <video aria-label=${words.ui.you} autoplay playsinline .muted=${true} ?hidden=${!isShowing}></video>
      ${isShowing ? nothing : avatar(view.displayName ?? words.ui.you)}
      ${
        snapshot.microphone.on && snapshot.microphone.problem === null
          ? nothing
          : html`<span class="badge">${icon('mic-off')}</span>`
      }
    </div>`;
  }

  override render(): TemplateResult {
    const { snapshot, view, words } = this.#call.state;
    const { peer, phase } = snapshot;
    const isRunning = phase === 'connected' || phase === 'unstable' || phase === 'recovering';
    const isShowing = isRunning && this.#picture !== null && peer?.video !== false;
    const classes = [
      isShowing ? 'showing' : '',
      phase === 'recovering' ? 'held' : '',
      this.#isTall ? 'tall' : '',
    ];
    return html`<div class="stage ${view.selfView} ${isRunning ? '' : 'alone'}" part="stage">
      <video
        class="remote ${classes.join(' ')}"
        part="remote-video"
        aria-label=${peer?.name ?? words.ui.guest}
        autoplay
        playsinline
        .muted=${true}
        @resize=${this.#handleResize}
      ></video>
      <audio autoplay></audio>
      ${
        (phase === 'connected' || phase === 'unstable') && !isShowing
          ? html`<div class="person">${avatar(peer?.name ?? words.ui.guest)}</div>`
          : nothing
      }
      ${this.#renderName()} ${this.#renderSelf()}
      ${
        this.#isHeld
          ? html`<button type="button" class="pill hear" part="button" @click=${this.#handleHear}>
              ${icon('sound')}${words.ui.tapToHear}
            </button>`
          : nothing
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call-stage': P2pCallStageElement;
  }
}
