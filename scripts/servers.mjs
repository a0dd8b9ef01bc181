// Finds the servers that some tests run against, and installs them where that is possible: `node scripts/servers.mjs`.
// A test whose server is missing is skipped and says so; nothing fails for it.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { canUseApt, installByApt, onPath, run, systemName } from './programs.mjs';

/** For the net lab: network namespaces are Linux's. */
const NETLAB = {
  iproute2: { program: 'ip', fedora: 'iproute' },
  nftables: { program: 'nft' },
  conntrack: {
    program: 'conntrack',
    fedora: 'conntrack-tools',
    arch: 'conntrack-tools',
    alpine: 'conntrack-tools',
  },
  python3: { program: 'python3', arch: 'python' },
  'libnss3-tools': { program: 'certutil', fedora: 'nss-tools', arch: 'nss', alpine: 'nss-tools' },
};
/** What is needed, by the name of its package on Debian: the program, and what else the package is called. */
const SERVERS = {
  coturn: { program: 'turnserver' },
  nginx: { program: 'nginx' },
  caddy: { program: 'caddy' },
  'php-cli': { program: 'php', arch: 'php', alpine: 'php', darwin: 'php' },
  openssl: { program: 'openssl' },
  ...(process.platform === 'linux' ? NETLAB : {}),
};
/** Daemons are here, and not on everybody's PATH. */
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];
/** How Debian asks whether a freshly installed daemon may start. */
const POLICY = '/usr/sbin/policy-rc.d';
const SAVED_POLICY = `${POLICY}.before-p2p-call`;

/** @returns the full path of a program, such as `turnserver`, or `null` */
export function findServer(program) {
  return onPath(program, FOLDERS);
}

/** For a test's `skip`: `false` if all these programs are here, else why it is skipped. */
export function whyWithout(...programs) {
  const missing = programs.filter((program) => findServer(program) === null);
  return missing.length === 0 ? false : `needs ${missing.join(' and ')}; see "node scripts/servers.mjs"`;
}

const missingServers = () =>
  Object.keys(SERVERS).filter((name) => findServer(SERVERS[name].program) === null);

/** The one command that helps on this system. */
export function howToInstall(missing, system = systemName()) {
  const commands = [
    ['debian', /debian|ubuntu/, 'sudo apt-get install -y'],
    ['fedora', /fedora|rhel/, 'sudo dnf install -y'],
    ['arch', /arch/, 'sudo pacman -S'],
    ['alpine', /alpine/, 'sudo apk add'],
    ['darwin', /darwin/, 'brew install'],
  ];
  const programs = missing.map((name) => SERVERS[name].program).join(', ');
  const found = commands.find(([, pattern]) => pattern.test(system));
  if (found === undefined) return `Put these programs on the PATH: ${programs}.`;
  const [key, , command] = found;
  return `Install them with:\n  ${command} ${missing.map((name) => SERVERS[name][key] ?? name).join(' ')}`;
}

/** Runs `act` while no package may start its daemon: it is the user's machine, and tests start their own. */
function withoutDaemons(act) {
  // Kept, but not as a signal that ends this process before everything is as it was.
  const ignore = () => undefined;
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, ignore);
  // One that was saved is from a run that was cut off: the original.
  if (existsSync(POLICY) && !existsSync(SAVED_POLICY)) renameSync(POLICY, SAVED_POLICY);
  try {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    act();
  } finally {
    rmSync(POLICY, { force: true });
    if (existsSync(SAVED_POLICY)) renameSync(SAVED_POLICY, POLICY);
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, ignore);
  }
}

/** Installs what is missing, where it may. @returns what is still missing */
export function ensureServers() {
  const missing = missingServers();
  if (missing.length > 0 && canUseApt()) {
    console.log(`Installing ${missing.join(', ')} for the tests…`);
    withoutDaemons(() => {
      // One by one if need be: not every distribution has all of them.
      if (!installByApt(missing) && missing.length > 1)
        for (const name of missing)
          run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], {
            DEBIAN_FRONTEND: 'noninteractive',
          });
    });
  }
  return missingServers();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = ensureServers();
  for (const [name, { program }] of Object.entries(SERVERS))
    console.log(`${name}: ${findServer(program) ?? 'missing; the tests that need it are skipped'}`);
  if (missing.length > 0) console.log(howToInstall(missing));
}
