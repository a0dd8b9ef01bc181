// What goes wrong, in real browsers: the person reads what happened and what to do, and nothing stays open.
import type { CallErrorCode } from '../src/core/errors.js';
import { en } from '../src/i18n/en.js';
import { launch, newContext, type BrowserName, type LaunchWith } from './support/browsers.js';
import { expect, test } from './support/fixtures.js';
import { expectGrowingAudio, expectMovingVideo, expectNothingOpen } from './support/media.js';
import {
  button,
  callOf,
  expectError,
  expectPhase,
  expectWords,
  join,
  meet,
  snapshotOf,
} from './support/person.js';
import { installProbe } from './support/probe.js';
import { signToken } from './support/tokens.js';

const { ui } = en;

test.describe('who is not let in', () => {
  const old = () => Math.floor(Date.now() / 1000) - 400;
  const cases: [what: string, token: (room: string) => string, code: CallErrorCode, phase: string][] = [
    [
      'a token signed by somebody else',
      (room) => signToken(room, {}, 'x'.repeat(40)),
      'token-invalid',
      'ended',
    ],
    ['no token at all, but text', () => 'letmein', 'token-invalid', 'ended'],
    ['an old token', (room) => signToken(room, { iat: old(), exp: old() + 300 }), 'token-expired', 'ended'],
    ["another room's token", () => signToken('elsewhere'), 'signaling-rejected', 'ended'],
  ];
  for (const [what, token, code, phase] of cases) {
    test(what, async ({ pair, service, site }) => {
      const { first, room } = pair;
      await site.open(first, service, { attributes: { room, token: token(room) } });
      await expectError(first, code);
      await join(first);
      await expectPhase(first, phase);
      await expectError(first, code);
      await expectNothingOpen(first);
    });
  }

  test('no token source: said on the element, which stays idle', async ({ pair, service, site }) => {
    await site.open(pair.first, service, { attributes: { room: pair.room } });
    await expectError(pair.first, 'config-invalid');
    expect(await snapshotOf(pair.first)).toMatchObject({ phase: 'idle' });
    await callOf(pair.first).evaluate(
      (call, token) => call.setAttribute('token', token),
      signToken(pair.room),
    );
    await expectPhase(pair.first, 'lobby');
    await expect(callOf(pair.first)).not.toHaveAttribute('token');
  });

  test('a page of an origin that the service does not know', async ({ pair, service, site }) => {
    const { first, room } = pair;
    await site.open(first, service, { host: '127.0.0.1', attributes: { room, token: signToken(room) } });
    await join(first);
    await expectError(first, 'signaling-rejected');
    await expectNothingOpen(first);
  });

  test('a third person waits outside, and comes in when a seat is free', async ({ pair, third }) => {
    const { first, second } = pair;
    await pair.open();
    await pair.open(third);
    await meet(first, second);
    await join(third);
    await expectError(third, 'room-full');
    await expectPhase(third, 'lobby');
    await expectMovingVideo(first);
    await button(second, ui.leave).click();
    await expectPhase(second, 'ended');
    await expect.poll(async () => (await snapshotOf(third)).error).toBe(null);
    await join(third);
    for (const person of [first, third]) await expectPhase(person, 'connected');
  });
});

test.describe('a service that is not there', () => {
  test('said in the lobby; Join works once it is back', async ({ pair, service }) => {
    const { first } = pair;
    await pair.open(first);
    await service.stop();
    try {
      await join(first);
      await expectError(first, 'signaling-unreachable');
      await expectPhase(first, 'lobby');
    } finally {
      await service.start();
    }
    await expect.poll(async () => (await snapshotOf(first)).signaling, { timeout: 20_000 }).toBe('open');
    await join(first);
    await expectPhase(first, 'waiting');
    await button(first, ui.leave).click();
    await expectNothingOpen(first);
  });
});

test.describe('devices', () => {
  interface Devices {
    /** Once in each browser is enough; the rest is for the long run. */
    readonly tag?: '@long';
    readonly what: string;
    readonly browser: BrowserName;
    readonly options: LaunchWith;
    readonly code: CallErrorCode;
  }
  const rows: Devices[] = [
    { what: 'none', browser: 'chromium', options: { devices: 'none' }, code: 'media-not-found' },
    { what: 'none', browser: 'firefox', options: { devices: 'none' }, code: 'media-not-found', tag: '@long' },
    {
      what: 'denied',
      browser: 'chromium',
      options: { devices: 'denied' },
      code: 'media-denied',
      tag: '@long',
    },
    { what: 'denied', browser: 'firefox', options: { devices: 'denied' }, code: 'media-denied' },
  ];
  for (const { what, browser: name, options, code, tag = [] } of rows) {
    const title = `${what} (${name}): said in the lobby with what to do, and joining works all the same`;
    test(title, { tag }, async ({ pair, service, site, playwright }) => {
      const browser = await launch(playwright, name, options);
      try {
        const context = await newContext(browser);
        await context.addInitScript(installProbe);
        const page = await context.newPage();
        await site.open(page, service, { attributes: { room: pair.room, token: signToken(pair.room) } });
        await button(page, ui.openDevices).click();
        await expect.poll(async () => (await snapshotOf(page)).camera.problem).toBe(code);
        expect((await snapshotOf(page)).microphone.problem).toBe(code);
        await expectWords(page, en.errors[code].title);
        await expectWords(page, en.errors[code].todo);
        await join(page);
        await expectPhase(page, 'waiting');
        await pair.open(pair.second);
        await join(pair.second);
        for (const person of [page, pair.second]) await expectPhase(person, 'connected');
        await expectMovingVideo(page);
        await expectGrowingAudio(page);
        expect((await snapshotOf(pair.second)).peer).toMatchObject({ audio: false, video: false });
        await button(page, ui.leave).click();
        await expectNothingOpen(page);
      } finally {
        await browser.close();
      }
    });
  }

  test('no camera: the microphone is heard all the same', async ({ pair }) => {
    const { first, second } = pair;
    await first.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (constraints) =>
        constraints?.video
          ? Promise.reject(new DOMException('Requested device not found', 'NotFoundError'))
          : real(constraints);
    });
    await pair.open();
    await meet(first, second);
    expect(await snapshotOf(first)).toMatchObject({
      camera: { on: false, problem: 'media-not-found' },
      microphone: { on: true, problem: null },
    });
    await expectGrowingAudio(second);
    expect((await snapshotOf(second)).peer).toMatchObject({ audio: true, video: false });
  });
});

