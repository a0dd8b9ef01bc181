// Which cuts a run makes: by chance, and the same for the same seed.
import type { Side } from '../../lab/addresses.js';
import type { Nat } from '../../lab/router.js';
import { between, chanceFor, logBetween, oneOf } from './chance.js';

export interface Network {
  readonly nat: Readonly<Record<Side, Nat>>;
  /** Between the two people, ms. */
  readonly roundTripMs: number;
}

/** What is broken, and for how long. */
export interface Cut {
  readonly lastsMs: number;
  readonly sides: readonly Side[];
  /** All of a home's line, what it sends, what it gets, or UDP at its firewall. */
  readonly how: 'both' | 'up' | 'down' | 'udp';
  /** The servers' line is cut at the same time. */
  readonly server: boolean;
}

export interface PlannedCall {
  readonly network: Network;
  readonly cuts: readonly Cut[];
}

const SHORTEST_MS = 1_000;
const LONGEST_MS = 50_000;
const ROUND_TRIP_MS = { low: 10, high: 100 };
const CUTS_A_CALL = 7;
const SERVER_TOO = 0.25;
/** Each of them in every four calls. */
const NATS: readonly Network['nat'][] = [
  { a: 'plain', b: 'plain' },
  { a: 'symmetric', b: 'symmetric' },
  { a: 'plain', b: 'symmetric' },
  { a: 'symmetric', b: 'plain' },
];

/** How many calls it takes for so many cuts. */
export const callsFor = (cuts: number): number => Math.ceil(cuts / CUTS_A_CALL);

/** @param count of cuts of this pair */
export function planOf(seed: number, pair: string, count: number): PlannedCall[] {
  const random = chanceFor(seed, pair);
  const calls = callsFor(count);
  return Array.from({ length: calls }, (_, index) => {
    const nat = NATS[index % NATS.length] ?? { a: 'plain', b: 'plain' };
    const roundTripMs = Math.round(between(random, ROUND_TRIP_MS.low, ROUND_TRIP_MS.high));
    const many = Math.floor(((index + 1) * count) / calls) - Math.floor((index * count) / calls);
    return { network: { nat, roundTripMs }, cuts: Array.from({ length: many }, () => cutOf(random)) };
  });
}

function cutOf(random: () => number): Cut {
  return {
    lastsMs: Math.round(logBetween(random, SHORTEST_MS, LONGEST_MS)),
    sides: oneOf<readonly Side[]>(random, [['a'], ['b'], ['a', 'b']]),
    how: oneOf<Cut['how']>(random, ['both', 'both', 'up', 'down', 'udp']),
    server: random() < SERVER_TOO,
  };
}

/** In short: `a+b up, servers too`. */
export const kindOf = ({ sides, how, server }: Cut): string =>
  `${sides.join('+')} ${how === 'both' ? 'line' : how}${server ? ', servers too' : ''}`;
