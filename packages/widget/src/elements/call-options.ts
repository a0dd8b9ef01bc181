import { LitElement } from 'lit';
import { CallError } from '../core/errors.js';
import type { CallSettings, GetToken } from '../core/settings.js';
import {
  attributeOf,
  DEFAULT_OPTIONS,
  problemOf,
  readOption,
  type CallOptions,
  type OptionName,
} from './attributes.js';

const configError = (detail: string): CallError => new CallError('config-invalid', { detail });

/** The attributes and properties of `<p2p-call>`: decoded, with defaults, and with a list of what is wrong with them. */
export class CallOptionsElement extends LitElement implements CallOptions {
  /** All options at one moment. Frozen: a change is a new object. */
  protected options = DEFAULT_OPTIONS;

  readonly #problems = new Map<OptionName, CallError>();
  /** Those that were not told yet. */
  readonly #news = new Set<CallError>();

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
  /** Video codecs that this page prefers to receive, best first; unlisted ones stay available, behind. @attr */
  declare codecs: readonly string[];
  /** How large a picture is captured at most. @attr */
  declare resolution: CallSettings['resolution'];
  /** Pictures per second, 1 to 60. @attr frame-rate */
  declare frameRate: number;
  /** kbit/s, 50 to 20000. @attr max-bitrate */
  declare maxBitrate: number;
  /** How often `p2p-stats` tells how the call does, ms, 100 to 60000. @attr stats-interval */
  declare statsInterval: number;
  /** Which controls show, in this order; names that are not known are ignored. @attr */
  declare controls: readonly string[];
  /** Where this person's own picture is. @attr self-view */
  declare selfView: 'corner' | 'side' | 'hidden';
  /** `auto` follows the page, and where that says nothing, the system. @attr */
  declare theme: 'auto' | 'light' | 'dark';

  static {
    for (const name of Object.keys(DEFAULT_OPTIONS) as OptionName[]) {
      this.createProperty(name, { attribute: attributeOf(name), noAccessor: true });
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: CallOptionsElement) {
          return this.options[name];
        },
        set(this: CallOptionsElement, given: unknown) {
          this.#set(name, given);
        },
      });
    }
  }

  /** An option only ever holds a good value: a bad one is noted, and the default holds. */
  #set(name: OptionName, given: unknown): void {
    const previous = this[name];
    const initial = DEFAULT_OPTIONS[name];
    const value = given == null ? initial : readOption(name, given);
    this.options = Object.freeze({ ...this.options, [name]: value ?? initial });
    this.requestUpdate(name, previous);
    if (value !== undefined) {
      this.#problems.delete(name);
    } else if (!this.#problems.has(name)) {
      const problem = configError(problemOf(name));
      this.#problems.set(name, problem);
      this.#news.add(problem);
    }
  }

  /** What is wrong and was not told yet; from now on it counts as told. */
  protected takeProblems(): CallError[] {
    const news = [...this.#news];
    this.#news.clear();
    return news;
  }

  /** Why no call can be made with these options, if so; then it counts as told. */
  protected takeMissing(): CallError | null {
    const { signalingUrl, token, tokenUrl, getToken } = this.options;
    if (signalingUrl === null) return this.#missing('signalingUrl', 'signaling-url is missing');
    if (token !== null || tokenUrl !== null || getToken !== null) return null;
    return this.#missing('tokenUrl', 'token-url, token or getToken is missing');
  }

  /** A bad value explains more than its absence. */
  #missing(name: OptionName, detail: string): CallError {
    const problem = this.#problems.get(name) ?? configError(detail);
    this.#news.delete(problem);
    return problem;
  }
}