test.describe('pages that cannot', () => {
  test('no secure context', async ({ pair, service, site, playwright }) => {
    const browser = await launch(playwright, 'chromium', { hostNames: { 'plain.test': '127.0.0.1' } });
    try {
      const context = await newContext(browser);
      const page = await context.newPage();
      await site.open(page, service, {
        host: 'plain.test',
        attributes: { room: pair.room, token: signToken(pair.room) },
      });
      await expectPhase(page, 'ended');
      await expectError(page, 'insecure-context');
    } finally {
      await browser.close();
    }
  });

  test('no RTCPeerConnection', async ({ pair }) => {
    const { first } = pair;
    await first.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
    await pair.open(first);
    await expectPhase(first, 'ended');
    await expectError(first, 'unsupported-browser');
    expect((await snapshotOf(first)).reason).toBe('unsupported');
  });
});

test.describe('the element in its page', { tag: '@every-browser' }, () => {
  test('removed while it opens the camera: it is let go the moment it opens', async ({ pair }) => {
    const { first } = pair;
    await first.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      Object.assign(window, { openGate: () => open(), opened: 0 });
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        await gate;
        const stream = await real(constraints);
        Object.assign(window, { opened: stream.getTracks().length });
        return stream;
      };
    });
    await pair.open(first);
    await join(first);
    await expectPhase(first, 'waiting');
    await callOf(first).evaluate((call) => call.remove());
    await first.evaluate(() => (window as unknown as { openGate: () => void }).openGate());
    await expect.poll(() => first.evaluate(() => (window as unknown as { opened: number }).opened)).toBe(2);
    await expectNothingOpen(first);
  });

  test('moved within the page: the call goes on', async ({ pair }) => {
    const { first, second } = pair;
    await pair.open();
    await meet(first, second);
    const { callId } = await snapshotOf(first);
    await first.evaluate(() => {
      const call = document.querySelector('p2p-call');
      const place = document.createElement('section');
      document.body.prepend(place);
      if (call) place.append(call);
    });
    for (const person of [first, second]) await expectMovingVideo(person);
    expect(await snapshotOf(first)).toMatchObject({ phase: 'connected', callId });
    await callOf(first).evaluate((call) => call.remove());
    await expectNothingOpen(first);
    await expectPhase(second, 'waiting');
  });

  test('a name is text, whatever it holds', async ({ pair, service, site }) => {
    const { first, second, room } = pair;
    const name = '<img src=x onerror="document.title=1">\u202e & "Ben"';
    const shown = '<img src=x onerror="document.title=1"> & "Ben"';
    await site.open(first, service, {
      attributes: { room, token: signToken(room), 'display-name': name },
    });
    await site.open(second, service, { attributes: { room, token: signToken(room) } });
    await meet(first, second);
    expect((await snapshotOf(second)).peer?.name).toBe(shown);
    await expect(callOf(second).getByText(shown).first()).toBeVisible();
    expect(await second.title()).toBe('embed');
  });
});

test('two elements in one page are two people, and may call each other', async ({ pair, service, site }) => {
  const { first, room } = pair;
  const person = () => ({ room, token: signToken(room), autojoin: '' });
  await site.open(first, service, { elements: [person(), person()] });
  const phases = () =>
    first.evaluate(() =>
      [...document.querySelectorAll('p2p-call')].map(
        (element) => (element as unknown as { phase: string }).phase,
      ),
    );
  await expect.poll(phases, { timeout: 20_000 }).toEqual(['connected', 'connected']);
  await first.evaluate(() => document.querySelector('p2p-call')?.remove());
  await expect.poll(phases).toEqual(['waiting']);
  await first.evaluate(() => document.querySelector('p2p-call')?.remove());
  await expectNothingOpen(first);
});

// resume.spec.ts has it in a call.
const replaced = 'the same person in a second page takes the call over; the first one is told';
test(replaced, { tag: '@long' }, async ({ pair, service, site }) => {
  const { first, second, room } = pair;
  for (const page of [first, second]) {
    await site.open(page, service, { attributes: { room, token: signToken(room, { sub: 'anna' }) } });
  }
  await join(first);
  await expectPhase(first, 'waiting');
  await join(second);
  await expectPhase(second, 'waiting');
  await expectPhase(first, 'ended');
  await expectError(first, 'replaced');
  await expectNothingOpen(first);
});
