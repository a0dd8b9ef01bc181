import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Host } from './conformance.js';

const CLI = fileURLToPath(new URL('./run-cli.ts', import.meta.url));
const children = new Set<ChildProcess>();

/** Ends whatever a test left behind. */
export function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

/**
 * Starts the command line, from the sources, with nothing else in its environment.
 * @param output where standard output goes, if not to us
 */
export function start(
  args: readonly string[],
  environment: Record<string, string>,
  output: 'pipe' | number = 'pipe',
): ChildProcess {
  const { PATH = '', TSX_TSCONFIG_PATH } = process.env;
  const tsx = TSX_TSCONFIG_PATH === undefined ? {} : { TSX_TSCONFIG_PATH };
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { PATH, ...tsx, ...environment },
    stdio: ['ignore', output, 'pipe'],
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** @returns what the stream said by now */
export function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (data: Buffer) => (text += data.toString('utf8')));
  return () => text;
}

/** A service in a process of its own. */
export interface ServingProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Everything it printed by now. */
  output(): string;
}

/** Starts to serve, and waits for the port that it says it has. */
export async function serve(environment: Record<string, string>): Promise<ServingProcess> {
  const child = start(['serve'], { PORT: '0', LOG_LEVEL: 'info', ...environment });
  const [text, errors] = [collect(child.stdout), collect(child.stderr)];
  for (;;) {
    const line = text()
      .split('\n')
      .find((one) => one.includes('"listening"'));
    if (line !== undefined) {
      const { port } = JSON.parse(line) as { port: number };
      return { child, port, output: () => text() + errors() };
    }
    if (child.exitCode !== null) throw new Error(`it ended: ${errors()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
}

/** Ends it. @returns its exit code */
export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  // Its pipes are closed behind its end: what it printed last has been read by then.
  const ended = once(child, 'close') as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}

/** A host in a process of its own; a restart is a kill -9. */
export async function startProcess(environment: Record<string, string>): Promise<Host> {
  // The test waits for a line of the log.
  const loud = { ...environment, LOG_LEVEL: 'info' };
  let { child, port } = await serve(loud);
  return {
    url: `http://127.0.0.1:${port}`,
    restart: async () => {
      await stop(child, 'SIGKILL');
      ({ child, port } = await serve({ ...loud, PORT: String(port) }));
    },
    close: async () => {
      await stop(child, 'SIGKILL');
    },
  };
}
