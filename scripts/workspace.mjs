// What every script needs of the checkout: where it is, that it is installed, that it is built. No dependency: this runs
// before the first install.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TOP = fileURLToPath(new URL('..', import.meta.url));
const NEEDED_NODE = 20;

/** The tools' programs, started by this very Node: the shell's shims in `.bin` differ per system. */
export const TOOLS = {
  eslint: 'node_modules/eslint/bin/eslint.js',
  playwright: 'node_modules/@playwright/test/cli.js',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  rollup: 'node_modules/rollup/dist/bin/rollup',
  tsc: 'node_modules/typescript/bin/tsc',
  webTestRunner: 'node_modules/@web/test-runner/dist/bin.js',
};

export const OUTPUTS = [
  'packages/widget/dist/p2p-call.iife.min.js',
  'packages/widget/dist/p2p-call.esm.min.js',
  'packages/signal-worker/dist/cli.mjs',
  'packages/signal-worker/dist/index.mjs',
  'packages/signal-worker/dist/demo',
];
const SOURCES = [
  'examples/demo',
  'packages/protocol/src',
  'packages/signal-worker/src',
  'packages/widget/src',
  'package-lock.json',
  'rollup.config.mjs',
  'scripts/minify-templates.mjs',
];

/** Ends the program with plain words when this Node is too old for the rest of the script. */
export function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_NODE) return;
  console.error(`This needs Node ${NEEDED_NODE} or newer; you have ${process.versions.node}.`);
  process.exit(1);
}

/** Every file below a folder (or the file itself), without what is installed or built. */
export function* filesBelow(relative) {
  const path = join(TOP, relative);
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    yield relative;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'reports', 'test-results', '.git'].includes(entry.name)) continue;
    yield* filesBelow(join(relative, entry.name));
  }
}

/** The locked versions that are not those in node_modules. Optional ones belong to other systems. */
function outdatedPackages() {
  const read = (path) => JSON.parse(readFileSync(join(TOP, path), 'utf8')).packages;
  if (!existsSync(join(TOP, 'node_modules/.package-lock.json'))) return ['everything'];
  const locked = read('package-lock.json');
  const installed = read('node_modules/.package-lock.json');
  return Object.entries(locked).flatMap(([path, { version, optional, link }]) =>
    path.includes('node_modules/') && !optional && !link && installed[path]?.version !== version
      ? [path]
      : [],
  );
}

/** Inside `npm start` that npm's own program, so that no other version on the PATH is taken. */
function npm() {
  const cli = process.env.npm_execpath ?? '';
  return /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli]] : ['npm', []];
}

/** Runs `npm ci` unless node_modules is what the lock file says. @returns true if all is in place */
export function ensureInstalled() {
  if (outdatedPackages().length === 0) return true;
  console.log('Installing the dependencies (npm ci), once…');
  const started = Date.now();
  const [command, args] = npm();
  // Of npm only errors: the development tools warn that they would like a newer Node, and run on this one all the same.
  const { status } = spawnSync(command, [...args, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: TOP,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed: see above. The network, or a proxy in front of it, is the usual reason.');
    return false;
  }
  console.log(`Installed in ${seconds(started)}.`);
  return true;
}

function isBuilt() {
  const times = (paths) => paths.map((path) => statSync(join(TOP, path)).mtimeMs);
  if (!OUTPUTS.every((path) => existsSync(join(TOP, path)))) return false;
  const files = SOURCES.flatMap((source) => [...filesBelow(source)]).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  return Math.max(...times(files)) < Math.min(...times(OUTPUTS));
}

/** Builds; its output is shown only when it fails. @returns true if the build is in place */
export function build() {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [TOOLS.rollup, '-c', 'rollup.config.mjs'], {
    cwd: TOP,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0) {
    console.log(`Built in ${seconds(started)}.`);
    return true;
  }
  console.error(`${stdout}${stderr}\nThe build failed: see above.`);
  return false;
}

/** Builds if a source is newer than the build. @returns true if the build is in place */
export function ensureBuilt() {
  return isBuilt() || build();
}

export const seconds = (startedMs) => `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
