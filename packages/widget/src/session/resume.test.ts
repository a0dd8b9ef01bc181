import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TwoPeople, type Cut, type Person } from '../testing/two-people.js';

/** Lets the two meet. `disturb` may do something before each thing that moves. */
async function meet(disturb: (world: TwoPeople, move: number) => void, canReplay = true): Promise<TwoPeople> {
  const world = new TwoPeople();
  world.canReplay = canReplay;
  const { anna, ben } = world;
  for (const { session } of [anna, ben]) session.start();
  while (await world.move());
  const begin = world.moved;
  void anna.session.join();
  for (let move = 0, isMoving = true; isMoving || move <= 6; move++) {
    if (move === 6) void ben.session.join();
    disturb(world, world.moved - begin);
    isMoving = await world.move();
  }
  await world.pass(25_000);
  return world;
}

/** How much work it was. */
/** What a page is told, but for what watches the engine at work. */
const news = ({ facts }: Person) => facts.filter((type) => type !== 'log' && type !== 'span');

const work = ({ links, facts }: Person) => ({
  connections: links.length,
  offers: links.flatMap(({ done }) => done.filter((what) => what.startsWith('offer'))).length,
  taken: links.flatMap(({ done }) => done.filter((what) => what.startsWith('accept'))).length,
  met: facts.filter((type) => type === 'peer-joined').length,
});

function check({ anna, ben }: TwoPeople, what: string): void {
  for (const { session, name } of [anna, ben]) {
    const { phase, signaling, peer } = session.snapshot;
    assert.deepEqual([phase, signaling, peer?.here], ['connected', 'open', true], `${what}: ${name}`);
  }
  const [one, two] = [work(anna), work(ben)];
  assert.deepEqual([one.connections, two.connections], [1, 1], `${what}: connections`);
  assert.deepEqual([one.taken, two.taken], [1, 1], `${what}: descriptions taken in`);
  assert.equal(one.offers + two.offers, 1, `${what}: offers`);
  assert.deepEqual([one.met, two.met], [1, 1], `${what}: told that the other came`);
}

test('undisturbed, the two meet with one offer and one answer', async () => {
  check(await meet(() => undefined), 'undisturbed');
});

describe('a line that dies at any moment of a negotiation: one offer, one answer, and nobody is stuck', () => {
  for (const how of ['cut', 'silent'] satisfies Cut[]) {
    for (const who of ['anna', 'ben'] as const) {
      for (const canReplay of [true, false]) {
        test(`${who}'s, ${how}, ${canReplay ? 'what was missed is handed over' : 'what was missed is lost'}`, async () => {
          for (let at = 0; at < 60; at++) {
            const world = await meet((running, move) => {
              if (move === at) running.cut(running[who], how);
            }, canReplay);
            check(world, `at ${at}`);
          }
        });
      }
    }
  }
});

describe('both lines die at any moment', () => {
  for (const canReplay of [true, false]) {
    test(canReplay ? 'what was missed is handed over' : 'what was missed is lost', async () => {
      for (let at = 0; at < 60; at++) {
        const world = await meet((running, move) => {
          if (move !== at) return;
          running.cut(running.anna, 'cut');
          running.cut(running.ben, 'cut');
        }, canReplay);
        check(world, `at ${at}`);
      }
    });
  }

  test('and the service forgets everything: the two meet all the same', async () => {
    for (let at = 0; at < 60; at++) {
      const { anna, ben } = await meet((running, move) => {
        if (move === at) running.cut(running.anna, 'crash');
      });
      const phases = [anna, ben].map(({ session }) => session.snapshot.phase);
      assert.deepEqual(phases, ['connected', 'connected'], `at ${at}`);
      for (const person of [anna, ben]) {
        const { connections, offers, taken } = work(person);
        assert.ok(connections <= 2 && offers <= 2 && taken <= 2, `at ${at}: ${connections} connections`);
      }
    }
  });
});

