// The real nginx and the real Caddy, with the files of examples/deploy, in front of a service.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { findServer } from '../../../scripts/servers.mjs';
import { makeCertificate } from './coturn.js';
import { readExample, SITE } from './deploy-files.js';

/** A proxy that runs. */
export interface Proxy {
  readonly port: number;
  /** What signed its certificate, PEM. */
  readonly ca: string;
  /** All that it logged by now, or until it was closed. */
  log(): Promise<string>;
  /** May be called twice. */
  close(): Promise<void>;
}

/** A change of a file; what it looks for must be there. */
export type Change = readonly [from: string, to: string];

export function adapt(text: string, changes: readonly Change[]): string {
  return changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the file does not say "${from}"`);
    return result.replaceAll(from, to);
  }, text);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
  /** Of the service behind it. */
  readonly servicePort: number;
}

interface Kind {
  readonly program: string;
  /** Writes what it needs. @returns its arguments */
  readonly prepare: (place: Place, changes: readonly Change[]) => Promise<readonly string[]>;
  /** Files it logs to, besides its output. */
  readonly logs: readonly string[];
}

/** Ports, paths, and what a whole machine gives nginx besides the site's file. */
const nginx: Kind = {
  program: 'nginx',
  logs: ['access.log', 'error.log'],
  async prepare({ folder, port, plainPort, servicePort }, changes) {
    const site = adapt(readExample('nginx.conf'), [
      ['listen 80;', `listen 127.0.0.1:${plainPort};`],
      ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
      ['    listen [::]:80;\n', ''],
      ['    listen [::]:443 ssl;\n', ''],
      [`/etc/letsencrypt/live/${SITE}/fullchain.pem`, `${folder}/cert`],
      [`/etc/letsencrypt/live/${SITE}/privkey.pem`, `${folder}/key`],
      ['/var/log/nginx/p2p-call.', `${folder}/`],
      ['127.0.0.1:8787', `127.0.0.1:${servicePort}`],
      ...changes,
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (one) => `${one}_temp_path ${folder}/${one};`,
    );
    await writeFile(join(folder, 'site'), site);
    await writeFile(
      join(folder, 'conf'),
      `pid ${folder}/pid; error_log ${folder}/error.log; events {} http { ${temporary.join(' ')} include ${folder}/site; }`,
    );
    return ['-p', folder, '-c', join(folder, 'conf'), '-e', join(folder, 'error.log'), '-g', 'daemon off;'];
  },
};

/** Ports, and a certificate of our own instead of one from the internet. */
const caddy: Kind = {
  program: 'caddy',
  logs: [],
  async prepare({ folder, port, plainPort, servicePort }, changes) {
    const options = `admin off\n default_bind 127.0.0.1\n http_port ${plainPort}\n https_port ${port}\n`;
    const file = adapt(readExample('Caddyfile'), [
      ['\n{\n', `\n{\n ${options}`],
      [`\n${SITE} {\n`, `\n${SITE} {\n tls ${folder}/cert ${folder}/key\n`],
      ['127.0.0.1:8787', `127.0.0.1:${servicePort}`],
      ...changes,
    ]);
    await writeFile(join(folder, 'Caddyfile'), file);
    return ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
  },
};

const KINDS = { nginx, caddy };
export type ProxyName = keyof typeof KINDS;

/**
 * Starts a proxy with its file of examples/deploy, on free ports of loopback.
 * @param changes beside those of ports and paths
 */
export async function startProxy(
  name: ProxyName,
  servicePort: number,
  changes: readonly Change[] = [],
): Promise<Proxy> {
  const { program, prepare, logs } = KINDS[name];
  const folder = await mkdtemp(join(tmpdir(), 'p2p-call-'));
  const { cert, key } = await makeCertificate({ names: `DNS:${SITE}` });
  await writeFile(join(folder, 'cert'), cert);
  await writeFile(join(folder, 'key'), key, { mode: 0o600 });
  await mkdir(join(folder, 'home'));
  const place = { folder, port: await freePort(), plainPort: await freePort(), servicePort };
  const args = await prepare(place, changes);
  const home = join(folder, 'home');
  const child = spawn(findServer(program) ?? program, args, {
    env: { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString('utf8')));
  let last: string | null = null;
  const log = async (): Promise<string> => {
    if (last !== null) return last;
    const texts = logs.map((one) => readFile(join(folder, one), 'utf8').catch(() => ''));
    return [...(await Promise.all(texts)), output].join('\n');
  };
  const close = async (): Promise<void> => {
    if (last !== null) return;
    await end(child);
    last = await log();
    await rm(folder, { recursive: true });
  };
  try {
    await untilListening(child, place.port, cert);
  } catch (error) {
    const words = await log();
    await close();
    throw new Error(`${name} did not start:\n${words}`, { cause: error });
  }
  return { port: place.port, ca: cert, log, close };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const PATIENCE_MS = 15_000;
const PAUSE_MS = 50;

async function untilListening(child: ChildProcess, port: number, ca: string): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (await answers(port, ca)) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error('it does not listen');
}

function answers(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port, ca, servername: SITE });
    const done = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('secureConnect', done(true)).once('error', done(false));
  });
}
