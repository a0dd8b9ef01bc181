import type { Environment } from '../../config.js';

/** sysexits.h: EX_CONFIG and EX_USAGE. */
export const EXIT_CONFIG = 78;
export const EXIT_USAGE = 64;

/** Where words go and settings come from; tests put their own in. */
export interface CliIo {
  readonly environment: Environment;
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
}

/** Says what is wrong with a command. @param wrong without a full stop @returns the exit code */
export function usage(io: CliIo, wrong: string): number {
  io.error(`p2p-call-signal: ${wrong}.\nSee p2p-call-signal --help.`);
  return EXIT_USAGE;
}

/** What `parseArgs` has against the arguments, without a full stop. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'the arguments are not understood';
}
