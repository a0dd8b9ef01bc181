// Web Test Runner's results as `reports/elements.json`, one record per test and browser.
import { fromTop, writeReport } from './report.mjs';

function* testsOf(suite, names = []) {
  for (const test of suite.tests ?? []) yield { ...test, names: [...names, test.name] };
  for (const inner of suite.suites ?? []) yield* testsOf(inner, [...names, inner.name]);
}

function outcomeOf(test) {
  if (test.skipped) return 'skipped';
  return test.passed ? 'passed' : 'failed';
}

function* recordsOf(session) {
  const file = fromTop(session.testFile ?? '');
  const browser = session.browser.name;
  let count = 0;
  let hasFailed = false;
  for (const test of testsOf(session.testResults ?? {})) {
    count++;
    hasFailed ||= outcomeOf(test) === 'failed';
    const reason = test.skipped ? { reason: 'marked as skipped in the file' } : {};
    const error = test.error ? { error: test.error.stack ?? test.error.message } : {};
    yield {
      name: `${browser}: ${test.names.join(' › ')}`,
      file,
      outcome: outcomeOf(test),
      ...reason,
      ...error,
    };
  }
  // A file that does not load, or that leaves an error behind, has no failing test of its own to show for it.
  if (count === 0 || (!session.passed && !hasFailed)) {
    const error = session.errors.map(({ stack, message }) => stack ?? message).join('\n') || 'no test ran';
    yield { name: `${browser}: the file as a whole`, file, outcome: 'failed', error };
  }
}

export function jsonReporter(stage) {
  return {
    stop({ sessions }) {
      writeReport(
        stage,
        [...sessions].flatMap((session) => [...recordsOf(session)]),
      );
    },
  };
}
