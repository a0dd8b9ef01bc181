import { LOG_LEVELS, type LogLevel } from '../../config.js';

/** What may stand in a line beside the event: numbers and constant words. Never a name, address, token, SDP or room. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

export interface Logger {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

/** One JSON object a line, on standard output unless told otherwise. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Logger {
  const threshold = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(name) > threshold) return;
      write(JSON.stringify({ time: new Date().toISOString(), level: name, event, ...fields }));
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
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
