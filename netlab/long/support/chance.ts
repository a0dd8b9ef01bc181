// Chance that can be repeated.

/** @returns numbers from 0 to below 1, the same for the same seed (mulberry32, public domain) */
export function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of this text and seed. */
export function chanceFor(seed: number, name: string): () => number {
  let hash = seed;
  for (const letter of name) hash = Math.imul(hash, 31) + letter.charCodeAt(0);
  return chance(hash);
}

export const between = (random: () => number, low: number, high: number): number =>
  low + random() * (high - low);

/** Small numbers as often as large ones, by their size. */
export const logBetween = (random: () => number, low: number, high: number): number =>
  Math.exp(between(random, Math.log(low), Math.log(high)));

export function oneOf<Item>(random: () => number, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}
