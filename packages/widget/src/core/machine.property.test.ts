import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkSerialisable } from '../testing/machine-rules.js';
import { playStory } from '../testing/machine-stories.js';
import { storyOf } from '../testing/machine-story.js';

const RUNS = Number(process.env.MACHINE_RUNS ?? process.env.FC_RUNS ?? 2_000);

describe('whatever happens to a machine, in whatever order, the rules hold', () => {
  for (const [what, strays, numRuns] of [
    ['only timers that run fire', false, RUNS],
    ['other timers fire too', true, Math.ceil(RUNS / 5)],
  ] as const) {
    test(`${what} (${numRuns} stories)`, () => {
      fc.assert(
        fc.property(storyOf(strays, 200), (story) => {
          const player = playStory(story);
          checkSerialisable(player.state);
          player.input({ type: 'start', obstacle: null });
          player.input({ type: 'leave' });
          assert.equal(player.state.phase, 'ended', 'hanging up ends it');
        }),
        { numRuns },
      );
    });
  }
});
