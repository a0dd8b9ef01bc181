// The signaling service as it is shipped: the built program in a process of its own, so that a test may also kill it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../signal-worker/bin/p2p-call-signal.mjs', import.meta.url));
const READY_WITHIN_MS = 15_000;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export class TestService {
  /** Where the demo page is; the same after a restart. `localhost`, since browsers grant devices only to secure origins. */
  readonly url: string;
  /** What it logged so far, for a failing test to show. */
  output = '';
  readonly #env: Record<string, string>;
  #process: ChildProcess | null = null;

  constructor(port: number, env: Record<string, string> = {}) {
    this.url = `http://localhost:${port}`;
    this.#env = { DEMO: 'on', HOST: '127.0.0.1', PORT: String(port), ...env };
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, 'serve'], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const keep = (data: Buffer) => (this.output += data.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await this.stop('SIGKILL');
        throw new Error(`The service did not start:\n${this.output}`);
      }
      await delay(50);
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }

  /** Ends the process: `SIGTERM` as an operator would, `SIGKILL` as a crash would. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** Starts a service in demo mode on a free port. `env`: more of its configuration. */
export async function startTestService(env: Record<string, string> = {}): Promise<TestService> {
  const service = new TestService(await freePort(), env);
  await service.start();
  return service;
}
