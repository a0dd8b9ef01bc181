import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findServer, whyWithout } from '../../../scripts/servers.mjs';
import { TurnClient } from '../src/hosts/node/turn/turn-client.js';

/** The file that is tested. */
export const CONF = fileURLToPath(new URL('../../../examples/coturn/turnserver.conf', import.meta.url));

/** For the tests' `skip`: why the real server cannot run here, or `false`. */
export const WITHOUT_COTURN: string | false = whyWithout('turnserver', 'openssl');

export interface CertificateOptions {
  /** The names it is for; `IP:` and `DNS:` in front. */
  readonly names?: string;
  /** When it ends; without, in two days. `YYYYMMDDHHMMSSZ` */
  readonly endsAt?: string;
}

/** A self-signed certificate and its key, PEM, made by openssl. */
export async function makeCertificate({
  names = 'DNS:localhost,IP:127.0.0.1',
  endsAt,
}: CertificateOptions = {}): Promise<{ readonly cert: string; readonly key: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-call-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => promisify(execFile)(findServer('openssl') ?? 'openssl', args);
  try {
    const subject = ['-subj', '/CN=p2p-call test', '-addext', `subjectAltName=${names}`];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('key')];
    if (endsAt === undefined) {
      await openssl('req', '-x509', ...key, '-out', path('cert'), '-days', '2', ...subject);
    } else {
      // Only "openssl ca" of this age can end a certificate in the past.
      await openssl('req', '-new', ...key, '-out', path('request'), ...subject);
      await writeFile(path('index'), '');
      const ca = `[ca]\ndefault_ca=own\n[own]\ndatabase=${path('index')}\nnew_certs_dir=${folder}\nrand_serial=yes
default_md=sha256\npolicy=any\ncopy_extensions=copy\n[any]\ncommonName=supplied\n`;
      await writeFile(path('conf'), ca);
      const times = ['-startdate', '20200101000000Z', '-enddate', endsAt];
      const files = ['-keyfile', path('key'), '-in', path('request'), '-out', path('cert')];
      await openssl('ca', '-config', path('conf'), '-batch', '-notext', '-selfsign', ...times, ...files);
    }
    return { cert: await readFile(path('cert'), 'utf8'), key: await readFile(path('key'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A running coturn, on loopback. */
export interface Coturn {
  readonly port: number;
  readonly tlsPort: number;
  /** What it wrote into its log. */
  log(): Promise<string>;
  /** Ends it and starts it anew on the same ports, with other secrets. */
  restart(secrets: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface CoturnOptions {
  readonly secrets: readonly string[];
  readonly cert: string;
  readonly key: string;
}

/** A port that is free for UDP and TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const tcp = createServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const address = tcp.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const udp = createSocket('udp4');
    const isFree = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) udp.close();
    tcp.close();
    await once(tcp, 'close');
    if (isFree) return port;
  }
}

/**
 * The file of examples/, with what a test has to change and nothing else: addresses and ports, paths, the secrets, and
 * the log goes into a file instead of the system's. Every line that is changed has to be there.
 */
function adapt(
  conf: string,
  folder: string,
  ports: readonly [number, number],
  secrets: readonly string[],
): string {
  const replaced = (text: string, line: RegExp, by: string): string => {
    if (!line.test(text)) throw new Error(`turnserver.conf has no line like ${String(line)}`);
    return text.replace(line, by);
  };
  const changes: readonly (readonly [RegExp, string])[] = [
    [/^listening-port=.*$/m, `listening-port=${ports[0]}`],
    [/^tls-listening-port=.*$/m, `tls-listening-port=${ports[1]}`],
    [/^cert=.*$/m, `cert=${join(folder, 'cert.pem')}`],
    [/^pkey=.*$/m, `pkey=${join(folder, 'key.pem')}`],
    [/^syslog$/m, `log-file=${join(folder, 'log')}\nsimple-log`],
    [
      /^static-auth-secret=.*\nstatic-auth-secret=.*$/m,
      secrets.map((one) => `static-auth-secret=${one}`).join('\n'),
    ],
  ];
  const here = ['127.0.0.1', '::1'].flatMap((ip) => [`listening-ip=${ip}`, `relay-ip=${ip}`]);
  const paths = [`pidfile=${join(folder, 'pid')}`, `userdb=${join(folder, 'users')}`];
  const text = changes.reduce((all, [line, by]) => replaced(all, line, by), conf);
  return [text, ...here, ...paths, ''].join('\n');
}

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts the real server with the file of examples/coturn. Resolves once it answers. */
export async function startCoturn({ secrets, cert, key }: CoturnOptions): Promise<Coturn> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-call-coturn-'));
  await writeFile(join(folder, 'cert.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key);
  const conf = await readFile(CONF, 'utf8');
  const ports = [await freePort(), await freePort()] as const;
  const start = async (those: readonly string[]): Promise<ChildProcess> => {
    await writeFile(join(folder, 'conf'), adapt(conf, folder, ports, those));
    const child = spawn(findServer('turnserver') ?? '', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
    running.add(child);
    child.on('exit', () => running.delete(child));
    await untilItAnswers(child, ports);
    return child;
  };
  const end = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  let child = await start(secrets);
  return {
    port: ports[0],
    tlsPort: ports[1],
    log: () => readFile(join(folder, 'log'), 'utf8'),
    restart: async (those) => {
      await end(child);
      child = await start(those);
    },
    stop: async () => {
      await end(child);
      await rm(folder, { recursive: true });
    },
  };
}

/** It opens its ports one after the other. */
async function untilItAnswers(child: ChildProcess, [plain, tls]: readonly [number, number]): Promise<void> {
  const doors = [
    [plain, 'udp'],
    [plain, 'tcp'],
    // coturn takes plain connections here too; without DTLS it has no UDP port of this number.
    [tls, 'tcp'],
  ] as const;
  for (const [port, transport] of doors) {
    while (!(await answers(port, transport))) {
      if (child.exitCode !== null) throw new Error(`coturn ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function answers(port: number, transport: 'udp' | 'tcp'): Promise<boolean> {
  const server = { kind: 'stun', isTls: false, host: '127.0.0.1', port, transport } as const;
  let client: TurnClient | null = null;
  try {
    const signal = AbortSignal.timeout(2_000);
    client = await TurnClient.connect(server, signal);
    await client.bind();
    return true;
  } catch {
    return false;
  } finally {
    client?.close();
  }
}
