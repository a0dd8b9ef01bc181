// Adds the runners' reports up. What crashed, or tested nothing, is a failure: silence is never a success.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { REPORTS_URL } from './report.mjs';

function readTests(stage, folder) {
  try {
    return JSON.parse(readFileSync(new URL(`${stage}.json`, folder), 'utf8')).tests;
  } catch {
    return null;
  }
}

/** Why a stage as a whole has failed, though none of its tests says so; or `null`. */
function stageFailure({ isFine, tested, mayBeSkipped = false }, tests) {
  if (!tested) return isFine ? null : 'failed';
  if (tests === null) return 'left no report';
  const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
  const isSkipped = mayBeSkipped && count('skipped') > 0;
  if (count('passed') + count('failed') === 0 && !isSkipped) return 'executed no test';
  return !isFine && count('failed') === 0 ? 'ended with an error, though no test failed' : null;
}

/** So much of what a test says of its failure stands in the sum: the end of the output may be all that is kept of a run. */
const ERROR_LINES = 12;
const ERROR_WIDTH = 600;

const headOf = (error = '') =>
  stripVTControlCharacters(error)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, ERROR_LINES)
    .map((line) => `           ${line.slice(0, ERROR_WIDTH)}`);

/**
 * @param {{ name: string, isFine: boolean, tested: boolean, mayBeSkipped?: boolean }[]} results of the stages that were run;
 *   one that may be skipped needs what not every machine has, and each of its tests says so
 * @returns the three numbers, and `lines` to print above them: each stage, each failure, each skip with its reason
 */
export function sumUp(results, folder = REPORTS_URL) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const lines = [''];
  for (const result of results) {
    const { name, tested } = result;
    const tests = tested ? readTests(name, folder) : [];
    const ofStage = { passed: 0, failed: 0, skipped: 0 };
    for (const test of tests ?? []) {
      ofStage[test.outcome]++;
      if (test.outcome === 'failed')
        lines.push(`FAILED   ${name}: ${`${test.file} ${test.name}`.trim()}`, ...headOf(test.error));
      if (test.outcome === 'skipped') lines.push(`skipped  ${name}: ${test.name} (${test.reason})`);
    }
    const failure = stageFailure(result, tests);
    if (failure !== null) {
      ofStage.failed++;
      lines.push(`FAILED   ${name}: the stage ${failure}`);
    }
    if (tested)
      lines.push(`${name}: ${ofStage.passed} passed, ${ofStage.failed} failed, ${ofStage.skipped} skipped`);
    for (const outcome of Object.keys(sum)) sum[outcome] += ofStage[outcome];
  }
  return { ...sum, lines };
}
