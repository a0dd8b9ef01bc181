import { LitElement, type PropertyDeclaration } from 'lit';
import { CallError } from '../core/errors.js';
import type { CallSettings, GetToken } from '../core/settings.js';
import { OPTIONS, type CallOptions, type Option, type OptionName } from './attributes.js';

/** Keys of what only this file touches, so that nothing of it shows on the element. */
const values = Symbol('values');
const noteProblem = Symbol('noteProblem');

/**
 * Makes a property that only ever holds a good value: what the page gives, as an attribute or as a property, is decoded on
 * the way in; a bad value is noted and the default holds.
 */
function option(element: CallOptionsElement, name: OptionName): void {
  const { attribute, initial, decode }: Option<unknown> = OPTIONS[name];
  const declaration: PropertyDeclaration<unknown, unknown> = {
    attribute: attribute ?? false,
    noAccessor: true,
    converter: (given) => given,
  };
  (element.constructor as typeof CallOptionsElement).createProperty(name, declaration);
  Object.defineProperty(element, name, {
    configurable: true,
    enumerable: true,
    get(this: CallOptionsElement) {
      return this[values].get(name) ?? initial;
    },
    set(this: CallOptionsElement, given: unknown) {
      const decoded = given === null || given === undefined ? { value: initial } : decode(given);
      const previous = this[name];
      this[noteProblem](name, 'problem' in decoded ? decoded.problem : null);
      this[values].set(name, 'problem' in decoded ? initial : decoded.value);
      this.requestUpdate(name, previous);
    },
  });
}

/** The attributes and properties of `<p2p-call>`: decoded, with defaults, and with a list of what is wrong with them. */
export class CallOptionsElement extends LitElement implements CallOptions {
  readonly [values] = new Map<OptionName, unknown>();
  readonly #problems = new Map<OptionName, { error: CallError; told: boolean }>();

  /** The service, an http(s) or ws(s) URL. Required. @attr signaling-url */
  @option declare signalingUrl: string | null;
  /** The room, `[A-Za-z0-9_-]{1,64}`; must equal the token's, and may be left out. @attr */
  @option declare room: string | null;
  /** A join token (JWT). The attribute is taken out of the document once read. @attr */
  @option declare token: string | null;
  /** Where a join token is had: `POST {room}` → `{token}`, with credentials. @attr token-url */
  @option declare tokenUrl: string | null;
  /** The same as a function; wins over `token` and `tokenUrl`. */
  @option declare getToken: GetToken | null;
  /** Shown to the other person, always as text; at most 64 code points. @attr display-name */
  @option declare displayName: string | null;
  /** `audio` never asks for a camera. @attr */
  @option declare mode: 'video' | 'audio';
  /** Is the microphone on when the call begins? @attr */
  @option declare audio: boolean;
  /** Is the camera on when the call begins? @attr */
  @option declare video: boolean;
  /** Is there a green room before the call? @attr */
  @option declare prejoin: boolean;
  /** Join as soon as the element is connected. @attr */
  @option declare autojoin: boolean;
  /** What is made ready before Join. @attr */
  @option declare prewarm: 'none' | 'signaling' | 'connect';
  /** `relay` never shows the other person an address. @attr ice-policy */
  @option declare icePolicy: 'all' | 'relay';
  /** Preferred video codecs, best first; unlisted ones stay available, behind. @attr */
  @option declare codecs: readonly string[];
  /** How large a picture is captured at most. @attr */
  @option declare resolution: CallSettings['resolution'];
  /** Pictures per second, 1 to 60. @attr frame-rate */
  @option declare frameRate: number;
  /** kbit/s, 50 to 20000. @attr max-bitrate */
  @option declare maxBitrate: number;
  /** Which controls show, in this order; names that are not known are ignored. @attr */
  @option declare controls: readonly string[];
  /** Where this person's own picture is. @attr self-view */
  @option declare selfView: 'corner' | 'side' | 'hidden';
  /** `auto` follows the page, and where that says nothing, the system. @attr */
  @option declare theme: 'auto' | 'light' | 'dark';

  [noteProblem](name: OptionName, problem: string | null): void {
    if (problem === null) {
      this.#problems.delete(name);
      return;
    }
    const error = new CallError('config-invalid', {
      detail: `${OPTIONS[name].attribute ?? name}: ${problem}`,
    });
    if (this.#problems.get(name)?.error.message !== error.message)
      this.#problems.set(name, { error, told: false });
  }

  /** What is wrong and was not told yet; from now on it counts as told. */
  protected takeProblems(): CallError[] {
    const news = [...this.#problems.values()].filter((entry) => !entry.told);
    for (const entry of news) entry.told = true;
    return news.map((entry) => entry.error);
  }

  /** Why no call can be made with these options, if so; then it counts as told. */
  protected takeMissing(): CallError | null {
    if (this.signalingUrl === null) return this.#missing('signalingUrl', 'signaling-url is missing');
    if (this.token !== null || this.tokenUrl !== null || this.getToken !== null) return null;
    return this.#missing('tokenUrl', 'one of token, token-url and getToken is needed');
  }

  #missing(name: OptionName, detail: string): CallError {
    const entry = this.#problems.get(name);
    if (entry === undefined) return new CallError('config-invalid', { detail });
    entry.told = true;
    return entry.error;
  }

  /** What a session needs of the options. */
  protected get settings(): CallSettings {
    const { signalingUrl, room, token, tokenUrl, getToken, displayName, mode, audio, video, prejoin } = this;
    const { autojoin, prewarm, icePolicy, codecs, resolution, frameRate, maxBitrate } = this;
    return Object.freeze({
      ...{ signalingUrl, room, token, tokenUrl, getToken, displayName, mode, audio, video, prejoin },
      ...{ autojoin, prewarm, icePolicy, codecs, resolution, frameRate, maxBitrate },
    });
  }
}
