import { DEFAULT_VIEW, type CallView } from '../context/call-context.js';
import { DEFAULT_SETTINGS, type CallSettings, type GetToken } from '../core/settings.js';

/** What the attributes and properties of `<p2p-call>` hold, all of them decoded. */
export interface CallOptions extends CallSettings, CallView {
  readonly theme: 'auto' | 'light' | 'dark';
}

export type OptionName = keyof CallOptions;

export const DEFAULT_OPTIONS: CallOptions = Object.freeze({
  ...DEFAULT_SETTINGS,
  ...DEFAULT_VIEW,
  theme: 'auto',
});

/** How options of one kind are read. */
interface Kind<T> {
  /** What a good value is, for developers. */
  readonly expected: string;
  /** Takes what a page may hand over: an attribute's text or a property's value. Never throws; `undefined` if it is bad. */
  read(given: unknown, attribute: string | false): T | undefined;
}

const textOf = (given: unknown): string | null => (typeof given === 'string' ? given.trim() : null);
const wordOf = (given: unknown): string | null => textOf(given)?.toLowerCase() ?? null;

const toggle: Kind<boolean> = {
  expected: 'on or off',
  read(given, attribute) {
    if (typeof given === 'boolean') return given;
    const word = wordOf(given);
    if (word === '' || word === 'on' || word === 'true' || word === attribute) return true;
    return word === 'off' || word === 'false' ? false : undefined;
  },
};

function choice<const T extends string>(...values: readonly T[]): Kind<T> {
  return {
    expected: values.join(' or '),
    read: (given) => values.find((value) => value === wordOf(given)),
  };
}

function number(min: number, max: number): Kind<number> {
  return {
    expected: `${min} to ${max}`,
    read(given) {
      const value = textOf(given) ? Number(given) : given;
      return typeof value === 'number' && value >= min && value <= max ? Math.round(value) : undefined;
    },
  };
}

/** Words apart by spaces or commas; as a property, an array. `known`: only these are allowed. */
function list(known?: readonly string[]): Kind<readonly string[]> {
  return {
    expected: `a list of ${known?.join(' ') ?? 'words'}`,
    read(given) {
      const words: unknown = typeof given === 'string' ? given.split(/[\s,]+/).filter(Boolean) : given;
      if (!Array.isArray(words)) return undefined;
      const value = words.map(wordOf);
      const isGood = value.every((word) => word !== null && (known?.includes(word) ?? true));
      return isGood ? Object.freeze([...new Set(value as string[])]) : undefined;
    },
  };
}

/** `check` gets it trimmed; an empty text counts as absent. */
function text(expected: string, check: (value: string) => unknown = () => true): Kind<string | null> {
  return {
    expected,
    read(given) {
      const value = textOf(given);
      if (value === '') return null;
      return value !== null && check(value) ? value : undefined;
    },
  };
}

/** `base` makes a relative URL parse, where one is allowed: it is the page's. */
function url(expected: string, protocols: RegExp, base?: string): Kind<string | null> {
  return text(
    expected,
    (value) => URL.canParse(value, base) && protocols.test(new URL(value, base).protocol),
  );
}

const OPTIONS: { readonly [Name in OptionName]: Kind<CallOptions[Name]> } = {
  signalingUrl: url('an absolute http(s) or ws(s) URL', /^(http|ws)s?:/),
  room: text('1 to 64 of A-Z a-z 0-9 _ -', (value) => /^[\w-]{1,64}$/.test(value)),
  token: text('a text'),
  tokenUrl: url('an http(s) URL', /^https?:/, 'http://page'),
  getToken: {
    expected: 'a function',
    read: (given) => (typeof given === 'function' ? (given as GetToken) : undefined),
  },
  displayName: text('at most 64 characters', (value) => [...value].length <= 64),
  mode: choice('video', 'audio'),
  audio: toggle,
  video: toggle,
  prejoin: toggle,
  autojoin: toggle,
  prewarm: choice('none', 'signaling', 'connect'),
  icePolicy: choice('all', 'relay'),
  codecs: list(['vp8', 'vp9', 'h264', 'h265', 'av1']),
  resolution: choice('180p', '360p', '480p', '720p', '1080p'),
  frameRate: number(1, 60),
  maxBitrate: number(50, 20_000),
  statsInterval: number(100, 60_000),
  controls: list(),
  selfView: choice('corner', 'side', 'hidden'),
  theme: choice('auto', 'light', 'dark'),
};

/** `getToken` has none: it is a property only. */
export function attributeOf(name: OptionName): string | false {
  return name !== 'getToken' && name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What an attribute or property was given, understood; `undefined` if it is bad. */
export function readOption(name: OptionName, given: unknown): CallOptions[OptionName] | undefined {
  return OPTIONS[name].read(given, attributeOf(name));
}

/** What is wrong with a bad value, for developers. */
export function problemOf(name: OptionName): string {
  return `${attributeOf(name) || name}: not ${OPTIONS[name].expected}`;
}
