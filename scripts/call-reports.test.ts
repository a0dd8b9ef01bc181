// What docs/call-reports.md lists is what widgets report, and what the service takes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPORTED_METRICS, type MetricShape } from '../packages/signal-worker/src/metrics/catalogue.js';
import { TOP } from './workspace.mjs';

test('one row for each metric, with its labels and its kind', () => {
  const document = readFileSync(join(TOP, 'docs/call-reports.md'), 'utf8');
  const rows = [...document.matchAll(/^\| `([^`]+)` +\| (\w+)/gm)].map(([, name, kind]) => `${name} ${kind}`);
  const shapes = Object.entries<MetricShape>(REPORTED_METRICS);
  const expected = shapes.map(([name, { labels, kind }]) => {
    const names = Object.keys(labels ?? {});
    return `${name}${names.length === 0 ? '' : `{${names.join(',')}}`} ${kind}`;
  });
  assert.deepEqual(rows.sort(), expected.sort());
});
