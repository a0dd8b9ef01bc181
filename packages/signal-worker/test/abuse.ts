import { describe } from 'node:test';
import { ADDRESSES_OF_LOOPBACK, type Abuse, type Cannot, type StartAbused } from './abuse-host.js';
import { addresses } from './abuse-addresses.js';
import { crowds } from './abuse-crowds.js';
import { floods } from './abuse-floods.js';
import { frames } from './abuse-frames.js';
import { json } from './abuse-json.js';
import { people } from './abuse-people.js';
import { relayOnly } from './abuse-relay-only.js';
import { readers } from './abuse-readers.js';
import { tokens } from './abuse-tokens.js';
import { upgrades } from './abuse-upgrades.js';

const ROWS = {
  tokens,
  upgrades,
  addresses,
  crowds,
  frames,
  floods,
  readers,
  json,
  people,
  relayOnly,
} satisfies Record<string, (abuse: Abuse) => void>;

export type RowName = keyof typeof ROWS;
const ALL = Object.keys(ROWS) as RowName[];

/**
 * What an attacker tries, and what must happen, over real sockets.
 * @param cannot what this host is not able to do, and why
 * @param rows only these
 */
export function abuse(
  name: string,
  start: StartAbused,
  cannot: Cannot = {},
  rows: readonly RowName[] = ALL,
): void {
  const able: Abuse = { start, cannot: { ...ADDRESSES_OF_LOOPBACK, ...cannot } };
  describe(`${name}, under attack`, () => {
    for (const row of rows) ROWS[row](able);
  });
}
