// The line to the service is cut in every way and at every step: the call comes about and goes on, and nothing is negotiated
// that need not be.
import { setTimeout as delay } from 'node:timers/promises';
import { en } from '../src/i18n/en.js';
import { firstFrameOf } from './support/first-frames.js';
import type { Moment } from './support/line.js';
import { expect, portOf, startLinedService, test, type Caller } from './support/lines.js';
import { negotiationsOf } from './support/negotiations.js';
import { button, expectError, expectPhase, expectWords, join, snapshotOf } from './support/person.js';
import {
  callOfBoth,
  expectDecoding,
  expectSignaling,
  expectSteady,
  expectTogether,
  openAndJoin,
  startCall,
  type Callers,
} from './support/together.js';
import type { Cut } from './support/wire.js';

const { ui } = en;

// A trace films both pages, which takes more of two cores than the call; what was said on the lines is kept instead.
test.use({ trace: 'off' });

/** The service closed with this code. */
const closedBy = (code: number): unknown =>
  expect.objectContaining({ from: 'service', type: 'close', body: { code } });

interface Step extends Moment {
  readonly who: 'first' | 'second';
}

const steps = (who: Step['who'], from: Step['from'], ...names: string[]): Step[] =>
  names.map((name) => {
    const [type = '', isLast] = name.split(', ');
    return { who, from, type, ...(isLast ? { isLast: true } : {}) };
  });

const nameOf = ({ who, from, type, isLast }: Step) =>
  `${who}: ${type}${isLast ? ' (the last)' : ''} ${from === 'page' ? 'to' : 'from'} the service`;

/** The call comes about although the socket is cut at this step. */
async function cutAt(callers: Callers, step: Step, how: Cut, delivered: boolean): Promise<void> {
  const [first, second] = callers;
  const cut = (step.who === 'first' ? first : second).line.cutAt(step, how, delivered);
  await openAndJoin(callers);
  await cut;
  await expectTogether(callers);
  await callOfBoth(callers);
  for (const { page } of callers) await expectDecoding(page);
}

/** Nobody made a second connection, and nobody made a second offer: the first came again, if at all. */
async function expectOneConnection(callers: Callers): Promise<void> {
  for (const { page, line } of callers) {
    expect(await negotiationsOf(page)).toMatchObject({ made: 1, open: 1 });
    for (const { type, body } of line.frames) {
      if (type === 'offer' || type === 'answer') expect(body).toMatchObject({ conn: 1, neg: 1 });
    }
  }
}

test.describe('the socket is cut at a step of the negotiation', () => {
  const STEPS = [
    ...steps('first', 'page', 'hello', 'join', 'offer', 'candidate', 'candidate, last', 'state'),
    ...steps('first', 'service', 'welcome', 'joined', 'peer-joined', 'answer'),
    ...steps('first', 'service', 'candidate', 'candidate, last', 'state'),
    ...steps('second', 'page', 'hello', 'join', 'answer', 'candidate', 'candidate, last', 'state'),
    ...steps('second', 'service', 'welcome', 'joined', 'candidate', 'candidate, last'),
  ];
  /** Those that the two sides may then remember differently: one at each side each time. `session/resume.test.ts` has them all. */
  const USUAL = ['first: answer from', 'second: joined from'];
  const IN_EVERY_PAIR = ['first: peer-joined from'];
  const tagOf = (name: string): string[] => {
    if (USUAL.some((start) => name.startsWith(start))) return ['@mixed-pair'];
    return IN_EVERY_PAIR.some((start) => name.startsWith(start)) ? ['@long', '@every-pair'] : ['@long'];
  };
  for (const step of STEPS) {
    const name = nameOf(step);
    test(`${name}, lost with the cut`, { tag: tagOf(name) }, async ({ callers }) => {
      await cutAt(callers, step, 'reset', false);
      await expectOneConnection(callers);
    });
    test(`${name}, then cut`, { tag: '@long' }, async ({ callers }) => {
      await cutAt(callers, step, 'end', true);
      await expectOneConnection(callers);
    });
  }

  for (const step of [...steps('first', 'service', 'answer'), ...steps('second', 'service', 'joined')]) {
    test(
      `${nameOf(step)}, lost in a socket that stays open and silent`,
      { tag: '@long' },
      async ({ callers }) => {
        await cutAt(callers, step, 'silent', false);
        // The heartbeat may need longer than a connection is given to come about: a second one is allowed, two at a time never.
        for (const { page } of callers) expect((await negotiationsOf(page)).open).toBe(1);
      },
    );
  }
});

