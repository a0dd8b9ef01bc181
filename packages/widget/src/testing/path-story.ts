import fc from 'fast-check';
import type { Flavour, PathState } from './fake-path.js';
import type { Climate, PathWorld } from './path-world.js';

type Who = 'anna' | 'ben';

/** What happens to the network, to a page or to the service. */
export type Happening =
  | { do: 'path'; state: PathState }
  | { do: 'line lost'; who: Who; how: 'cut' | 'silent' }
  | { do: 'line back'; who: Who }
  /** A line is cut; the next one holds. */
  | { do: 'blip'; who: Who; how: 'cut' | 'silent' }
  | { do: 'crash' }
  | { do: 'wake'; who: Who; network: boolean }
  | { do: 'restart by hand'; who: Who }
  /** The browser has other transceivers to offer. */
  | { do: 'change'; who: Who };

/** Each comes so long after the one before, ms. */
export type NetworkStory = readonly { readonly after: number; readonly what: Happening }[];

const flavour: fc.Arbitrary<Flavour> = fc.record({
  browser: fc.constantFrom('chromium', 'firefox'),
  disconnectedMs: fc.integer({ min: 5_000, max: 9_000 }),
  tellsChannel: fc.boolean(),
});

export const climates: fc.Arbitrary<Climate> = fc.record({
  lineMs: fc.nat(500),
  pathMs: fc.nat(250),
  flavours: fc.tuple(flavour, flavour),
  hasTracks: fc.boolean(),
  hasRelays: fc.boolean(),
  chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

const who = fc.constantFrom<Who>('anna', 'ben');
const how = fc.constantFrom('cut', 'silent');
const some = <What extends Happening>(weight: number, arbitrary: fc.Arbitrary<What>) => ({
  weight,
  arbitrary,
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  some(
    6,
    fc.record({
      do: fc.constant('path'),
      state: fc.constantFrom<PathState>('up', 'up', 'up', 'down', 'down', 'relay', 'relay-tcp', 'out', 'in'),
    }),
  ),
  some(3, fc.record({ do: fc.constant('line lost'), who, how })),
  some(3, fc.record({ do: fc.constant('line back'), who })),
  some(2, fc.record({ do: fc.constant('blip'), who, how })),
  some(1, fc.record({ do: fc.constant('crash') })),
  some(1, fc.record({ do: fc.constant('wake'), who, network: fc.boolean() })),
  some(1, fc.record({ do: fc.constant('restart by hand'), who })),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change'), who }) },
);

/** Up to three minutes of trouble, or as many happenings as fit. */
export const troubles = (maxLength: number): fc.Arbitrary<NetworkStory> =>
  fc.array(fc.record({ after: fc.oneof(fc.nat(3_000), fc.nat(12_000), fc.nat(40_000)), what: happening }), {
    maxLength,
  });

/** Path and lines are away for about as long as a call waits. */
export const lastMoments: fc.Arbitrary<NetworkStory> = fc
  .tuple(fc.integer({ min: 56_000, max: 62_000 }), how, how)
  .map(([ms, anna, ben]) => [
    { after: 0, what: { do: 'path', state: 'down' } },
    { after: 0, what: { do: 'line lost', who: 'anna', how: anna } },
    { after: 0, what: { do: 'line lost', who: 'ben', how: ben } },
    { after: ms, what: { do: 'line back', who: 'anna' } },
  ]);

const LONGEST_MS = 180_000;

export async function playTrouble(world: PathWorld, story: NetworkStory): Promise<void> {
  let passed = 0;
  for (const { after, what } of story) {
    passed += after;
    if (passed > LONGEST_MS) return;
    await world.pass(after);
    happen(world, what);
  }
}

export function happen(world: PathWorld, what: Happening): void {
  switch (what.do) {
    case 'path':
      return world.path.become(what.state);
    case 'line lost':
      return world.loseLine(world[what.who], what.how);
    case 'line back':
      world[what.who].isCutOff = false;
      return;
    case 'blip':
      return world.cut(world[what.who], what.how);
    case 'crash':
      return world.cut(world.anna, 'crash');
    case 'wake':
      return world[what.who].page.watcher?.wake(what.network);
    case 'restart by hand':
      // Whoever asks hears of its end; here the world is looked at instead.
      void world[what.who].session.restartIce().catch(() => undefined);
      return;
    case 'change':
      return world.linkOf(world[what.who])?.listener.news({ type: 'link-negotiation-needed' });
  }
}

/** Everything is as it should be, from now on. */
export function heal(world: PathWorld): void {
  for (const person of world.people) person.isCutOff = false;
  world.path.become('up');
}