describe('a line that dies in a call', () => {
  for (const how of ['cut', 'silent', 'crash'] satisfies Cut[]) {
    test(`${how}: nothing is negotiated, and no one is told anything`, async () => {
      const world = await meet(() => undefined);
      for (const person of [world.anna, world.ben]) {
        const told = news(person).length;
        world.cut(person, how);
        await world.pass(30_000);
        check(world, how);
        assert.equal(news(person).length, told);
      }
    });
  }

  for (const who of ['anna', 'ben'] as const) {
    for (const canReplay of [true, false]) {
      test(`${who}'s, at any moment of an ICE restart, ${canReplay ? 'handed over' : 'lost'}: no new connection`, async () => {
        for (let at = 0; at < 30; at++) {
          const world = await meet(() => undefined, canReplay);
          world.losePath();
          const { anna, ben } = world;
          const media = () => anna.session.snapshot.media;
          for (let n = 0; n < 500 && media() !== 'restarting'; n++) await world.moveOrWait();
          assert.equal(media(), 'restarting');
          for (let n = 0; n < at; n++) await world.move();
          world.cut(world[who], 'cut');
          await world.pass(30_000);
          for (const { session, links, name } of [anna, ben]) {
            assert.equal(session.snapshot.phase, 'connected', `at ${at}: ${name}`);
            assert.equal(links.length, 1, `at ${at}: ${name}`);
          }
        }
      });
    }
  }
});

describe('the service lost somebody, and the other was away', () => {
  const isConnected = ({ anna, ben }: TwoPeople): boolean =>
    [anna, ben].every(({ session: { snapshot } }) => snapshot.phase === 'connected' && snapshot.peer?.here);

  for (const wait of [10_000, 100_000]) {
    test(`they left, ${wait / 1_000} s and a cut later they come again: no connection is made in vain`, async () => {
      const world = await meet(() => undefined);
      const { anna, ben } = world;
      void ben.session.leave();
      await world.pass(wait);
      const made = anna.links.length;
      world.cut(anna, 'cut');
      await world.pass(5_000);
      void ben.session.join();
      await world.pass(3_000);
      assert.ok(isConnected(world));
      assert.deepEqual([anna.links.length, ben.links.length], [made, 2]);
    });
  }

  for (const first of ['anna', 'ben'] as const) {
    for (const away of [70_000, 200_000]) {
      test(`both lines are away for ${away / 1_000} s, ${first}'s is back first: media goes on, and is made anew once`, async () => {
        const world = await meet(() => undefined);
        const one = world[first];
        const two = world.other(one);
        const [made] = one.links;
        for (const person of [one, two]) person.isCutOff = true;
        await world.pass(away);
        assert.deepEqual(
          [one, two].map(({ session }) => session.snapshot.phase),
          ['connected', 'connected'],
        );
        one.isCutOff = false;
        await world.pass(15_000);
        assert.equal(one.session.snapshot.signaling, 'open');
        assert.equal(one.session.snapshot.phase, 'connected');
        assert.equal(one.link, made, 'nothing was negotiated');
        two.isCutOff = false;
        await world.pass(15_000);
        assert.ok(isConnected(world));
        assert.deepEqual([one.links.length, two.links.length], [2, 2]);
        await world.pass(60_000);
        assert.ok(isConnected(world), 'and it stays so');
      });
    }
  }
});

describe('hanging up while the line is away', () => {
  for (const hasMedia of [true, false]) {
    test(`${hasMedia ? 'with' : 'without'} media: the seat is free once the line is back`, async () => {
      const world = await meet(() => undefined);
      const { anna, ben } = world;
      if (!hasMedia) world.losePath();
      ben.isCutOff = true;
      await world.pass(2_000);
      const facts = anna.facts.length;
      void ben.session.leave();
      await world.pass(5_000);
      ben.isCutOff = false;
      await world.pass(10_000);
      assert.deepEqual(
        world.driver.room.seats.map((seat) => seat?.person.name ?? null),
        ['anna', null],
      );
      assert.equal(anna.session.snapshot.phase, 'waiting');
      const told = anna.facts.slice(facts).filter((type) => type.startsWith('peer-'));
      assert.deepEqual(told, ['peer-left']);
    });
  }
});
