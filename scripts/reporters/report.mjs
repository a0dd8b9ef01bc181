// What every runner's report looks like, so that one script can add them up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ name: string, file: string, outcome: 'passed' | 'failed' | 'skipped', reason?: string, error?: string }} TestRecord
 */

export const REPORTS_URL = new URL('../../reports/', import.meta.url);

/** Writes `reports/<stage>.json`. @param {TestRecord[]} tests */
export function writeReport(stage, tests) {
  mkdirSync(REPORTS_URL, { recursive: true });
  writeFileSync(new URL(`${stage}.json`, REPORTS_URL), `${JSON.stringify({ stage, tests }, null, 2)}\n`);
}

const top = fileURLToPath(new URL('../../', import.meta.url));

/** A file's name from the top of the checkout. */
export const fromTop = (file) => (file.startsWith(top) ? file.slice(top.length) : file);
