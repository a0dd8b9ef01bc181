import type { ClockPort } from '../session/ports.js';

/** The browser's own clock. */
export const browserClock: ClockPort = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  random: () => Math.random(),
};
