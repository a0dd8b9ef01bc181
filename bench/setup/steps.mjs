// Where the time goes: the medians of every step that the pages noted, in the order in which they happen.
import { median } from '../support/statistics.mjs';

const SIDES = ['joins', 'waits'];

/** A step's first time in each call. */
function timesByStep(calls, side) {
  const times = new Map();
  for (const { steps } of calls) {
    const seen = new Set();
    for (const [name, at] of steps[side]) {
      if (seen.has(name)) continue;
      seen.add(name);
      times.set(name, [...(times.get(name) ?? []), at]);
    }
  }
  return times;
}

export function stepsTable(calls) {
  const measured = calls.filter(({ steps }) => steps !== undefined);
  const lines = [];
  for (const contender of new Set(measured.map((call) => call.contender))) {
    const own = measured.filter((call) => call.contender === contender);
    const rows = SIDES.flatMap((side) =>
      [...timesByStep(own, side)].map(([name, times]) => ({
        side,
        name,
        at: median(times),
        n: times.length,
      })),
    );
    lines.push('', `${contender}: median ms after Join, and in how many calls`);
    for (const { side, name, at, n } of rows.filter((row) => row.at > -50).sort((a, b) => a.at - b.at)) {
      const text = `${at.toFixed(1).padStart(8)} ×${String(n).padEnd(3)} ${name}`;
      lines.push(side === 'joins' ? text : `${' '.repeat(46)}${text}`);
    }
  }
  return lines.join('\n');
}
