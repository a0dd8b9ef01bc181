// What a run finds out, as lines of JSON: `reports/reliability/<part>.<pair>.jsonl`. The first tells what was run, where and
// when; `node scripts/reliability.mjs` makes tables of them.
import { existsSync, appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestInfo } from '@playwright/test';
import type { Lab } from '../../lab/lab.js';
import { OPTIONS, SEED, runName } from './settings.js';

const FOLDER =
  process.env.NETLAB_ROWS ?? fileURLToPath(new URL('../../../reports/reliability', import.meta.url));

export interface Head {
  /** ISO 8601. */
  readonly run: string;
  readonly part: string;
  readonly pair: string;
  readonly seed: number;
  /** How the run was called, where it was not as usual: `NETLAB_SHARE=0.1`. */
  readonly options: string;
  readonly cores: number;
  /** With their versions, of home a and home b. */
  readonly browsers: readonly [string, string];
}

/** Writes lines for one part and pair. */
export class Rows {
  readonly #file: string;
  readonly #pair: string;
  readonly #part: string;
  #traces = 0;

  private constructor(info: TestInfo) {
    this.#pair = info.project.name;
    this.#part = basename(info.file, '.long.ts');
    this.#file = join(FOLDER, `${this.#part}.${this.#pair}.jsonl`);
  }

  /**
   * Of this test's part: begins anew with each run, and goes on with each test of it.
   * @param keeps what other runs found out, until `put` replaces it: for trials that can be made one by one
   */
  static of(lab: Lab, info: TestInfo, { keeps = false } = {}): Rows {
    mkdirSync(FOLDER, { recursive: true });
    const rows = new Rows(info);
    const head: Head = {
      run: runName(),
      part: rows.#part,
      pair: rows.#pair,
      seed: SEED,
      options: OPTIONS,
      cores: cpus().length,
      browsers: [versionOf(lab, 'a'), versionOf(lab, 'b')],
    };
    const [old, ...found] = rows.#lines();
    if (old?.run !== head.run) rows.#write([head, ...(keeps ? found : [])]);
    return rows;
  }

  add(row: object): void {
    appendFileSync(this.#file, `${JSON.stringify({ run: runName(), ...row })}\n`);
  }

  /** In place of the row that has the same value there. */
  put<Row extends object>(row: Row, key: keyof Row & string): void {
    this.#write(this.#lines().filter((one, index) => index === 0 || one[key] !== row[key]));
    this.add(row);
  }

  /** What this run has so far. */
  all<Row extends object>(): Row[] {
    return this.#lines().slice(1) as unknown as Row[];
  }

  /** Writes down what went on in the lab. @returns the file's name */
  async trace(lab: Lab, more = ''): Promise<string> {
    const name = `${this.#part}.${this.#pair}.${Date.now().toString(36)}-${++this.#traces}.txt`;
    writeFileSync(join(FOLDER, name), `${more}\n\n${await lab.describe()}\n`);
    return name;
  }

  #write(lines: readonly object[]): void {
    writeFileSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  #lines(): Record<string, unknown>[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

function versionOf(lab: Lab, side: 'a' | 'b'): string {
  const { browserName, context } = lab.home[side];
  return `${browserName} ${context.browser()?.version() ?? ''}`.trim();
}
