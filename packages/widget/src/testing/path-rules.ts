import assert from 'node:assert/strict';
import { happen, heal, playTrouble, type NetworkStory } from './path-story.js';
import { PathWorld, type Climate } from './path-world.js';
import type { PathState } from './fake-path.js';
import type { Person } from './two-people.js';

/**
 * From the moment that all is well until both have media, ms: a dead line is noticed and replaced (12 s), a step that began
 * before in vain ends (6 s), the longest pause before the next (8 s + 30 %), a probe (2 s), and the step itself (3 s).
 */
const HEALED_MS = 34_000;
const GIVE_UP_MS = 60_000;
const TOLERANCE_MS = 5_000;
/** After the end of a call the service is still told, as long as it holds the seat, ms. */
const OWED_MS = 105_000;
const OFFERS = 4;
const OFFERS_MS = 10_000;

/** The two are in a call, and all is well. */
async function inCall(climate: Climate): Promise<PathWorld> {
  const world = new PathWorld(climate);
  for (const { session } of world.people) session.start();
  await world.pass(5_000);
  for (const { session } of world.people) void session.join().catch(() => undefined);
  await world.pass(12_000);
  for (const person of world.people) assert.equal(phase(person), 'connected', `the two meet\n${tell(world)}`);
  return world;
}

const phase = ({ session }: Person) => session.snapshot.phase;
const phases = (world: PathWorld) => world.people.map(phase);
const changes = (world: PathWorld) => world.people.map((person) => world.diary(person).phases.length);
const offers = (world: PathWorld) => world.people.map((person) => world.diary(person).offeredAt.length);

/** In the call by all accounts: the page's, the service's and the browser's. */
function isFine(world: PathWorld, person: Person): boolean {
  const { phase: now, signaling, peer } = person.session.snapshot;
  return now === 'connected' && signaling === 'open' && peer?.here === true && world.hears(person);
}

/** What became of the two, for whoever reads of a failure. */
function tell(world: PathWorld): string {
  return world.people
    .map((person) => {
      const { phases: all, heardAt, offeredAt } = world.diary(person);
      const { snapshot } = person.session;
      const told = all.map(({ at, phase: now }) => `${now} ${at}`).join(', ');
      return `${person.name}: ${told}; offered ${offeredAt.join(', ')}; heard ${heardAt}; ${snapshot.reason}, ${snapshot.signaling}`;
    })
    .join('\n');
}

/** What holds whatever happened: no storm of offers, no second connection, and no goodbye while media flows. */
function checkAlways(world: PathWorld): void {
  for (const person of world.people) {
    const { wrongs, offeredAt } = world.diary(person);
    assert.deepEqual(wrongs, [], `${person.name}\n${tell(world)}`);
    for (const at of offeredAt) {
      const many = offeredAt.filter((other) => other >= at && other < at + OFFERS_MS).length;
      assert.ok(many <= OFFERS, `${many} offers in 10 s from ${at} ms\n${tell(world)}`);
    }
  }
}

/** Whoever ended the call had heard nothing for a minute, or had been without a path in both directions for so long. */
function checkGivenUp(world: PathWorld): void {
  for (const person of world.people) {
    if (phase(person) !== 'ended') continue;
    const { phases: all, heardAt } = world.diary(person);
    const lastWell = all.map(({ phase: one }) => one).lastIndexOf('connected');
    const lostAt = all[lastWell + 1]?.at ?? Infinity;
    const silence = (all.at(-1)?.at ?? 0) - Math.min(heardAt, lostAt);
    assert.ok(silence >= GIVE_UP_MS - TOLERANCE_MS, `given up after ${silence} ms\n${tell(world)}`);
    assert.equal(person.session.snapshot.reason, 'connection-lost', tell(world));
  }
}

