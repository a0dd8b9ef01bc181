import { LitElement } from 'lit';
import { CallError } from '../core/errors.js';
import type { CallSettings, GetToken } from '../core/settings.js';
import { OPTIONS, type CallOptions, type Option, type OptionName } from './attributes.js';

const NAMES = Object.keys(OPTIONS) as OptionName[];

/** The attributes and properties of `<p2p-call>`: decoded, with defaults, and with a list of what is wrong with them. */
export class CallOptionsElement extends LitElement implements CallOptions {
  readonly #values = new Map<OptionName, unknown>();
  readonly #problems = new Map<OptionName, { error: CallError; isTold: boolean }>();

  /** The service, an http(s) or ws(s) URL. Required. @attr signaling-url */
  declare signalingUrl: string | null;
  /** The room, `[A-Za-z0-9_-]{1,64}`; must equal the token's, and may be left out. @attr */
  declare room: string | null;
  /** A join token (JWT). The attribute is taken out of the document once read. @attr */
  declare token: string | null;
  /** Where a join token is had: `POST {room}` → `{token}`, with credentials. @attr token-url */
  declare tokenUrl: string | null;
  /** The same as a function; wins over `token` and `tokenUrl`. */
  declare getToken: GetToken | null;
  /** Shown to the other person, always as text; at most 64 code points. @attr display-name */
  declare displayName: string | null;
  /** `audio` never asks for a camera. @attr */
  declare mode: 'video' | 'audio';
  /** Is the microphone on when the call begins? @attr */
  declare audio: boolean;
  /** Is the camera on when the call begins? @attr */
  declare video: boolean;
  /** Is there a green room before the call? @attr */
  declare prejoin: boolean;
  /** Join as soon as the element is connected. @attr */
  declare autojoin: boolean;
  /** What is made ready before Join. @attr */
  declare prewarm: 'none' | 'signaling' | 'connect';
  /** `relay` never shows the other person an address. @attr ice-policy */
  declare icePolicy: 'all' | 'relay';
  /** Preferred video codecs, best first; unlisted ones stay available, behind. @attr */
  declare codecs: readonly string[];
  /** How large a picture is captured at most. @attr */
  declare resolution: CallSettings['resolution'];
  /** Pictures per second, 1 to 60. @attr frame-rate */
  declare frameRate: number;
  /** kbit/s, 50 to 20000. @attr max-bitrate */
  declare maxBitrate: number;
  /** Which controls show, in this order; names that are not known are ignored. @attr */
  declare controls: readonly string[];
  /** Where this person's own picture is. @attr self-view */
  declare selfView: 'corner' | 'side' | 'hidden';
  /** `auto` follows the page, and where that says nothing, the system. @attr */
  declare theme: 'auto' | 'light' | 'dark';

  static {
    for (const name of NAMES) this.#define(name);
  }

  /**
   * Makes a property that only ever holds a good value: what the page gives, as an attribute or as a property, is decoded
   * on the way in; a bad value is noted and the default holds.
   */
  static #define(name: OptionName): void {
    const { attribute, initial, decode }: Option<unknown> = OPTIONS[name];
    this.createProperty(name, {
      attribute: attribute ?? false,
      noAccessor: true,
      converter: (given) => given,
    });
    Object.defineProperty(this.prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: CallOptionsElement) {
        return this.#values.get(name) ?? initial;
      },
      set(this: CallOptionsElement, given: unknown) {
        const previous = this[name];
        const decoded = given === null || given === undefined ? { value: initial } : decode(given);
        this.#values.set(name, 'value' in decoded ? decoded.value : initial);
        this.#note(name, 'problem' in decoded ? `${attribute ?? name}: ${decoded.problem}` : null);
        this.requestUpdate(name, previous);
      },
    });
  }

  #note(name: OptionName, detail: string | null): void {
    if (detail === null) {
      this.#problems.delete(name);
    } else if (!this.#problems.has(name)) {
      this.#problems.set(name, { error: new CallError('config-invalid', { detail }), isTold: false });
    }
  }

  /** What is wrong and was not told yet; from now on it counts as told. */
  protected takeProblems(): CallError[] {
    const news = [...this.#problems.values()].filter((problem) => !problem.isTold);
    for (const problem of news) problem.isTold = true;
    return news.map((problem) => problem.error);
  }

  /** Why no call can be made with these options, if so; then it counts as told. */
  protected takeMissing(): CallError | null {
    if (this.signalingUrl === null) return this.#missing('signalingUrl', 'signaling-url is missing');
    if (this.token !== null || this.tokenUrl !== null || this.getToken !== null) return null;
    return this.#missing('tokenUrl', 'one of token, token-url and getToken is needed');
  }

  /** A bad value explains more than its absence. */
  #missing(name: OptionName, detail: string): CallError {
    const problem = this.#problems.get(name);
    if (problem === undefined) return new CallError('config-invalid', { detail });
    problem.isTold = true;
    return problem.error;
  }

  /** All options at one moment. */
  protected get options(): CallOptions {
    return Object.freeze(Object.fromEntries(NAMES.map((name) => [name, this[name]]))) as CallOptions;
  }
}
