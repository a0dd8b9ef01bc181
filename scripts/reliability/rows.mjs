// What runs of the long suite left: files of JSON lines, by part and pair of browsers (netlab/long/support/rows.ts writes them).
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ run: string, part: string, pair: string, seed: number, options: string, cores: number, browsers: [string, string] }} Head
 * @typedef {{ heads: Head[], rows: (object & { pair: string, run: string })[] }} Part
 */

/** @returns {Map<string, Part>} by name, in alphabetical order; each row says of which pair and run it is */
export function readParts(folder) {
  const parts = new Map();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    const lines = readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean);
    const [head, ...rows] = lines.map((line) => JSON.parse(line));
    const part = parts.get(head.part) ?? { heads: [], rows: [] };
    part.heads.push(head);
    part.rows.push(...rows.map((row) => ({ pair: head.pair, run: head.run, ...row })));
    parts.set(head.part, part);
  }
  return parts;
}

/** The same values together, in the order in which each came first. */
export function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