/** What one does with the microphone reaches the other through the service. */
async function expectMuteArrives(from: Caller, to: Caller): Promise<void> {
  const heard = to.line.frames.length;
  await button(from.page, ui.microphoneOff).click();
  await expect.poll(async () => (await snapshotOf(to.page)).peer?.audio).toBe(false);
  const isRelayed = () =>
    to.line.frames
      .slice(heard)
      .some(({ from: side, type, body }) => side === 'service' && type === 'state' && body.audio === false);
  await expect.poll(isRelayed, { message: 'the service relays it' }).toBe(true);
}

test.describe('in a call', () => {
  const REPLACED_MS = 20_000;
  const DEATH_MS = 1_000;

  for (const { seconds, tag } of [
    { seconds: 5, tag: [] },
    { seconds: 30, tag: ['@long', '@mixed-pair'] },
  ])
    test(`signaling and the token endpoint gone for ${seconds} s`, { tag }, async ({ callers }) => {
      test.setTimeout(120_000);
      const [first, second] = callers;
      await startCall(callers);
      await expectSteady(callers, `${seconds} s without signaling`, async () => {
        for (const { line } of callers) {
          line.refused = /\/v1\/demo\/token/;
          line.requests.length = 0;
          line.refuse();
          line.cut('reset');
        }
        const over = delay(seconds * 1_000);
        for (const { page } of callers) await expectSignaling(page, 'resuming');
        await over;
        for (const { line } of callers) await line.open();
      });
      await expectMuteArrives(first, second);
      // A ticket is enough to come back.
      for (const { line } of callers)
        expect(line.requests.filter((one) => one.includes('token'))).toEqual([]);
    });

  test('the service killed, and started again', { tag: '@every-pair' }, async ({ callers, service }) => {
    const [first, second] = callers;
    await startCall(callers);
    await expectSteady(callers, 'kill -9', async () => {
      await service.stop('SIGKILL');
      // As it is without a proxy: where no program listens, connections are refused.
      for (const { line } of callers) line.refuse();
      const over = delay(DEATH_MS);
      for (const { page } of callers) {
        await expectSignaling(page, 'resuming');
        await expectWords(page, ui.signalingLost);
      }
      await over;
      await service.start();
      for (const { line } of callers) await line.open();
    });
    await expectMuteArrives(second, first);
    // The room is whole again: the service passes on that one leaves.
    await button(first.page, ui.leave).click();
    await expectPhase(second.page, 'waiting');
  });

  test('the service stopped, while another one takes its place', async ({
    callers,
    lines,
    service,
    site,
  }) => {
    const [first, second] = callers;
    await startCall(callers);
    const next = await startLinedService(site, lines);
    try {
      await expectSteady(callers, 'SIGTERM', async () => {
        for (const line of lines) line.upstream = portOf(next);
        await service.stop('SIGTERM');
      });
      await expectMuteArrives(first, second);
      for (const { line } of callers) {
        expect(line.frames).toContainEqual(expect.objectContaining({ from: 'service', type: 'going-away' }));
        expect(line.frames).toContainEqual(closedBy(1012));
      }
    } finally {
      await service.start();
      for (const line of lines) line.upstream = portOf(service);
      await next.stop();
    }
  });

  test('lines that stay open and carry nothing', async ({ callers }) => {
    test.setTimeout(120_000);
    const [first, second] = callers;
    await startCall(callers);
    await expectSteady(callers, 'silence', async () => {
      // The first one's line swallows whatever it is given; the second one's socket swallows only what it is told.
      first.line.silence();
      second.line.cut('deaf');
      await expectSignaling(first.page, 'resuming');
      // The second one's way is free: a new socket replaces the dead one at once.
      await expect.poll(() => second.line.attempts, { timeout: REPLACED_MS }).toBe(2);
      await expectSignaling(second.page, 'open');
      await first.line.open();
    });
    await expectMuteArrives(first, second);
    await expectMuteArrives(second, first);
  });
});

