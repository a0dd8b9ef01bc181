import { DEFAULT_CONTROLS } from '../context/call-context.js';
import { DEFAULT_SETTINGS, type GetToken } from '../core/settings.js';

/** What an attribute or property was given, understood; or what is wrong with it, for developers. */
export type Decoded<T> = { readonly value: T } | { readonly problem: string };

/** One attribute with its property: how it is read, and what holds when it is absent or bad. */
export interface Option<T> {
  /** `null`: a property only. */
  readonly attribute: string | null;
  readonly initial: T;
  /** Takes what a page may hand over: an attribute's text or a property's value. Never throws. */
  decode(given: unknown): Decoded<T>;
}

const CODECS = ['vp8', 'vp9', 'h264', 'h265', 'av1'];
const NAME_CODE_POINTS = 64;

const problem = (expected: string): { problem: string } => ({ problem: `expected ${expected}` });

function toggle(attribute: string, initial: boolean): Option<boolean> {
  return {
    attribute,
    initial,
    decode(given) {
      if (typeof given === 'boolean') return { value: given };
      const word = typeof given === 'string' ? given.trim().toLowerCase() : null;
      if (word === '' || word === 'on' || word === 'true' || word === attribute) return { value: true };
      if (word === 'off' || word === 'false') return { value: false };
      return problem('"on" or "off"');
    },
  };
}

function choice<const T extends string>(attribute: string, initial: T, values: readonly T[]): Option<T> {
  return {
    attribute,
    initial,
    decode(given) {
      const word = typeof given === 'string' ? given.trim().toLowerCase() : null;
      const value = values.find((known) => known === word);
      return value === undefined ? problem(`one of ${values.join(', ')}`) : { value };
    },
  };
}

function number(attribute: string, initial: number, min: number, max: number): Option<number> {
  return {
    attribute,
    initial,
    decode(given) {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      if (typeof value === 'number' && value >= min && value <= max) return { value: Math.round(value) };
      return problem(`a number from ${min} to ${max}`);
    },
  };
}

/** Words apart by spaces or commas; as a property, an array. `known`: only these are allowed. */
function list(
  attribute: string,
  initial: readonly string[],
  known?: readonly string[],
): Option<readonly string[]> {
  return {
    attribute,
    initial,
    decode(given) {
      const words: unknown[] =
        typeof given === 'string' ? given.split(/[\s,]+/) : Array.isArray(given) ? given : [null];
      const value: string[] = [];
      for (const word of words) {
        if (typeof word !== 'string') return problem('a list of words');
        const lower = word.toLowerCase();
        if (known && lower !== '' && !known.includes(lower)) return problem(`a list of ${known.join(', ')}`);
        if (lower !== '' && !value.includes(lower)) value.push(lower);
      }
      return { value: Object.freeze(value) };
    },
  };
}

/** An empty text counts as absent. `check` gets it trimmed. */
function text(
  attribute: string,
  expected: string,
  check: (value: string) => boolean = () => true,
): Option<string | null> {
  return {
    attribute,
    initial: null,
    decode(given) {
      if (typeof given !== 'string') return problem(expected);
      const value = given.trim();
      if (value === '') return { value: null };
      return check(value) ? { value } : problem(expected);
    },
  };
}

function isUrl(value: string, protocols: RegExp, base?: string): boolean {
  try {
    return protocols.test(new URL(value, base).protocol);
  } catch {
    return false;
  }
}

/** Every option of `<p2p-call>`, by property. */
export const OPTIONS = {
  signalingUrl: text('signaling-url', 'an absolute http(s) or ws(s) URL', (value) =>
    isUrl(value, /^(https?|wss?):$/),
  ),
  room: text('room', '1 to 64 of A-Z, a-z, 0-9, _ and -', (value) => /^[A-Za-z0-9_-]{1,64}$/.test(value)),
  token: text('token', 'a token'),
  // A relative URL is the page's; the base only makes it parse.
  tokenUrl: text('token-url', 'an http(s) URL', (value) => isUrl(value, /^https?:$/, 'https://page.invalid')),
  getToken: {
    attribute: null,
    initial: null,
    decode: (given) =>
      typeof given === 'function'
        ? { value: given as GetToken }
        : problem('a function that returns a promise'),
  } satisfies Option<GetToken | null> as Option<GetToken | null>,
  displayName: text(
    'display-name',
    `at most ${NAME_CODE_POINTS} characters`,
    (value) => [...value].length <= NAME_CODE_POINTS,
  ),
  mode: choice('mode', DEFAULT_SETTINGS.mode, ['video', 'audio']),
  audio: toggle('audio', DEFAULT_SETTINGS.audio),
  video: toggle('video', DEFAULT_SETTINGS.video),
  prejoin: toggle('prejoin', DEFAULT_SETTINGS.prejoin),
  autojoin: toggle('autojoin', DEFAULT_SETTINGS.autojoin),
  prewarm: choice('prewarm', DEFAULT_SETTINGS.prewarm, ['none', 'signaling', 'connect']),
  icePolicy: choice('ice-policy', DEFAULT_SETTINGS.icePolicy, ['all', 'relay']),
  codecs: list('codecs', DEFAULT_SETTINGS.codecs, CODECS),
  resolution: choice('resolution', DEFAULT_SETTINGS.resolution, ['180p', '360p', '480p', '720p', '1080p']),
  frameRate: number('frame-rate', DEFAULT_SETTINGS.frameRate, 1, 60),
  maxBitrate: number('max-bitrate', DEFAULT_SETTINGS.maxBitrate, 50, 20_000),
  controls: list('controls', DEFAULT_CONTROLS),
  selfView: choice('self-view', 'corner', ['corner', 'side', 'hidden']),
  theme: choice('theme', 'auto', ['auto', 'light', 'dark']),
} as const;

export type OptionName = keyof typeof OPTIONS;

/** What the options are, all of them decoded. */
export type CallOptions = {
  [Name in OptionName]: (typeof OPTIONS)[Name] extends Option<infer T> ? T : never;
};
