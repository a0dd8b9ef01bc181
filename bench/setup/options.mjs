// The command line.
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench:setup -- [options]
  --calls N                     calls with each contender (40)
  --browser chromium|firefox    (chromium)
  --json FILE                   writes every figure there
  --steps                       also notes each step of the setup, and prints their medians
  --against FILE                one more contender: another build of the element (an IIFE bundle); may be repeated`;

/** @returns the options, or `null` with what is wrong (`null`: help was asked for) */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        calls: { type: 'string', default: '40' },
        browser: { type: 'string', default: 'chromium' },
        json: { type: 'string' },
        steps: { type: 'boolean', default: false },
        against: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { options: null, problem: null };
    const calls = Number(values.calls);
    if (!Number.isInteger(calls) || calls < 1)
      return { options: null, problem: '--calls wants a whole number' };
    if (!['chromium', 'firefox'].includes(values.browser))
      return { options: null, problem: '--browser wants chromium or firefox' };
    const { browser, steps, json = null, against } = values;
    return { options: { calls, browser, steps, json, against }, problem: null };
  } catch (error) {
    return { options: null, problem: error.message };
  }
}
