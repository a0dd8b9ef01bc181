// Tables of Markdown, and how figures are put in them.
import { quantile } from '../../bench/support/statistics.mjs';

const cell = (value) => String(value).replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** @param columns their titles; the first is words and the others are figures */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `| ${columns.map((_, index) => (index === 0 ? ':--' : '--:')).join(' | ')} |`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

/** The same with words in each column. */
export const wordsTable = (columns, rows) => table(columns, rows).replaceAll('--:', ':--');

export const ms = (value) => (Number.isFinite(value) ? String(Math.round(value)) : '–');
export const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
export const sum = (values) => values.reduce((all, value) => all + value, 0);

/** Half of the values are below the first, 95 of 100 below the second, all of them at or below the third. */
export const spread = (values) =>
  [quantile(values, 0.5), quantile(values, 0.95), Math.max(...values)].map(ms);
export const SPREAD = ['p50', 'p95', 'most'];
