import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { abuse } from './abuse.js';
import type { AbusedHost } from './abuse-host.js';

const CLI = fileURLToPath(new URL('./run-cli.ts', import.meta.url));
const children = new Set<ChildProcess>();

after(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts the command line. @returns the process, its port, and what it logs from then on */
async function serve(environment: Record<string, string>) {
  const { PATH = '', TSX_TSCONFIG_PATH } = process.env;
  const tsx = TSX_TSCONFIG_PATH === undefined ? {} : { TSX_TSCONFIG_PATH };
  // The port is in a line of the log.
  const env = { PATH, ...tsx, PORT: '0', ...environment, LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString('utf8')));
  for (;;) {
    const port = /"port":(\d+).*"listening"/.exec(text)?.[1];
    if (port !== undefined) return { child, port, log: () => text.split('\n').filter((line) => line !== '') };
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${text}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error('the service did not live to the end');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A process of its own, which has to be alive when it is closed; a restart is a kill -9. */
async function startProcess(environment: Record<string, string>): Promise<AbusedHost> {
  let running = await serve(environment);
  return {
    url: `http://127.0.0.1:${running.port}`,
    log: () => running.log(),
    restart: async () => {
      await kill(running.child);
      running = await serve({ ...environment, PORT: running.port });
    },
    close: () => kill(running.child),
  };
}

// Those that the same process as the attacker's would spoil, or hide: what a crash, a full memory or a busy loop does.
abuse('Node, in a process of its own', startProcess, {}, ['frames', 'floods', 'readers', 'json']);
