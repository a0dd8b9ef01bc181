// Playwright's results as `reports/e2e.json` (or as its option `report` says), one record per test and pair of browsers.
import { fromTop, writeReport } from './report.mjs';

function recordOf(test) {
  const [, project, , ...names] = test.titlePath();
  const record = { name: `${project}: ${names.join(' › ')}`, file: fromTop(test.location.file) };
  const last = test.results.at(-1);
  // Playwright also calls "skipped" what it never got to: that is no success.
  if (last === undefined) return { ...record, outcome: 'failed', error: 'did not run' };
  if (test.outcome() === 'skipped') {
    const skip = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
    if (skip === undefined) return { ...record, outcome: 'failed', error: 'was interrupted' };
    return { ...record, outcome: 'skipped', reason: skip.description ?? 'no reason given' };
  }
  if (test.outcome() === 'expected') return { ...record, outcome: 'passed' };
  return {
    ...record,
    outcome: 'failed',
    error: last.errors.map((error) => error.stack ?? error.message).join('\n'),
  };
}

export default class JsonReporter {
  #report;
  #suite;
  #errors = [];

  constructor({ report = 'e2e' } = {}) {
    this.#report = report;
  }

  printsToStdio() {
    return false;
  }

  onBegin(_config, suite) {
    this.#suite = suite;
  }

  onError(error) {
    this.#errors.push({
      name: 'outside of any test',
      file: '',
      outcome: 'failed',
      error: error.stack ?? error.message,
    });
  }

  onEnd() {
    writeReport(this.#report, [...(this.#suite?.allTests() ?? []).map(recordOf), ...this.#errors]);
  }
}
