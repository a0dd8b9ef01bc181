// What is printed: a line per call while they run, then the table and the verdict.
import { median, quantile, ratioInterval } from '../support/statistics.mjs';

/** At p50 ours may take this many times what the best of the others takes, on both sides. */
const LIMIT = 1.05;
const SIDES = [
  ['joins', 'who joins'],
  ['waits', 'who waits'],
];

const ms = (value) => (Number.isFinite(value) ? value.toFixed(1) : '–');

export function rawLine(index, total, { contender, error, joins, waits, sizes, clocks }) {
  const place = `${String(index + 1).padStart(String(total).length)}/${total}`;
  const figures =
    error === undefined
      ? `joins ${ms(joins).padStart(7)} ms   waits ${ms(waits).padStart(7)} ms   ${sizes.join(' ')}   clocks ${clocks.toFixed(2)} ms apart`
      : `FAILED: ${error}`;
  return `${place}  ${contender.padEnd(12)}  ${figures}`;
}

const figuresOf = (calls, contender, side) =>
  calls
    .filter((call) => call.contender === contender.name && call.error === undefined)
    .map((call) => call[side]);

function rowsOf(calls, contenders) {
  return contenders.flatMap((contender) => {
    const all = calls.filter((call) => call.contender === contender.name);
    const failed = all.filter((call) => call.error !== undefined).length;
    return SIDES.map(([side, words]) => {
      const figures = figuresOf(calls, contender, side);
      const [p50, p95] = [median(figures), quantile(figures, 0.95)];
      return { contender: contender.name, side, words, n: figures.length, failed, p50, p95 };
    });
  });
}

/** Ours against whoever of the others is the quicker at p50 on that side. */
function compare(calls, rows, contenders, ours, [side, words]) {
  const mine = rows.find((row) => row.contender === ours.name && row.side === side);
  const others = contenders.filter(({ isOurs }) => !isOurs).map(({ name }) => name);
  const best = rows
    .filter((row) => row.side === side && others.includes(row.contender) && row.n > 0)
    .reduce((a, b) => (a !== null && a.p50 <= b.p50 ? a : b), null);
  const ratio = best === null ? NaN : mine.p50 / best.p50;
  const [low, high] =
    best === null || mine.n === 0
      ? [NaN, NaN]
      : ratioInterval(figuresOf(calls, ours, side), figuresOf(calls, { name: best.contender }, side));
  return { ours: ours.name, side, words, best: best?.contender ?? 'nobody', ratio, low, high };
}

/** @returns the figures of the table, and whether ours is within the limit on both sides */
export function printReport(calls, contenders, browserVersion) {
  const rows = rowsOf(calls, contenders);
  console.log(`\nJoin → first frame presented, in ms, ${browserVersion}`);
  console.log('contender     side        n  failed      p50      p95');
  for (const { contender, words, n, failed, p50, p95 } of rows) {
    const numbers = [
      String(n).padStart(3),
      String(failed).padStart(7),
      ms(p50).padStart(8),
      ms(p95).padStart(8),
    ];
    console.log(`${contender.padEnd(12)}  ${words} ${numbers.join(' ')}`);
  }
  const ratios = contenders
    .filter(({ isOurs }) => isOurs)
    .flatMap((ours) => SIDES.map((side) => compare(calls, rows, contenders, ours, side)));
  console.log('');
  for (const { ours, words, best, ratio, low, high } of ratios)
    console.log(
      `${ours}, ${words}: ${ratio.toFixed(3)} × ${best} at p50 (95 %: ${low.toFixed(3)} – ${high.toFixed(3)})`,
    );
  const isWithin = ratios
    .filter(({ ours }) => ours === contenders[0].name)
    .every(({ ratio }) => ratio <= LIMIT);
  console.log(`≤ ${LIMIT}: ${isWithin ? 'yes' : 'no'}`);
  return { browser: browserVersion, isWithin, ratios, rows };
}
