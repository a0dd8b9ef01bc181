import { ContextProvider } from '@lit/context';
import { html, isServer, nothing, type LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { callContext, IDLE_SNAPSHOT, IDLE_STATE, NO_STREAMS } from '../context/call-context.js';
import { CallError } from '../core/errors.js';
import type { CallSnapshot, Phase } from '../core/snapshot.js';
import { createBrowserSession } from '../create-browser-session.js';
import { eventForFact, P2pErrorEvent } from '../events.js';
import { onWordsRegistered, wordsFor } from '../i18n/registry.js';
import type { CallSession, CallStats, Fault } from '../session/api.js';
import { CallOptionsElement } from './call-options.js';
import { ignore, obeyRequests } from './requests.js';
import { hostStyles, sharedStyles } from './shared.styles.js';
import { sceneOf } from './status-words.js';

/** What the inner elements hand on for the page to style: all of them the same list, where one has not every part. */
const PARTS =
  'stage, remote-video, self-view, preview, controls, button, mic-button, camera-button, join-button, leave-button, status, banner, error, avatar, name';

/**
 * @summary A 1:1 video call.
 *
 * @slot header - Above everything.
 * @slot footer - Below everything.
 * @slot controls-start - Before the controls of a running call.
 * @slot controls-end - Behind them.
 * @slot waiting - Below the words, while nobody else is in the call.
 * @slot ended - Below the words, when the call is over.
 * @slot error - Below the words of what went wrong.
 *
 * @fires {P2pPhaseChangeEvent} p2p-phase-change - The call went from one phase to another.
 * @fires {P2pJoinedEvent} p2p-joined - This person has taken a seat.
 * @fires {P2pPeerJoinedEvent} p2p-peer-joined - The other person has taken a seat.
 * @fires {P2pPeerLeftEvent} p2p-peer-left - The other person has gone.
 * @fires {P2pConnectedEvent} p2p-connected - Both people can see or hear each other.
 * @fires {P2pMediaChangeEvent} p2p-media-change - What a person sends has changed.
 * @fires {P2pRecoveryEvent} p2p-recovery - A lost connection is being mended.
 * @fires {P2pErrorEvent} p2p-error - Something went wrong.
 * @fires {P2pEndedEvent} p2p-ended - The call is over.
 * @fires {P2pLogEvent} p2p-log - A moment of the call, for a log.
 * @fires {P2pMetricEvent} p2p-metric - A value about the call, for a counter or histogram.
 * @fires {P2pSpanEvent} p2p-span - A part of the call that took time, for a trace.
 * @fires {P2pStatsEvent} p2p-stats - How the call does, every `stats-interval` ms.
 * @fires {P2pPreviewRequestEvent} p2p-preview-request - A button asks to open the devices. Cancelable, as all requests.
 * @fires {P2pJoinRequestEvent} p2p-join-request - A button asks to join.
 * @fires {P2pLeaveRequestEvent} p2p-leave-request - A button asks to hang up.
 * @fires {P2pMicrophoneRequestEvent} p2p-microphone-request - A button asks for the microphone to go on or off.
 * @fires {P2pCameraRequestEvent} p2p-camera-request - A button asks for the camera to go on or off.
 *
 * @csspart frame - Everything.
 * @csspart stage - The area of the pictures.
 * @csspart remote-video - The other person's picture.
 * @csspart self-view - The frame of one's own picture in a call.
 * @csspart preview - The tile with one's own picture before the call.
 * @csspart controls - The row of buttons of a running call.
 * @csspart button - Every button.
 * @csspart mic-button - The microphone buttons.
 * @csspart camera-button - The camera buttons.
 * @csspart join-button - The Join and Join again buttons.
 * @csspart leave-button - The leave button.
 * @csspart status - What is going on, in words.
 * @csspart banner - The words at the upper edge of a running call.
 * @csspart error - What went wrong, in words.
 * @csspart avatar - The stand-in for a picture.
 * @csspart name - The other person's name.
 *
 * @cssproperty --p2p-call-accent - Main buttons, links and focus.
 * @cssproperty --p2p-call-accent-text - Text on the accent colour.
 * @cssproperty --p2p-call-background - Behind everything before and after the call.
 * @cssproperty --p2p-call-stage-background - Behind the pictures of the call.
 * @cssproperty --p2p-call-surface - Of buttons and notices.
 * @cssproperty --p2p-call-text - Text before and after the call.
 * @cssproperty --p2p-call-muted-text - Text of less weight.
 * @cssproperty --p2p-call-danger - The leave button.
 * @cssproperty --p2p-call-success - Somebody is there.
 * @cssproperty --p2p-call-border - The colour of thin lines.
 * @cssproperty --p2p-call-radius - Of the outer corners; inner ones follow.
 * @cssproperty --p2p-call-gap - Between things.
 * @cssproperty --p2p-call-font - The font family.
 * @cssproperty --p2p-call-control-size - Height of the buttons.
 * @cssproperty --p2p-call-self-view-size - Width of one's own picture in the call.
 *
 * @cssState idle - and so on: the phase, as `p2p-call:state(connected)`.
 */
export class P2pCallElement extends CallOptionsElement {
  static override styles = [hostStyles, sharedStyles];

  static override properties = { lang: {} };

  /** @internal Tests put a session of their own here. */
  static createSession: () => CallSession = createBrowserSession;

  readonly #provider = new ContextProvider(this, { context: callContext, initialValue: IDLE_STATE });

  /** The language of the words, BCP 47; without one that of the page. */
  declare lang: string;

  #session: CallSession | null = null;
  #isStarted = false;
  /** What was last said to be missing. */
  #missing: CallError | null = null;
  /** Sessions whose `preview()` waits for the browser's answer. */
  readonly #opening = new Set<CallSession | null>();
  #unsubscribe = ignore;
  #internals: ElementInternals | null = null;
  #hadFocus = false;
  /** The page says by `color-scheme` what it is like; `theme="auto"` then follows it. */
  #pageHasScheme = false;

  constructor() {
    super();
    obeyRequests(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (isServer) return;
    this.#pageHasScheme = getComputedStyle(this).colorScheme !== 'normal';
    this.#internals ??= this.attachInternals();
    if (this.#session !== null) return; // Moved: the call goes on.
    const update = (): void => this.requestUpdate();
    this.#unsubscribe = onWordsRegistered(update);
    this.#session = P2pCallElement.createSession();
    this.#session.subscribe({
      snapshot: update,
      streams: update,
      fact: (fact) => void this.dispatchEvent(eventForFact(fact)),
    });
    update();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // An element that is only being moved is back before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.#dispose();
    });
  }

  override attributeChangedCallback(name: string, previous: string | null, value: string | null): void {
    const isToken = name === 'token';
    if (isToken && value === null) return;
    super.attributeChangedCallback(name, previous, value);
    // The token lets a person in: nothing that reads the document should find it there.
    if (isToken) this.removeAttribute(name);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.size > 0 || !this.#isStarted) this.#configure();
    this.#hadFocus = this.#hasFocus;
    this.#provider.setValue(
      Object.freeze({
        snapshot: this.snapshot,
        streams: this.#session?.streams ?? NO_STREAMS,
        words: wordsFor(this.lang, globalThis.document?.documentElement.lang),
        view: this.options,
        opening: this.#opening.has(this.#session),
      }),
    );
  }

  protected override updated(): void {
    this.#showPhase();
    if (this.#hadFocus) void this.#keepFocus();
  }

  /** Where the call is. */
  get phase(): Phase {
    return this.snapshot.phase;
  }

  /** All that can be known of the call, frozen; a change is a new object. */
  get snapshot(): CallSnapshot {
    return this.#session?.snapshot ?? IDLE_SNAPSHOT;
  }

  #dispose(): void {
    this.#unsubscribe();
    this.#session?.dispose();
    this.#session = null;
    this.#isStarted = false;
    this.#missing = null;
    this.requestUpdate();
  }

  /** Hands the options to the session, says what is wrong with them, and starts once nothing needed is missing. */
  #configure(): void {
    const session = this.#session;
    if (session === null) return;
    session.configure(this.options);
    const missing = this.#isStarted ? null : this.takeMissing();
    if (missing?.message !== this.#missing?.message) {
      this.#missing = missing;
      session.reportProblem(missing);
    }
    for (const error of this.takeProblems()) this.dispatchEvent(new P2pErrorEvent({ error }));
    if (missing !== null || this.#isStarted) return;
    this.#isStarted = true;
    session.start();
    if (this.autojoin) session.join().catch(ignore);
  }

  /** The session, up to date with the options. There is none while the element is in no document. */
  #ready(): CallSession {
    this.#configure();
    if (this.#session !== null && this.#isStarted) return this.#session;
    throw this.#missing ?? new CallError('config-invalid', { detail: 'not in a document' });
  }

  get #hasFocus(): boolean {
    return this.shadowRoot?.activeElement != null;
  }

  /** A button that had the focus may be gone: the next Tab should find the ones that took its place. */
  async #keepFocus(): Promise<void> {
    const parts = this.renderRoot.querySelectorAll<LitElement>('.body > *');
    await Promise.all([...parts].map((part) => part.updateComplete));
    if (this.#hasFocus || document.activeElement !== document.body) return;
    this.renderRoot.querySelector<HTMLElement>('.frame')?.focus({ preventScroll: true });
  }

  #showPhase(): void {
    // Firefox before 126 and Safari before 17.4 have none.
    const states = this.#internals?.states;
    try {
      if (states === undefined || states.has(this.phase)) return;
      states.clear();
      states.add(this.phase);
    } catch {
      // Chromium before 125 takes only names that begin with two dashes, which no page would look for.
    }
  }

  /** Opens camera and microphone for the lobby. Rejects with a `CallError` of category `media`. */
  async preview(): Promise<void> {
    const session = this.#ready();
    this.#opening.add(session);
    this.requestUpdate();
    try {
      await session.preview();
    } finally {
      this.#opening.delete(session);
      this.requestUpdate();
    }
  }

  /** Takes a seat in the room; resolves once seated. Rejects with a `CallError`. */
  async join(): Promise<void> {
    await this.#ready().join();
  }

  /** Hangs up. Never rejects. `reason`: for the service's log, at most 64 characters. */
  async leave(reason?: string): Promise<void> {
    await this.#session?.leave(reason);
  }

  /** Resolves once the microphone is really on or off. Rejects with a `CallError` of category `media`. */
  async setMicrophone(on: boolean): Promise<void> {
    await this.#ready().setMicrophone(on);
  }

  /** Resolves once the camera is really on or off. Rejects with a `CallError` of category `media`. */
  async setCamera(on: boolean): Promise<void> {
    await this.#ready().setCamera(on);
  }

  /**
   * Looks for a new path between the two, as after a change of network that only the page knows of. Resolves once media passes
   * on it, or still on the present one where none came about; at once where there is no connection to mend. Rejects with a
   * `CallError` when the call ends first.
   */
  async restartIce(): Promise<void> {
    await this.#ready().restartIce();
  }

  /**
   * Lets something go wrong as it does in the field, for a host's own tests; `p2p-recovery` and `phase` tell what comes of it.
   * Resolves at once; outside a call nothing happens. Rejects with a `CallError` where the element cannot work at all.
   */
  async simulate(fault: Fault): Promise<void> {
    this.#ready().simulate(fault);
  }

  /**
   * How the call does, in the same words whatever the browser; what that does not tell is `undefined`. `null` while no two people are
   * connected. Never rejects.
   */
  async getStats(): Promise<CallStats | null> {
    return (await this.#session?.getStats()) ?? null;
  }

  #renderScene(scene: ReturnType<typeof sceneOf>): TemplateResult | typeof nothing {
    switch (scene) {
      case 'lobby':
        return html`<p2p-call-preview exportparts=${PARTS}>
          <slot name="error" slot="error"></slot>
        </p2p-call-preview>`;
      case 'call':
        return html`<p2p-call-stage exportparts=${PARTS}></p2p-call-stage>
          <p2p-call-controls exportparts=${PARTS}>
            <slot name="controls-start" slot="start"></slot>
            <slot name="controls-end" slot="end"></slot>
          </p2p-call-controls>`;
      case 'words':
        return nothing;
    }
  }

  override render(): TemplateResult {
    const scene = sceneOf(this.phase);
    const { words } = this.#provider.value;
    const theme = this.theme === 'auto' && this.#pageHasScheme ? '' : this.theme;
    // The status stays through all phases: a live region must be there before its words. In the lobby the slot of the same
    // name before it wins.
    return html`<div
      class="frame ${scene} ${theme}"
      part="frame"
      role="region"
      aria-label=${words.ui.call}
      lang=${words.lang}
      dir=${words.dir}
      tabindex="-1"
    >
      <slot name="header"></slot>
      <div class="body">
        ${this.#renderScene(scene)}
        <p2p-call-status exportparts=${PARTS}>
          <slot name="waiting" slot="waiting"></slot>
          <slot name="ended" slot="ended"></slot>
          <slot name="error" slot="error"></slot>
        </p2p-call-status>
      </div>
      <slot name="footer"></slot>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-call': P2pCallElement;
  }
}
