import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  checkGivesUp,
  checkHeals,
  checkLinesDoNotMatter,
  checkNarrow,
  checkOutage,
} from '../testing/path-rules.js';
import { climates, lastMoments, troubles } from '../testing/path-story.js';

/** A story of two sessions takes some 90 ms. */
const RUNS = Math.ceil(Number(process.env.PATH_RUNS ?? Number(process.env.FC_RUNS ?? 2_000) / 25));
const FEW = Math.ceil(RUNS / 4);

function check<Args extends [unknown, ...unknown[]]>(
  numRuns: number,
  run: (...args: Args) => Promise<void>,
  ...arbitraries: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> }
): Promise<void> {
  return fc.assert(fc.asyncProperty(...arbitraries, run), { numRuns, includeErrorInReport: true });
}

const line = fc.constantFrom('kept' as const, 'cut' as const, 'silent' as const);
const lost = fc.record({
  who: fc.constantFrom('anna' as const, 'ben' as const),
  how: fc.constantFrom('cut' as const, 'silent' as const),
  after: fc.nat(20_000),
});

describe('two sessions, the service, and a network that does as it pleases', () => {
  test(`once all is well, both have media again, and keep it (${RUNS} stories)`, () =>
    check(RUNS, checkHeals, climates, troubles(12)));

  test(`all is well again just as the two give up: both have media, or it is over; nobody waits for ever (${FEW})`, () =>
    check(FEW, checkHeals, climates, lastMoments));

  test(`a path that is gone for good: both know after 60 ± 5 s, and nothing goes on (${FEW})`, () =>
    check(FEW, checkGivesUp, climates, fc.tuple(line, line)));

  test(`the service is out of reach, and media flows: nothing changes (${FEW})`, () =>
    check(FEW, checkLinesDoNotMatter, climates, fc.array(lost, { maxLength: 4 }), fc.nat(120_000)));

  test(`only relays pass anything: the two meet there (${FEW})`, () =>
    check(FEW, checkNarrow, climates, fc.constantFrom('relay', 'relay-tcp')));

  test(`a path that is away for up to 3.5 s, with everybody in reach, heals by itself: no offer (${FEW})`, () =>
    check(FEW, checkOutage, climates, fc.constantFrom('down', 'in', 'out'), fc.nat(3_500)));
});
