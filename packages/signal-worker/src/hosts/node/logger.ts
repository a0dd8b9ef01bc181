import { pino, stdTimeFunctions, type DestinationStream } from 'pino';
import type { LogLevel } from '../../config.js';
import { FloodLimit } from './flood-limit.js';
import { hashId, isHashedId, type HashedId } from './hash-id.js';

/**
 * What may stand in a line beside the event: numbers and constant words, and who or where only as {@link hashId} gives it.
 * Never a name, address, token, SDP or room.
 */
export interface LogFields {
  readonly [field: string]: string | number | boolean;
  readonly room?: HashedId;
  readonly person?: HashedId;
  readonly address?: HashedId;
}

export interface Logger {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

type Severity = keyof Logger;
type Line = Record<string, string | number | boolean>;

/** Lines of one event in one second; the rest is summed up in one line. */
const LINES_PER_SECOND = 20;
/** Bytes that may wait for whoever reads the output: beyond, lines are lost instead of memory. */
const UNWRITTEN_BYTES = 4 * 1024 * 1024;
/** Characters of a value. */
const VALUE_LENGTH = 256;
/** Whatever some reader of lines takes for the end of one, and what is no text at all. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** A line has these of its own. */
const RESERVED: readonly string[] = ['level', 'time', 'event'];
/** Of these only the hash is written, whatever the caller gave. */
const HASHED: readonly string[] = ['room', 'person', 'address'];

/**
 * One JSON object a line: `level`, `time` (ISO 8601), the fields, `event`. Of one event at most 20 lines a second; then one line
 * `{"event": "suppressed", "of", "count"}` says how many more there were.
 * @param write takes each line, without its end, instead of standard output
 */
export function createLogger(level: LogLevel, write?: (line: string) => void): Logger {
  const stream = write === undefined ? standardOutput() : { write: (line: string) => write(line.trimEnd()) };
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const flood = new FloodLimit(LINES_PER_SECOND, ({ event, count }) =>
    lines.warn({ of: event, count }, 'suppressed'),
  );
  const at =
    (severity: Severity) =>
    (event: string, fields: LogFields = {}) => {
      if (!lines.isLevelEnabled(severity)) return;
      const word = fit(event);
      if (flood.admits(word)) lines[severity](lineOf(fields), word);
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

let shared: DestinationStream | null = null;

/** One for the process. Does not hold up calls when the reader is slow; what is left is written out when the process exits. */
function standardOutput(): DestinationStream {
  if (shared !== null) return shared;
  const stream = pino.destination({ dest: 1, sync: false, maxLength: UNWRITTEN_BYTES });
  // A full disk must not end anybody's call: from the first failure on, lines are lost. Left alone, the stream would throw, and try
  // for ever to write what is left when the process exits.
  stream.on('error', () => {
    const lose = (): void => undefined;
    Object.assign(stream, { write: () => true, flush: lose, flushSync: lose, end: lose });
  });
  shared = stream;
  return shared;
}

function lineOf(fields: LogFields): Line {
  const line: Line = {};
  for (const [name, value] of Object.entries(fields)) {
    if (RESERVED.includes(name)) continue;
    const isBare = HASHED.includes(name) && !(typeof value === 'string' && isHashedId(value));
    line[name] = isBare ? hashId(String(value)) : typeof value === 'string' ? fit(value) : value;
  }
  return line;
}

/** Bounded, and on one line for every reader. */
function fit(text: string): string {
  const short = text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH - 1)}…` : text;
  return short.replace(UNFIT, '\ufffd');
}

/** What may be logged of an error: its class and code. Its message could hold what somebody sent. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const where =
    error.stack
      ?.split('\n')
      .find((line) => line.trim().startsWith('at '))
      ?.trim() ?? '';
  // A place in the code, without the folders of this machine.
  const at = /([\w.-]+:\d+:\d+)\)?$/.exec(where)?.[1];
  return { error: error.name, ...code, ...(at === undefined ? {} : { at }) };
}
