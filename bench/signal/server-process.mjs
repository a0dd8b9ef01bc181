// A contender's server: a process of its own, with a probe in it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, HOST } from '../support/ports.mjs';
import { serverCommand } from './pinning.mjs';

const PROBE = new URL('probe.mjs', import.meta.url).href;
const START_MS = 10_000;
const STOP_MS = 5_000;

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

export class ServerProcess {
  #child;
  #asked = new Map();
  #nextId = 0;
  #stderr = '';

  constructor(child, port) {
    this.#child = child;
    this.port = port;
    child.on('message', ({ id, answer }) => {
      this.#asked.get(id)?.resolve(answer);
      this.#asked.delete(id);
    });
    child.stderr.on('data', (data) => (this.#stderr = `${this.#stderr}${data}`.slice(-4_000)));
    child.on('exit', () => {
      for (const { reject } of this.#asked.values()) reject(this.#ended());
    });
  }

  /** @param program path of a script and its arguments; it listens on HOST and PORT of its environment */
  static async start({ program, environment }, isPinned, nodeOptions = []) {
    const port = await freePort();
    const args = ['--expose-gc', ...nodeOptions, '--import', PROBE, ...program];
    const [command, commandArgs] = serverCommand(isPinned, args);
    const child = spawn(command, commandArgs, {
      env: { ...process.env, NODE_ENV: 'production', HOST, PORT: String(port), ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const server = new ServerProcess(child, port);
    await server.#untilListening();
    return server;
  }

  async #untilListening() {
    const deadline = Date.now() + START_MS;
    while (!(await accepts(this.port))) {
      if (this.#child.exitCode !== null) throw this.#ended();
      if (Date.now() > deadline) {
        await this.stop();
        throw new Error(`the server does not listen after ${START_MS} ms\n${this.#stderr}`);
      }
      await delay(20);
    }
  }

  #ended() {
    return new Error(`the server has ended (${this.#child.exitCode})\n${this.#stderr}`);
  }

  #ask(what) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#child.send({ id, what }, (error) => error && reject(error));
    });
  }

  /** CPU time that the process has used so far, user and system, µs. */
  async cpu() {
    const { user, system } = await this.#ask('cpu');
    return user + system;
  }

  /**
   * Bytes after garbage collection. `heap`: what JavaScript holds, with its buffers. `rss`: what the process takes from the system.
   * `used`: the same without the room that the collector keeps for later, which says more of the past than of the present.
   */
  async memory() {
    const { rss, heapUsed, heapTotal, external } = await this.#ask('memory');
    return { rss, used: rss - (heapTotal - heapUsed), heap: heapUsed + external };
  }

  /** Ends as an operator would end it. */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}
