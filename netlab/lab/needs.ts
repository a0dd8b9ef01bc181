// What the lab needs of the machine.
import { accessSync, constants } from 'node:fs';
import { findBrowsers } from '../../scripts/browsers.mjs';
import { findServer } from '../../scripts/servers.mjs';

const PROGRAMS = ['ip', 'nft', 'conntrack', 'setpriv', 'python3', 'turnserver', 'openssl', 'certutil'];

function canOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why it cannot be opened here, or `null`. */
export function whyNoLab(): string | null {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  if (!canOpen('/dev/net/tun')) return 'needs /dev/net/tun';
  const missing = PROGRAMS.filter((program) => findServer(program) === null);
  const browsers = Object.entries(findBrowsers()).filter(([, found]) => found === null);
  missing.push(...browsers.map(([name]) => name));
  return missing.length === 0 ? null : `needs ${missing.join(' and ')}; see "node scripts/servers.mjs"`;
}
