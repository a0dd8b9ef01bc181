// What every contender's page has in common: the clock, the first frame, and `window.bench`, by which the benchmark drives it.
import { clockOffset, now } from './clock.js';
import { onFirstRemoteFrame } from './first-frame.js';
import { noteSteps } from './note-steps.js';

export const query = Object.fromEntries(new URLSearchParams(location.search));
export const isWaiting = query.role === 'waits';

/**
 * @param prepare resolves once all is done that people do before the second one's Join
 * @param join what the button does; runs to the end of its synchronous part inside the measured time
 */
export function offerBench(prepare, join) {
  const steps = query.steps ? noteSteps() : () => [];
  window.bench = {
    prepare,
    clock: clockOffset,
    steps,
    firstFrame: onFirstRemoteFrame(),
    join() {
      const startedAt = now();
      join();
      return startedAt;
    },
  };
}
