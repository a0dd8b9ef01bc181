import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sumUp } from './sum.mjs';

const red = (words: string) => `\u001b[31m${words}\u001b[39m`;

describe('the sum of the reports', () => {
  let folder = '';
  const url = () => pathToFileURL(`${folder}/`);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'p2p-call-'));
    const reports = {
      good: ['passed', 'passed', 'skipped'],
      bad: ['passed', 'failed'],
      empty: [],
      skipping: ['skipped'],
    };
    for (const [stage, outcomes] of Object.entries(reports)) {
      const tests = outcomes.map((outcome) => ({
        name: 'a test',
        file: 'a.test.ts',
        outcome,
        reason: 'needs root',
        ...(outcome === 'failed'
          ? { error: `${red('Property failed')}\n{ seed: 7 }\n\n${'at x\n'.repeat(40)}` }
          : {}),
      }));
      writeFileSync(join(folder, `${stage}.json`), JSON.stringify({ stage, tests }));
    }
    writeFileSync(join(folder, 'torn.json'), '{"stage":"torn","tes');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const ROWS: readonly (readonly [
    name: string,
    isFine: boolean,
    tested: boolean,
    sum: string,
    why?: RegExp,
  ])[] = [
    ['good', true, true, '2/0/1'],
    ['bad', false, true, '1/1/0', /a\.test\.ts a test/],
    ['good', false, true, '2/1/1', /ended with an error/],
    ['empty', true, true, '0/1/0', /executed no test/],
    ['skipping', true, true, '0/1/1', /executed no test/],
    ['missing', true, true, '0/1/0', /left no report/],
    ['torn', true, true, '0/1/0', /left no report/],
    ['install', true, false, '0/0/0'],
    ['install', false, false, '0/1/0', /install: the stage failed/],
  ];
  test('a stage may be skipped as a whole where the machine cannot run it, but not be empty', () => {
    const results = ['skipping', 'empty'].map((name) => ({
      name,
      isFine: true,
      tested: true,
      mayBeSkipped: true,
    }));
    const { failed, skipped, lines } = sumUp(results, url());
    assert.deepEqual([failed, skipped], [1, 1]);
    assert.match(lines.join('\n'), /skipping: a test \(needs root\)/);
    assert.match(lines.join('\n'), /empty: the stage executed no test/);
  });

  for (const [name, isFine, tested, expected, why] of ROWS) {
    test(`${name}, ${isFine ? 'ended well' : 'ended badly'}: ${expected}`, () => {
      const { passed, failed, skipped, lines } = sumUp([{ name, isFine, tested }], url());
      assert.equal(`${passed}/${failed}/${skipped}`, expected);
      if (why !== undefined) assert.match(lines.join('\n'), why);
    });
  }

  test('a failure says why, in few lines and without colours', () => {
    const { lines } = sumUp([{ name: 'bad', isFine: false, tested: true }], url());
    const said = lines.slice(lines.findIndex((line) => line.startsWith('FAILED')) + 1, -1);
    assert.deepEqual(
      said.slice(0, 2).map((line) => line.trim()),
      ['Property failed', '{ seed: 7 }'],
    );
    assert.equal(said.length, 12);
  });

  test('a skip says why', () => {
    const { lines } = sumUp([{ name: 'good', isFine: true, tested: true }], url());
    assert.ok(lines.includes('skipped  good: a test (needs root)'), lines.join('\n'));
  });
});
