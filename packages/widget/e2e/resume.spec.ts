// The line to the service is cut in every way and at every step: the call comes about and goes on, and nothing is negotiated
// that need not be.
import { setTimeout as delay } from 'node:timers/promises';
import { en } from '../src/i18n/en.js';
import { firstFrameOf } from './support/first-frames.js';
import type { Moment } from './support/line.js';
import { expect, portOf, startLinedService, test, type Caller } from './support/lines.js';
import { negotiationsOf } from './support/negotiations.js';
import { button, expectError, expectPhase, join, snapshotOf } from './support/person.js';
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
  /** Those that the two sides may then remember differently, in every pair of browsers. */
  const IN_EVERY_PAIR = ['first: peer-joined from', 'first: answer from', 'second: joined from'];
  /** A frame that arrives before the cut differs little from the next one lost: some are enough, but for long rounds. */
  const DELIVERED = [
    'first: join to',
    'first: peer-joined from',
    'first: answer from',
    'second: joined from',
  ];
  const isLong = process.env.EVERY_CUT === 'on';
  for (const step of STEPS) {
    const name = nameOf(step);
    const tag = IN_EVERY_PAIR.some((start) => name.startsWith(start)) ? '@every-pair' : [];
    test(`${name}, lost with the cut`, { tag }, async ({ callers }) => {
      await cutAt(callers, step, 'reset', false);
      await expectOneConnection(callers);
    });
    if (!isLong && !DELIVERED.some((start) => name.startsWith(start))) continue;
    test(`${name}, then cut`, async ({ callers }) => {
      await cutAt(callers, step, 'end', true);
      await expectOneConnection(callers);
    });
  }

  for (const step of [...steps('first', 'service', 'answer'), ...steps('second', 'service', 'joined')]) {
    test(`${nameOf(step)}, lost in a socket that stays open and silent`, async ({ callers }) => {
      await cutAt(callers, step, 'silent', false);
      // The heartbeat may need longer than a connection is given to come about: a second one is allowed, two at a time never.
      for (const { page } of callers) expect((await negotiationsOf(page)).open).toBe(1);
    });
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
  const OUTAGE_MS = 30_000;
  const SILENCE_MS = 20_000;
  const DEATH_MS = 1_000;

  test(
    'signaling and the token endpoint gone for 30 s',
    // Half a minute each.
    { tag: '@mixed-pair' },
    async ({ callers }) => {
      test.setTimeout(120_000);
      const [first, second] = callers;
      await startCall(callers);
      await expectSteady(callers, '30 s without signaling', async () => {
        for (const { line } of callers) {
          line.refused = /\/v1\/demo\/token/;
          line.requests.length = 0;
          line.refuse();
          line.cut('reset');
        }
        const over = delay(OUTAGE_MS);
        for (const { page } of callers) await expectSignaling(page, 'resuming');
        await over;
        for (const { line } of callers) await line.open();
      });
      await expectMuteArrives(first, second);
      // A ticket is enough to come back.
      for (const { line } of callers)
        expect(line.requests.filter((one) => one.includes('token'))).toEqual([]);
    },
  );

  test('the service killed, and started again', { tag: '@every-pair' }, async ({ callers, service }) => {
    const [first, second] = callers;
    await startCall(callers);
    await expectSteady(callers, 'kill -9', async () => {
      await service.stop('SIGKILL');
      // As it is without a proxy: where no program listens, connections are refused.
      for (const { line } of callers) line.refuse();
      const over = delay(DEATH_MS);
      for (const { page } of callers) await expectSignaling(page, 'resuming');
      await over;
      await service.start();
      for (const { line } of callers) await line.open();
    });
    await expectMuteArrives(second, first);
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
    await expectSteady(callers, '20 s of silence', async () => {
      // The first one's line swallows whatever it is given; the second one's socket swallows only what it is told.
      first.line.silence();
      second.line.cut('deaf');
      const over = delay(SILENCE_MS);
      await expectSignaling(first.page, 'resuming');
      // The second one's way is free: a new socket replaces the dead one at once.
      await expect.poll(() => second.line.attempts, { timeout: SILENCE_MS }).toBe(2);
      await expectSignaling(second.page, 'open');
      await over;
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

  for (const who of ['first', 'second'] as const) {
    // Either browser is reloaded in the mixed pair.
    test(`of the ${who}: back in media soon`, { tag: '@mixed-pair' }, async ({ callers }) => {
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
  const FOR_GOOD_MS = 10_000;
  const A_WHILE_MS = 3_000;

  /** Everything that makes a page look for the service again. */
  const nudge = ({ page }: Caller) =>
    page.evaluate(() => {
      window.dispatchEvent(new Event('online'));
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
      document.dispatchEvent(new Event('visibilitychange'));
    });

  async function expectGoneForGood(tab: Caller, ms: number): Promise<void> {
    await expectPhase(tab.page, 'ended');
    await expectError(tab.page, 'replaced');
    expect(tab.line.frames).toContainEqual(closedBy(4410));
    const { attempts } = tab.line;
    const until = Date.now() + ms;
    while (Date.now() < until) {
      await nudge(tab);
      await delay(ms / 10);
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
        await expectGoneForGood(former, isAway ? A_WHILE_MS : FOR_GOOD_MS);
      });
    });
  }
});
