// The little of statistics that the table needs.

/** The value below which that part of the values lies, between two neighbours by interpolation. `NaN` for none. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values) => quantile(values, 0.5);

/** A small generator of chance that starts the same each time: the same figures give the same interval. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Between which values the ratio of two medians lies in 95 of 100 repetitions (bootstrap): how far the ratio can be trusted. */
export function ratioInterval(ours, theirs, repetitions = 2000) {
  const random = seeded(1);
  const resampled = (values) => median(values.map(() => values[Math.floor(random() * values.length)]));
  const ratios = Array.from({ length: repetitions }, () => resampled(ours) / resampled(theirs));
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}
