// One core for the server, another for the load: neither takes time from the other, and no run is luckier than the next.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const SERVER_CORE = '0';
const LOAD_CORE = '1';

/** Pins this process, with all its threads, and what it starts later. @returns whether it could be done */
export function pinLoad() {
  if (process.platform !== 'linux' || availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['-a', '-c', '-p', LOAD_CORE, String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The command that runs Node for a server. */
export function serverCommand(isPinned, args) {
  return isPinned
    ? ['taskset', ['-c', SERVER_CORE, process.execPath, ...args]]
    : [process.execPath, [...args]];
}
