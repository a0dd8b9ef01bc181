// The host of the servers: the signaling service as it is shipped, and coturn with the file of examples/.
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cut } from '../../packages/widget/e2e/support/wire.js';
import { findServer } from '../../scripts/servers.mjs';
import { Asking } from '../inside/questions.js';
import type { AgentOptions, FrameNotice, LabFrame } from '../inside/server.js';
import { ECHO_PORT, INTERNET, SERVER, SERVICE_NAME, TURN_NAME } from './addresses.js';
import type { Certificates } from './authority.js';
import { end, type Namespaces } from './namespaces.js';
import { startInside } from './start-inside.js';

const SERVICE = fileURLToPath(
  new URL('../../packages/signal-worker/bin/p2p-call-signal.mjs', import.meta.url),
);
const TURN_CONF = fileURLToPath(new URL('../../examples/coturn/turnserver.conf', import.meta.url));
const SERVICE_PORT = 8787;
const TURN_SECRET = 'net-lab-only';
/** After this it will not start any more, however busy the machine is. */
const START_MS = 60_000;

export const SERVICE_URL = `https://${SERVICE_NAME}`;
/** Every way to the relay that a person may be left with. */
export const TURN_URLS = [
  `turn:${TURN_NAME}:3478?transport=udp`,
  `turn:${TURN_NAME}:3478?transport=tcp`,
  `turns:${TURN_NAME}:5349?transport=tcp`,
  `turns:${TURN_NAME}:443?transport=tcp`,
];

/** The service's configuration, which a trial may change. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

const ENVIRONMENT: ServiceEnvironment = {
  // The demo gives tokens away, on a loopback address only: the lab's door stands in front.
  DEMO: 'on',
  HOST: '127.0.0.1',
  PORT: String(SERVICE_PORT),
  ALLOWED_ORIGINS: SERVICE_URL,
  STUN_URLS: `stun:${TURN_NAME}:3478`,
  TURN_URLS: TURN_URLS.join(','),
  TURN_SECRET,
};

/** `all`: the whole host. `service`, `turn`: one of its two addresses. */
export type Reached = 'all' | 'service' | 'turn';
const ADDRESSES: Readonly<Record<Reached, readonly string[]>> = {
  all: [SERVER.service, SERVER.turn],
  service: [SERVER.service],
  turn: [SERVER.turn],
};

export class LabServer {
  /** Every message between the pages and the service so far. */
  readonly frames: LabFrame[] = [];
  /** What service and relay printed. */
  output = '';
  readonly #namespaces: Namespaces;
  readonly #certificates: Certificates;
  readonly #agent: Asking;
  #environment: ServiceEnvironment = {};
  #service: ChildProcess | null = null;
  #turn: ChildProcess | null = null;

  private constructor(namespaces: Namespaces, certificates: Certificates, agent: Asking) {
    this.#namespaces = namespaces;
    this.#certificates = certificates;
    this.#agent = agent;
  }

