// Node's test runner: failures and skips on the screen, everything in `reports/unit.json`, or by the name that REPORT_AS gives.
import { inspect } from 'node:util';
import { fromTop, writeReport } from './report.mjs';

/** A suite fails with its tests, and a file with what is in it: those are counted there. */
function isCountedElsewhere({ details }) {
  return details?.error?.failureType === 'subtestsFailed';
}

/** Node tells of a file as if it were a test of that name if it crashed, or if it ran to its end without any test. */
const isWholeFile = ({ name, file, nesting }) => nesting === 0 && file !== undefined && file.endsWith(name);

function recordOf(event, outcome) {
  const { name, file, skip, todo, details } = event;
  const record = { name, file: fromTop(file ?? ''), outcome };
  if (skip !== undefined || todo !== undefined) {
    const reason =
      [skip, todo].find((words) => typeof words === 'string' && words !== '') ?? 'no reason given';
    return { ...record, outcome: 'skipped', reason };
  }
  if (outcome === 'passed') return record;
  // The runner wraps what was thrown; `inspect` also shows what caused that.
  const cause = details.error?.cause ?? details.error;
  return { ...record, error: typeof cause === 'string' ? cause : inspect(cause) };
}

function fileRecord({ file, details }, outcome) {
  const error = outcome === 'passed' ? 'holds no test' : `did not load: ${details.error?.message}`;
  return { name: 'the file as a whole', file: fromTop(file), outcome: 'failed', error };
}

export default async function* report(events) {
  const tests = [];
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const outcome = type === 'test:pass' ? 'passed' : 'failed';
    if (data.details?.type === 'suite' && (outcome === 'passed' || isCountedElsewhere(data))) continue;
    const record = isWholeFile(data) ? fileRecord(data, outcome) : recordOf(data, outcome);
    tests.push(record);
    if (record.outcome === 'failed') yield `✖ ${record.file}: ${record.name}\n${record.error}\n\n`;
  }
  writeReport(process.env.REPORT_AS ?? 'unit', tests);
  yield `${tests.length} tests in ${new Set(tests.map(({ file }) => file)).size} files\n`;
}
