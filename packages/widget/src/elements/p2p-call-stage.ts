import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../i18n/en.js';
import { CallPartElement } from './call-part.js';
import { icon } from './icons.js';
import { avatar, showStream, textButton } from './parts.js';

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
export class P2pCallStageElement extends CallPartElement {
  /** The browser wants a gesture before it plays sound. */
  #isHeld = false;
  /** The picture is higher than wide, as a phone's. */
  #isTall = false;
  #playing: MediaStream | null = null;
  #picture: MediaStream | null = null;

  protected override willUpdate(): void {
    // While the connection is mended the last picture stays: it is better than black, and than the black of the next
    // connection, which has a stream before it has a picture.
    if (!this.#isLost) this.#picture = this.state.streams.remoteVideo;
  }

  protected override updated(): void {
    const { local, remoteAudio } = this.state.streams;
    showStream(this.renderRoot, '.remote', this.#picture);
    showStream(this.renderRoot, '.self video', local);
    showStream(this.renderRoot, 'audio', remoteAudio);
    this.#holdPicture();
    if (remoteAudio === this.#playing) return;
    this.#playing = remoteAudio;
    this.#hold(false);
    if (remoteAudio !== null) void this.#play();
  }

  get #isLost(): boolean {
    const { phase } = this.state.snapshot;
    return this.#picture !== null && (phase === 'unstable' || phase === 'recovering');
  }

  /** A player whose track ends goes black; one that is paused before keeps its last picture. */
  #holdPicture(): void {
    const video = this.renderRoot.querySelector('video');
    if (this.#isLost) video?.pause();
    // Refused only while a newer stream takes this one's place; that one plays by itself.
    else if (video?.paused && video.srcObject) video.play().catch(() => undefined);
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

  #handleHear(): void {
    void this.#play();
  }

  #handleResize(event: Event): void {
    const { videoWidth, videoHeight } = event.currentTarget as HTMLVideoElement;
    this.#isTall = videoHeight > videoWidth;
    this.requestUpdate();
  }

  #renderName(): TemplateResult | typeof nothing {
    const { snapshot, words } = this.state;
    const { peer, phase } = snapshot;
    if (peer === null || phase === 'connecting' || phase === 'waiting') return nothing;
    const isMuted = html`<span role="img" aria-label=${fill(words.ui.muted, this.peerName)}
      >${icon('mic-off')}</span
    >`;
    return html`<div class="name" part="name">
      ${peer.audio ? nothing : isMuted} <bdi>${this.peerName}</bdi>
    </div>`;
  }

  #renderSelf(): TemplateResult | typeof nothing {
    const { snapshot, streams, view, words } = this.state;
    if (view.selfView === 'hidden') return nothing;
    const { microphone, camera } = snapshot;
    const isShowing = view.mode === 'video' && camera.on && streams.local !== null;
    const isHeard = microphone.on && microphone.problem === null;
    return html`<div class="self" part="self-view">
      <video aria-label=${words.ui.you} autoplay playsinline .muted=${true} ?hidden=${!isShowing}></video>
      ${isShowing ? nothing : avatar(this.ownName)}
      ${isHeard ? nothing : html`<span class="badge">${icon('mic-off')}</span>`}
    </div>`;
  }

  override render(): TemplateResult {
    const { snapshot, view, words } = this.state;
    const { peer, phase } = snapshot;
    const isFlowing = phase === 'connected' || phase === 'unstable';
    const isHeld = phase === 'recovering';
    const isRunning = isFlowing || isHeld;
    const isShowing = isRunning && this.#picture !== null && peer?.video !== false;
    return html`<div class="stage ${view.selfView} ${isRunning ? '' : 'alone'}" part="stage">
      <video
        class="remote ${isShowing ? 'showing' : ''} ${isHeld ? 'held' : ''} ${this.#isTall ? 'tall' : ''}"
        part="remote-video"
        aria-label=${this.peerName}
        autoplay
        playsinline
        .muted=${true}
        @resize=${this.#handleResize}
      ></video>
      <audio autoplay></audio>
      ${isFlowing && !isShowing ? html`<div class="person">${avatar(this.peerName)}</div>` : nothing}
      ${this.#renderName()} ${this.#renderSelf()}
      ${this.#isHeld ? textButton('pill hear', '', html`${icon('sound')}${words.ui.tapToHear}`, this.#handleHear) : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call-stage': P2pCallStageElement;
  }
}
