import { test } from './support/fixtures.js';
import { expectGrowingAudio, expectMovingVideo, expectNothingOpen } from './support/media.js';
import { expectPhase, join } from './support/person.js';

test.describe('a call of two', { tag: '@every-pair' }, () => {
  test('both join by clicking, and both see and hear each other', async ({ pair }) => {
    const { first, second } = pair;
    await pair.open();
    await join(first);
    await expectPhase(first, 'waiting');
    await join(second);

    for (const person of [first, second]) {
      await expectPhase(person, 'connected');
      await expectMovingVideo(person);
      await expectGrowingAudio(person);
    }
  });

  test('after a hang-up nothing is left open on that side', async ({ pair }) => {
    const { first, second } = pair;
    await pair.open();
    await join(first);
    await expectPhase(first, 'waiting');
    await join(second);
    for (const person of [first, second]) await expectPhase(person, 'connected');

    await first.getByRole('button', { name: 'Leave call' }).click();
    await expectPhase(first, 'ended');
    await expectNothingOpen(first);
  });
});