/** Once all is well, both have media again in good time, and keep it; unless it was over before. */
export async function checkHeals(climate: Climate, trouble: NetworkStory): Promise<void> {
  const world = await inCall(climate);
  await playTrouble(world, trouble);
  heal(world);
  const isWell = () => world.people.every((person) => isFine(world, person));
  // All of it, though they may have media at once: a restart whose candidates a dead line still holds back fails later, a change
  // that was one offer too many is made once there may be another one.
  await world.pass(HEALED_MS);
  checkAlways(world);
  if (phases(world).includes('ended')) return checkGivenUp(world);
  assert.ok(isWell(), `${HEALED_MS} ms after all was well\n${tell(world)}`);
  const before = [changes(world), offers(world)];
  await world.pass(15_000);
  assert.ok(isWell(), `it does not stay so\n${tell(world)}`);
  assert.deepEqual([changes(world), offers(world)], before, `it is not left alone\n${tell(world)}`);
  checkAlways(world);
}

/** A path that is gone for good: after a minute both know, and nothing goes on. */
export async function checkGivesUp(
  climate: Climate,
  lines: readonly ['kept' | 'cut' | 'silent', 'kept' | 'cut' | 'silent'],
): Promise<void> {
  const world = await inCall(climate);
  const lostAt = world.clock.now();
  world.path.become('down');
  world.people.forEach((person, n) => {
    const how = lines[n];
    if (how === 'cut' || how === 'silent') world.loseLine(person, how);
  });
  await world.pass(GIVE_UP_MS - TOLERANCE_MS);
  for (const now of phases(world))
    assert.ok(now === 'unstable' || now === 'recovering', `too early\n${tell(world)}`);
  await world.pass(2 * TOLERANCE_MS);
  world.people.forEach((person, n) => {
    const { phase: now, reason } = person.session.snapshot;
    const isCutOff = lines[n] !== 'kept';
    if (isCutOff) assert.deepEqual([now, reason], ['ended', 'connection-lost'], tell(world));
    else assert.ok(now === 'waiting' || (now === 'ended' && reason === 'connection-lost'), tell(world));
    assert.ok(now === 'waiting' || world.linkOf(person) === null, `a connection stays\n${tell(world)}`);
  });
  await world.pass(OWED_MS);
  checkAlways(world);
  for (const person of world.people) {
    if (phase(person) === 'ended') assert.equal(person.clock.pending, 0, `${person.name} goes on`);
    else assert.equal(phase(person), 'waiting', `${tell(world)}\nlost at ${lostAt}`);
  }
}

/** The service is out of reach, and media flows: that is nobody's concern. */
export async function checkLinesDoNotMatter(
  climate: Climate,
  lost: readonly { who: 'anna' | 'ben'; how: 'cut' | 'silent'; after: number }[],
  ms: number,
): Promise<void> {
  const world = await inCall(climate);
  const before = [changes(world), offers(world)];
  for (const { who, how, after } of lost) {
    await world.pass(after);
    happen(world, { do: 'line lost', who, how });
  }
  await world.pass(ms);
  assert.deepEqual(phases(world), ['connected', 'connected'], tell(world));
  assert.deepEqual([changes(world), offers(world)], before, tell(world));
  checkAlways(world);
}

/**
 * From the loss to a path through a relay, ms: it is noticed (5 s), then a restart, a new connection and one through a relay come
 * to nothing (6 s each) with their pauses (3.5 s and 30 %), a probe before each (2 s), and the last step itself (3 s).
 */
const NARROW_MS = 5_000 + 3 * 6_000 + 4_600 + 4 * 2_000 + 3_000;

/** Only relays still pass anything: the ladder comes to them. */
export async function checkNarrow(climate: Climate, state: 'relay' | 'relay-tcp'): Promise<void> {
  const world = await inCall({ ...climate, hasRelays: true });
  world.path.become(state);
  const isWell = () => world.people.every((person) => isFine(world, person));
  for (let ms = 0; ms < NARROW_MS && !isWell(); ms += 500) await world.pass(500);
  assert.ok(isWell(), `no way through ${state}\n${tell(world)}`);
  checkAlways(world);
}

/** A path that is away for a moment heals by itself. */
export async function checkOutage(climate: Climate, state: PathState, ms: number): Promise<void> {
  const world = await inCall(climate);
  const before = offers(world);
  world.path.become(state);
  await world.pass(ms);
  world.path.become('up');
  await world.pass(20_000);
  assert.deepEqual(offers(world), before, `an offer after ${ms} ms\n${tell(world)}`);
  assert.deepEqual(phases(world), ['connected', 'connected'], tell(world));
  checkAlways(world);
}
