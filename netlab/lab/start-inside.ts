// The lab's own programs of the folder `inside`, each started in its namespace.
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Namespaces, Place } from './namespaces.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** @param options its only argument, as JSON */
export function startInside(
  namespaces: Namespaces,
  place: Place,
  file: string,
  options: object,
): ChildProcess {
  const args = ['--import', 'tsx', path(`../inside/${file}`), JSON.stringify(options)];
  return namespaces.start(place, process.execPath, args, {
    cwd: path('../..'),
    env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.tests.json' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
