// Programs of this machine: finding them, and installing them where that is possible.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Is this file one that can be run? */
export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param alsoIn folders to look in after those of the PATH
 * @returns the full path of a program, or `null`
 */
export function onPath(name, alsoIn = []) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (process.env.PATH ?? '').split(delimiter).concat(alsoIn)) {
    if (folder !== '' && isProgram(join(folder, file))) return join(folder, file);
  }
  return null;
}

/** What this system is called, and what it is like: `debian`, `ubuntu debian`, `darwin`… */
export function systemName() {
  if (process.platform !== 'linux') return process.platform;
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return ['ID', 'ID_LIKE']
      .map((key) => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '')
      .join(' ');
  } catch {
    return 'linux';
  }
}

/** Runs a command, and shows what it said only if it failed. @returns did it end well? */
export function run(command, args, env = {}) {
  console.log(`  ${command} ${args.join(' ')}`);
  const result = spawnSync(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (result.status !== 0)
    console.log(
      (result.stderr || result.stdout || String(result.error)).trim().split('\n').slice(-5).join('\n'),
    );
  return result.status === 0;
}

/** May packages be installed with apt-get? As root on Debian, Ubuntu and the like. */
export const canUseApt = () =>
  /debian/.test(systemName()) && process.getuid?.() === 0 && onPath('apt-get') !== null;

/** Installs Debian packages, all of them or none. @returns did that work? */
export function installByApt(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Twice: a mirror in the middle of its own update fails once and answers a moment later.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const isUpdated = run('apt-get', ['update', '-q'], env);
    if (run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], env) && isUpdated)
      return true;
  }
  return false;
}