  static async start(namespaces: Namespaces, certificates: Certificates): Promise<LabServer> {
    const options: AgentOptions = {
      address: SERVER.service,
      echoPort: ECHO_PORT,
      servicePort: SERVICE_PORT,
      cert: certificates.cert,
      key: certificates.key,
    };
    const child = startInside(namespaces, 'server', 'server.ts', options);
    const server = new LabServer(namespaces, certificates, new Asking(child, 'the agent of the servers'));
    child.on('message', (message) => {
      if (typeof message === 'object' && 'frame' in message)
        server.frames.push((message as FrameNotice).frame);
    });
    await Promise.all([server.#agent.ask('ready'), server.startTurn(), server.startService()]);
    return server;
  }

  /** @param environment over the lab's own, such as a `TURN_TTL` */
  async startService(environment: ServiceEnvironment = {}): Promise<void> {
    this.#environment = environment;
    const { PATH = '' } = process.env;
    const child = this.#namespaces.start('server', process.execPath, [SERVICE, 'serve'], {
      env: { PATH, ...ENVIRONMENT, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#keepOutput(child);
    this.#service = child;
    await this.#until('the service', child, () => this.#agent.ask('answersService'));
  }

  /** Ends the process: `SIGKILL` as a crash would, `SIGTERM` as an operator. */
  async stopService(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#service !== null) await end(this.#service, signal);
    this.#service = null;
  }

  /** Kills the service and starts it again, at once; with the environment that it had unless another is given. */
  async restartService(environment: ServiceEnvironment = this.#environment): Promise<void> {
    await this.stopService();
    await this.startService(environment);
  }

  async startTurn(): Promise<void> {
    const conf = join(this.#namespaces.folder, 'turnserver.conf');
    writeFileSync(conf, this.#turnConf());
    const child = this.#namespaces.start('server', findServer('turnserver') ?? 'turnserver', ['-c', conf], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#keepOutput(child);
    this.#turn = child;
    for (const [port, transport] of [
      [3478, 'udp'],
      [3478, 'tcp'],
      [5349, 'tcp'],
    ])
      await this.#until('coturn', child, () =>
        this.#agent.ask('answersTurn', { host: SERVER.turn, port, transport }),
      );
  }

  async stopTurn(): Promise<void> {
    if (this.#turn !== null) await end(this.#turn, 'SIGKILL');
    this.#turn = null;
  }

  /** Nothing comes to it or from it any more, and nobody is told. */
  cut(what: Reached = 'all'): void {
    const drops = ADDRESSES[what].flatMap((address) => [
      `ip daddr ${address} drop`,
      `ip saddr ${address} drop`,
    ]);
    this.#setRules(drops);
  }

  mend(): void {
    this.#setRules([]);
  }

  /** Ends the sockets of the service that are open now; new ones are welcome. */
  async cutSockets(how: Cut = 'reset'): Promise<void> {
    await this.#agent.ask('cut', how);
  }

  /** As it was at the start. */
  async reset(): Promise<void> {
    this.mend();
    this.frames.length = 0;
    if (this.#turn === null) await this.startTurn();
    if (this.#service === null || Object.keys(this.#environment).length > 0) await this.restartService({});
  }

  #setRules(rules: readonly string[]): void {
    this.#namespaces.script(
      'internet',
      `nft -f - << 'RULES'
table ip trouble
delete table ip trouble
table ip trouble {
  chain forward {
    type filter hook forward priority filter;
    ${rules.join('\n    ')}
  }
}
RULES
`,
    );
  }

  /** The file of examples/, with what the lab has to change. Every line that is changed has to be there. */
  #turnConf(): string {
    const changes: readonly (readonly [RegExp, string])[] = [
      [/^realm=.*$/m, `realm=${TURN_NAME}`],
      [/^cert=.*$/m, `cert=${this.#certificates.cert}`],
      [/^pkey=.*$/m, `pkey=${this.#certificates.key}`],
      [/^syslog$/m, 'log-file=stdout'],
      [/^static-auth-secret=.*\nstatic-auth-secret=.*$/m, `static-auth-secret=${TURN_SECRET}`],
    ];
    const text = changes.reduce(
      (conf, [line, by]) => {
        if (!line.test(conf)) throw new Error(`turnserver.conf has no line like ${String(line)}`);
        return conf.replace(line, by);
      },
      readFileSync(TURN_CONF, 'utf8'),
    );
    const own = [
      `listening-ip=${SERVER.turn}`,
      `relay-ip=${SERVER.turn}`,
      // The lab's internet has addresses that no real one has.
      ...INTERNET.map((network) => `allowed-peer-ip=${rangeOf(network)}`),
      `pidfile=${join(this.#namespaces.folder, 'turn.pid')}`,
      `userdb=${join(this.#namespaces.folder, 'turn.db')}`,
    ];
    return [text, ...own, ''].join('\n');
  }

  #keepOutput(child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  async #until(name: string, child: ChildProcess, isUp: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + START_MS;
    while ((await isUp()) !== true) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${name} did not start:\n${this.output}`);
      await delay(30);
    }
  }
}

/** `198.51.100.0/24` as coturn writes it. */
const rangeOf = (network: string): string =>
  network.replace(/^(.*)\.0\/24$/, (_all, begin: string) => `${begin}.0-${begin}.255`);
