// What can be typed while a call runs.
import { setTimeout as delay } from 'node:timers/promises';
import { SIDES } from '../lab/addresses.js';
import type { Home } from '../lab/home.js';
import type { Lab } from '../lab/lab.js';
import type { AddressKind, Nat } from '../lab/router.js';
import type { Reached } from '../lab/server.js';

/** A mistake of who typed, in words for them. */
export class UsageError extends Error {}

interface Command {
  readonly usage: string;
  readonly does: string;
  run(lab: Lab, words: readonly string[]): Promise<void> | void;
}

const SERVERS: readonly Reached[] = ['all', 'service', 'turn'];

/** @returns the one that is asked for; the first if none is */
function oneOf<Word extends string>(word: string | undefined, words: readonly [Word, ...Word[]]): Word {
  const found = word === undefined ? words[0] : words.find((one) => one === word);
  if (found === undefined) throw new UsageError(`"${word ?? ''}" is none of ${words.join(', ')}`);
  return found;
}

export function toNumber(word: string | undefined): number {
  const value = Number(word);
  if (word === undefined || word === '' || !(value >= 0))
    throw new UsageError(`"${word ?? ''}" is no number`);
  return value;
}

/** @returns the home of that letter; without one, both */
function homesOf(lab: Lab, word: string | undefined): readonly Home[] {
  if (word === undefined) return lab.homes;
  return [lab.home[oneOf(word, SIDES)]];
}

type Direction = 'both' | 'up' | 'down';

function server(word: string | undefined): Reached | null {
  return word === 'server' ? 'all' : (SERVERS.find((one) => one === word) ?? null);
}

const setLine =
  (name: 'delayMs' | 'lossPercent' | 'rateKbit') =>
  async (lab: Lab, [value, side]: readonly string[]): Promise<void> => {
    const number = toNumber(value);
    for (const home of homesOf(lab, side)) await home.set({ [name]: number });
  };

export const COMMANDS: Readonly<Record<string, Command>> = {
  cut: {
    usage: 'cut a [up|down] | cut server|service|turn',
    does: 'nothing passes any more, and nobody is told',
    async run(lab, [what, which]) {
      const reached = server(what);
      if (reached === null)
        await lab.home[oneOf(what ?? '', SIDES)].cut(oneOf<Direction>(which, ['both', 'up', 'down']));
      else lab.server.cut(reached);
    },
  },
  mend: {
    usage: 'mend [a|b|server]',
    does: 'it passes again',
    async run(lab, [what]) {
      if (what === undefined || server(what) !== null) lab.server.mend();
      if (server(what) === null) for (const home of homesOf(lab, what)) await home.mend();
    },
  },
  block: {
    usage: 'block udp|443 [a|b]',
    does: 'no UDP; nothing but TCP 443',
    run(lab, [what, side]) {
      const block = oneOf(what, ['udp', '443']) === 'udp' ? 'udp' : 'only443';
      for (const home of homesOf(lab, side)) home.block(block);
    },
  },
  unblock: {
    usage: 'unblock [a|b]',
    does: 'the firewall lets everything out',
    run: (lab, [side]) => homesOf(lab, side).forEach((home) => home.unblock()),
  },
  nat: {
    usage: 'nat plain|symmetric [a|b]',
    does: 'for new flows',
    run: (lab, [nat, side]) =>
      homesOf(lab, side).forEach((home) => home.setNat(oneOf<Nat>(nat ?? '', ['plain', 'symmetric']))),
  },
  address: {
    usage: 'address a [inside|outside]',
    does: 'another address, as in another network',
    run: (lab, [side, kind]) =>
      lab.home[oneOf(side ?? '', SIDES)].changeAddress(
        oneOf<AddressKind>(kind, ['both', 'inside', 'outside']),
      ),
  },
  delay: { usage: 'delay MS [a|b]', does: 'each way', run: setLine('delayMs') },
  loss: { usage: 'loss PERCENT [a|b]', does: 'each way', run: setLine('lossPercent') },
  rate: { usage: 'rate KBIT [a|b]', does: 'each way; 0: as fast as it goes', run: setLine('rateKbit') },
  kill: {
    usage: 'kill service|turn',
    does: 'ends the program',
    run: (lab, [what]) =>
      oneOf(what ?? '', ['service', 'turn']) === 'turn' ? lab.server.stopTurn() : lab.server.stopService(),
  },
  start: {
    usage: 'start service|turn',
    does: 'starts it again',
    run: (lab, [what]) =>
      oneOf(what ?? '', ['service', 'turn']) === 'turn' ? lab.server.startTurn() : lab.server.startService(),
  },
  wait: {
    usage: 'wait SECONDS',
    does: 'before the next command',
    run: (_lab, [time]) => delay(toNumber(time) * 1000),
  },
};

export const COMMANDS_HELP = [
  ...Object.values(COMMANDS).map(({ usage, does }) => `  ${usage.padEnd(42)} ${does}`),
  `  ${'quit'.padEnd(42)} ends the call and removes the lab`,
].join('\n');

/** @throws UsageError */
export async function obey(lab: Lab, line: string): Promise<void> {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const command = COMMANDS[name];
  if (name === 'help') throw new UsageError(`There are:\n${COMMANDS_HELP}`);
  if (command === undefined) throw new UsageError(`There is no "${name}". There are:\n${COMMANDS_HELP}`);
  try {
    await command.run(lab, words);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message}. It is: ${command.usage}`);
    throw error;
  }
}
