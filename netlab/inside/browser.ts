// Runs in a home: starts its browser there, and offers it to the test outside on a unix socket, since a TCP port of this
// namespace cannot be reached from there. Argument: BrowserOptions as JSON.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { chromium, firefox, type BrowserServer } from 'playwright-core';
import { CHROMIUM_FLAGS, FIREFOX_PREFS } from '../../scripts/browser-options.mjs';
import { requireBrowsers } from '../../scripts/browsers.mjs';
import { ping } from './echo.js';
import { signalAll } from './process-tree.js';
import { answerQuestions } from './questions.js';

export interface BrowserOptions {
  readonly name: 'chromium' | 'firefox';
  /** For the socket and the browser's files. */
  readonly folder: string;
  /** PEM, which the browser shall trust. */
  readonly authority: string;
  readonly hostNames: Readonly<Record<string, string>>;
}

/** Firefox sends candidates of the loopback device only where a test has no other. */
const PREFS = {
  ...FIREFOX_PREFS,
  'media.peerconnection.ice.loopback': false,
  // Names come from /etc/hosts, as everything that is not in there does not exist.
  'network.trr.mode': 5,
  'network.dns.disableIPv6': true,
};

const trust = (authority: string): string[] => ['-A', '-t', 'C,,', '-n', 'net-lab', '-i', authority];

function startChromium({ folder, authority, hostNames }: BrowserOptions): Promise<BrowserServer> {
  const store = join(folder, '.pki', 'nssdb');
  if (!existsSync(store)) {
    mkdirSync(store, { recursive: true });
    execFileSync('certutil', ['-N', '--empty-password', '-d', `sql:${store}`]);
    execFileSync('certutil', [...trust(authority), '-d', `sql:${store}`]);
  }
  const names = Object.entries(hostNames).map(([name, address]) => `MAP ${name}* ${address}`);
  return chromium.launchServer({
    executablePath: requireBrowsers().chromium.path,
    // The star: WebRTC asks for the name with a dot behind it.
    // Without the rules it asks name servers too, and each candidate of a TURN server waits for them 13 s.
    args: [...CHROMIUM_FLAGS, `--host-resolver-rules=${names.join(', ')}`],
    env: { ...process.env, HOME: folder },
  });
}

/** Its certificates are in its profile, which Playwright makes anew: they are put there when it starts. */
function startFirefox({ folder, authority }: BrowserOptions): Promise<BrowserServer> {
  const { path, isPlaywrightBuild } = requireBrowsers().firefox;
  const program = join(folder, 'firefox.sh');
  const certutil = `certutil ${trust(authority).join(' ')} -d "sql:$argument" < /dev/null`;
  writeFileSync(
    program,
    `#!/bin/sh
for argument in "$@"; do
  case "$before" in -profile | --profile) certutil -N --empty-password -d "sql:$argument"; ${certutil} ;; esac
  before=$argument
done
exec '${path}' "$@"
`,
  );
  chmodSync(program, 0o755);
  return firefox.launchServer({
    executablePath: program,
    firefoxUserPrefs: PREFS,
    ...(isPlaywrightBuild ? {} : { channel: 'moz-firefox' }),
    env: { ...process.env, HOME: folder },
  });
}

const options = JSON.parse(process.argv[2] ?? '') as BrowserOptions;
const path = join(options.folder, 'browser.sock');
let server: BrowserServer | null = null;

createServer((socket) => {
  const { port, hostname } = new URL(server?.wsEndpoint() ?? '');
  const browser = connect(Number(port), hostname);
  for (const one of [socket, browser]) one.on('error', () => undefined);
  socket.pipe(browser).pipe(socket);
}).listen(path);

answerQuestions({
  /** @returns where it can be reached from outside */
  start: async () => {
    server = await (options.name === 'chromium' ? startChromium : startFirefox)(options);
    return `ws+unix://${path}:${new URL(server.wsEndpoint()).pathname}`;
  },
  /** As a crash would. */
  kill: () => server?.kill(),
  /** As on a machine that sleeps: none of its processes runs, and its sockets stay. */
  pause: () => signalAll(server?.process().pid ?? NaN, 'SIGSTOP'),
  resume: () => signalAll(server?.process().pid ?? NaN, 'SIGCONT'),
  ping,
  close: () => server?.close(),
});