test.describe('a reload', () => {
  const RELOAD_MS = 4_000;
  /** Who the page says it is when it asks for a token. */
  const personOf = ({ line }: Caller) => line.requests.filter((one) => one.includes('/v1/demo/token')).at(-1);

  // Either browser is reloaded in the mixed pair; the second one each time in call.spec.ts, too.
  for (const [who, tag] of [
    ['first', ['@mixed-pair']],
    ['second', ['@long', '@mixed-pair']],
  ] as const) {
    test(`of the ${who}: back in media soon`, { tag: [...tag] }, async ({ callers }) => {
      for (const caller of callers) await caller.open({ autojoin: 'on' });
      await expectTogether(callers);
      for (const { page } of callers) await expectDecoding(page);
      const { callId, epoch } = await callOfBoth(callers);
      const reloaded = callers[who === 'first' ? 0 : 1];
      const person = personOf(reloaded);

      const since = Date.now();
      await reloaded.page.reload({ waitUntil: 'commit' });
      await expectTogether(callers);
      for (const { page } of callers) await expectDecoding(page);
      const took = await Promise.all(callers.map(async ({ page }) => (await firstFrameOf(page)) - since));
      console.log(`  reload of the ${who}: first frames after ${took.join(' and ')} ms`);
      for (const ms of took) {
        expect(ms, 'a frame of the new connection').toBeGreaterThan(0);
        expect(ms, 'back in media').toBeLessThan(RELOAD_MS);
      }
      expect(personOf(reloaded)).toBe(person);
      expect(person).toContain('sub=');
      const again = await callOfBoth(callers);
      expect(again.callId).not.toBe(callId);
      expect(again.epoch).toBe(epoch + 1);
    });
  }
});

test.describe('the same person in two tabs: exactly one lives', () => {
  const FOR_GOOD_MS = 3_000;

  /** Everything that makes a page look for the service again. */
  const nudge = ({ page }: Caller) =>
    page.evaluate(() => {
      window.dispatchEvent(new Event('online'));
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
      document.dispatchEvent(new Event('visibilitychange'));
    });

  async function expectGoneForGood(tab: Caller): Promise<void> {
    await expectPhase(tab.page, 'ended');
    await expectError(tab.page, 'replaced');
    expect(tab.line.frames).toContainEqual(closedBy(4410));
    const { attempts } = tab.line;
    const until = Date.now() + FOR_GOOD_MS;
    while (Date.now() < until) {
      await nudge(tab);
      await delay(FOR_GOOD_MS / 10);
    }
    expect(tab.line.attempts).toBe(attempts);
    await expectPhase(tab.page, 'ended');
    expect(await negotiationsOf(tab.page)).toMatchObject({ open: 0 });
  }

  for (const isAway of [false, true]) {
    const when = isAway ? 'whose socket is away' : 'that is connected';
    test(`a second tab takes over from one ${when}`, async ({ tabs }) => {
      test.setTimeout(90_000);
      const [former, ben, latter] = tabs;
      await openAndJoin([former, ben]);
      await expectTogether([former, ben]);
      await expectDecoding(ben.page);
      if (isAway) {
        former.line.refuse();
        former.line.cut('reset');
        await expectSignaling(former.page, 'resuming');
      }
      await latter.open();
      await join(latter.page);
      await expectTogether([latter, ben]);
      for (const { page } of [latter, ben]) await expectDecoding(page);
      await expectSteady([latter, ben], `another tab took over from one ${when}`, async () => {
        await former.line.open();
        await expectGoneForGood(former);
      });
    });
  }
});
