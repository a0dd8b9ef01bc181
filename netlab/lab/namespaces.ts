// The places of a lab: network namespaces with names of its own, so that two labs can run at a time, and so that what a
// crashed one left behind can be told from what is in use.
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from '../../scripts/servers.mjs';
import { HOST_NAMES } from './addresses.js';

/** `internet` joins the rest; each home's browser sits behind a router of its own. */
export const PLACES = ['home-a', 'nat-a', 'home-b', 'nat-b', 'internet', 'server'] as const;
export type Place = (typeof PLACES)[number];

const PREFIX = 'p2plab';
/** `ip netns exec` mounts what lies here over `/etc`. */
const NETNS_ETC = '/etc/netns';

/** All of it is IPv4; by itself the kernel would talk IPv6 on each cable, and would be counted. */
const NO_IPV6 = `for which in all default; do
  file=/proc/sys/net/ipv6/conf/$which/disable_ipv6
  if [ -e $file ]; then echo 1 > $file; fi
done
`;

let labs = 0;

/** Runs a command to its end. @returns its output; throws with what it said if it failed */
function run(command: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(findServer(command) ?? command, args, {
    input,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${stderr || String(error)}\n${input}`);
  return stdout;
}

export class Namespaces {
  /** For files of this lab; removed with it. */
  readonly folder: string;
  readonly #id: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(id: string) {
    this.#id = id;
    this.folder = join(tmpdir(), id);
  }

  static create(): Namespaces {
    removeLeftovers();
    const made = new Namespaces(`${PREFIX}-${process.pid}-${++labs}`);
    mkdirSync(made.folder, { mode: 0o700 });
    const hosts = Object.entries(HOST_NAMES).map(([name, address]) => `${address} ${name}`);
    for (const place of PLACES) {
      run('ip', ['netns', 'add', made.nameOf(place)]);
      const etc = join(NETNS_ETC, made.nameOf(place));
      mkdirSync(etc, { recursive: true });
      writeFileSync(join(etc, 'hosts'), ['127.0.0.1 localhost', ...hosts, ''].join('\n'));
      // Nobody answers there, and says so at once: no name is ever looked up anywhere else.
      writeFileSync(join(etc, 'resolv.conf'), 'nameserver 127.0.0.1\n');
      made.script(place, NO_IPV6);
    }
    process.on('exit', made.#removeNow);
    return made;
  }

  nameOf(place: Place): string {
    return `${this.#id}-${place}`;
  }

  /** Runs a script of the shell in a place. */
  script(place: Place, text: string): string {
    return run('ip', ['netns', 'exec', this.nameOf(place), 'sh', '-eu'], text);
  }

  /** Starts a program in a place; with `null`, outside of them. It ends with this process, however that ends. */
  start(place: Place | null, program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const inside = place === null ? [] : ['ip', 'netns', 'exec', this.nameOf(place)];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...inside, program, ...args], options);
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    return child;
  }

  /** Ends every program and removes every namespace. */
  async remove(): Promise<void> {
    await Promise.all([...this.#children].map((child) => end(child, 'SIGKILL')));
    process.off('exit', this.#removeNow);
    this.#removeNow();
  }

  readonly #removeNow = (): void => {
    for (const child of this.#children) child.kill('SIGKILL');
    removeLab(this.#id);
  };
}

/** Ends a program and waits for that. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

const allNamespaces = (): string[] =>
  run('ip', ['netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name.startsWith(`${PREFIX}-`));

function removeLab(id: string): void {
  for (const name of allNamespaces().filter((one) => one.startsWith(`${id}-`))) {
    // Browsers start processes of their own, which outlive them when they are killed.
    for (const pid of run('ip', ['netns', 'pids', name]).split('\n').filter(Boolean)) kill(Number(pid));
    run('ip', ['netns', 'delete', name]);
    rmSync(join(NETNS_ETC, name), { recursive: true, force: true });
  }
  rmSync(join(tmpdir(), id), { recursive: true, force: true, maxRetries: 5 });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** What labs left behind whose process is gone. */
function removeLeftovers(): void {
  const etc = existsSync(NETNS_ETC) ? readdirSync(NETNS_ETC) : [];
  const ids = [...allNamespaces(), ...etc, ...readdirSync(tmpdir())].flatMap(
    (name) => new RegExp(`^${PREFIX}-\\d+-\\d+`).exec(name)?.[0] ?? [],
  );
  for (const id of new Set(ids)) {
    if (existsSync(`/proc/${id.split('-')[1]}`)) continue;
    removeLab(id);
    for (const place of PLACES) rmSync(join(NETNS_ETC, `${id}-${place}`), { recursive: true, force: true });
  }
}
