import { en } from '../src/i18n/en.js';
import { expect, test } from './support/fixtures.js';
import { expectGrowingAudio, expectMovingVideo, expectNothingOpen, expectNoVideo } from './support/media.js';
import { button, callOf, expectPhase, expectWords, meet, snapshotOf } from './support/person.js';

const { ui } = en;

test.describe('a call of two', { tag: '@every-pair' }, () => {
  test('from joining to leaving and joining again', async ({ pair }) => {
    const { first, second } = pair;
    await pair.open(undefined, { 'display-name': 'Anna' });
    await meet(first, second);
    for (const person of [first, second]) {
      await expectMovingVideo(person);
      await expectGrowingAudio(person);
    }
    const { callId, epoch } = await snapshotOf(first);
    expect((await snapshotOf(second)).callId).toBe(callId);

    await test.step('mute: the other person sees it', async () => {
      await button(first, ui.microphoneOff).click();
      await expect.poll(async () => (await snapshotOf(second)).peer?.audio).toBe(false);
      await expect(
        callOf(second).getByRole('img', { name: ui.muted.replace('{name}', 'Anna') }),
      ).toBeVisible();
      await button(first, ui.microphoneOn).click();
      await expect.poll(async () => (await snapshotOf(second)).peer?.audio).toBe(true);
      await expectGrowingAudio(second);
    });

    await test.step('camera off lets go of it; on again, the picture moves', async () => {
      await button(second, ui.cameraOff).click();
      await expect.poll(async () => (await snapshotOf(first)).peer?.video).toBe(false);
      await expectNoVideo(first);
      expect(await liveCameras(second)).toBe(0);
      await button(second, ui.cameraOn).click();
      await expect.poll(async () => (await snapshotOf(first)).peer?.video).toBe(true);
      await expectMovingVideo(first);
    });

    await test.step('all that took no second offer', async () => {
      expect(await offersOf(first)).toBe(1);
      expect(await offersOf(second)).toBe(0);
    });

    await test.step('one leaves: nothing of theirs stays open, and the other is told', async () => {
      await button(second, ui.leave).click();
      await expectPhase(second, 'ended');
      await expectWords(second, en.ends.left.title);
      await expectNothingOpen(second);
      await expectPhase(first, 'waiting');
      await expectWords(first, en.ends['peer-left'].title);
      await expectWords(first, en.phases.waiting.todo);
    });

    await test.step('and comes back', async () => {
      await button(second, ui.joinAgain).click();
      for (const person of [first, second]) {
        await expectPhase(person, 'connected');
        await expectMovingVideo(person);
      }
      const again = await snapshotOf(first);
      expect(again.callId).not.toBe(callId);
      expect(again.epoch).toBeGreaterThan(epoch);
    });

    await test.step('the one who waited leaves too', async () => {
      await button(first, ui.leave).click();
      await expectPhase(first, 'ended');
      await expectNothingOpen(first);
    });
  });

  // resume.spec.ts kills it too, and looks at more.
  const killed = 'a service killed and started again: media goes on, and both are back';
  test(killed, { tag: '@long' }, async ({ pair, service }) => {
    const { first, second } = pair;
    await pair.open();
    await meet(first, second);
    const { callId } = await snapshotOf(first);
    for (const person of [first, second]) await expectMovingVideo(person);

    await service.stop('SIGKILL');
    for (const person of [first, second]) {
      await expect.poll(async () => (await snapshotOf(person)).signaling).toBe('resuming');
      await expectWords(person, ui.signalingLost);
      await expectMovingVideo(person);
    }
    await service.start();
    for (const person of [first, second]) {
      await expect.poll(async () => (await snapshotOf(person)).signaling, { timeout: 20_000 }).toBe('open');
      await expectMovingVideo(person);
      expect(await snapshotOf(person)).toMatchObject({ phase: 'connected', callId, error: null });
    }
    expect(await offersOf(first)).toBe(1);
    expect(await offersOf(second)).toBe(0);

    // The room is whole again: the service passes on that one leaves.
    await button(first, ui.leave).click();
    await expectPhase(second, 'waiting');
  });

  test('devices that end by themselves come back without a click, since both remembered their permission', async ({
    pair,
  }) => {
    const { first, second } = pair;
    await pair.open();
    await meet(first, second);
    for (const [person, other] of [
      [first, second],
      [second, first],
    ] as const) {
      await expectMovingVideo(other);
      await endTracks(person);
      await expect.poll(async () => (await snapshotOf(person)).camera.on).toBe(true);
      await expect.poll(async () => (await snapshotOf(other)).peer?.audio).toBe(true);
      await expectMovingVideo(other);
      await expectGrowingAudio(other);
    }
  });

  test('a connection that breaks is made anew', async ({ pair }) => {
    const { first, second } = pair;
    await pair.open();
    await meet(first, second);
    for (const broken of [first, second]) {
      await broken.evaluate(() => {
        for (const connection of window.e2eProbe.connections) connection.close();
      });
      for (const person of [first, second]) {
        await expect
          .poll(() => liveConnections(person), { message: 'a new connection', timeout: 30_000 })
          .toBe(1);
        await expectPhase(person, 'connected');
        await expectMovingVideo(person);
        await expectGrowingAudio(person);
      }
    }
  });

  test('a reload leaves, and joins again by itself', async ({ pair }) => {
    const { first, second } = pair;
    await pair.open(undefined, { autojoin: 'on' });
    for (const person of [first, second]) await expectPhase(person, 'connected');
    await second.reload();
    for (const person of [first, second]) {
      await expectPhase(person, 'connected');
      await expectMovingVideo(person);
    }
  });
});

type Person = Parameters<typeof snapshotOf>[0];

/** As a driver that hangs does: the page is told that the tracks ended, and did nothing to them. */
const endTracks = (page: Person) =>
  page.evaluate(() => {
    for (const track of window.e2eProbe.tracks) {
      if (track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });

const liveCameras = (page: Person) =>
  page.evaluate(
    () =>
      [...window.e2eProbe.tracks].filter(({ kind, readyState }) => kind === 'video' && readyState === 'live')
        .length,
  );

const liveConnections = (page: Person) =>
  page.evaluate(
    () =>
      [...window.e2eProbe.connections].filter(({ connectionState }) => connectionState === 'connected')
        .length,
  );

/** Offers that this page made, over all its connections. */
const offersOf = (page: Person) =>
  page.evaluate(
    () =>
      [...window.e2eProbe.connections].filter(({ localDescription }) => localDescription?.type === 'offer')
        .length,
  );
