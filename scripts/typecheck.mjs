// Runs the TypeScript compiler for every tsconfig of the workspace. They are looked for, not listed: a folder that becomes
// pure gets its own tsconfig and is checked from then on.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { filesBelow, TOOLS, TOP } from './workspace.mjs';

const configs = [
  'tsconfig.tests.json',
  ...filesBelow('packages'),
  ...filesBelow('bench'),
  ...filesBelow('netlab'),
].filter((file) => /^tsconfig(\.[a-z]+)*\.json$/.test(basename(file)));

function check(config) {
  return new Promise((resolve) => {
    let output = '';
    const tsc = spawn(process.execPath, [TOOLS.tsc, '--noEmit', '--pretty', 'false', '-p', config], {
      cwd: TOP,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    tsc.stdout.on('data', (data) => (output += data));
    tsc.stderr.on('data', (data) => (output += data));
    tsc.on('close', (code) => resolve({ config, isFine: code === 0, output }));
  });
}

const queue = [...configs];
async function work() {
  for (let config = queue.shift(); config !== undefined; config = queue.shift()) {
    const { isFine, output } = await check(config);
    console.log(`${isFine ? 'ok    ' : 'FAILED'} ${config}`);
    if (isFine) continue;
    console.error(output);
    process.exitCode = 1;
  }
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
