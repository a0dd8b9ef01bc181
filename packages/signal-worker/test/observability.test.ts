// The dashboard and the alerts of examples/observability ask only for what a running service has.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { loadConfig, startService, type RunningService } from '../src/index.js';
import { PAGE } from './client.js';
import { SECRET } from './conformance.js';
import { parsePrometheus, type Family, type Sample } from './prometheus-text.js';
import { readQuery } from './promql.js';

const read = (name: string): string =>
  readFileSync(new URL(`../../../examples/observability/${name}`, import.meta.url), 'utf8');

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}
const { panels, templating } = JSON.parse(read('dashboard.json')) as {
  panels: readonly Panel[];
  templating: { list: readonly { name: string; query: unknown }[] };
};
const targets = panels.flatMap(({ title, targets: own = [] }) => own.map((target) => ({ title, ...target })));

/** The rules, by the lines that each of them must have. */
const rules = read('alerts.yml')
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((rule) => {
    const field = (name: string): string => new RegExp(`^ +${name}: (.+)$`, 'm').exec(rule)?.[1] ?? '';
    return {
      name: rule.split('\n')[0] ?? '',
      expr: field('expr'),
      wait: field('for'),
      severity: field('severity'),
      summary: field('summary'),
    };
  });

/** Prometheus itself adds these to what it scrapes. */
const ADDED_METRICS = ['up'];
const ADDED_LABELS = ['job', 'instance'];

describe('examples/observability', () => {
  let service: RunningService;
  let families: ReadonlyMap<string, Family>;
  let samples: readonly Sample[];

  before(async () => {
    const environment = { PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'silent' };
    const result = loadConfig({ ...environment, JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE });
    assert.ok(result.ok);
    service = await startService(result.config, { drainMs: 50 });
    const response = await fetch(`http://127.0.0.1:${service.metricsPort}/metrics`);
    families = parsePrometheus(await response.text());
    samples = [...families.values()].flatMap((family) => family.samples);
  });
  after(() => service.close());

  /** Every metric, label and value of a query is in the scrape. @returns what its result is grouped by */
  function check(expr: string): readonly string[] {
    // Each side has its own grouping.
    const sides = expr.split(' and ');
    if (sides.length > 1) return sides.flatMap(check);
    const { selectors, groups } = readQuery(expr);
    assert.ok(selectors.length > 0, expr);
    for (const { name, labels } of selectors) {
      const found = samples.filter((sample) => sample.name === name);
      assert.ok(found.length > 0 || ADDED_METRICS.includes(name), `${name} is not in the scrape`);
      for (const [label, values] of labels) {
        if (ADDED_LABELS.includes(label)) continue;
        for (const value of values)
          assert.ok(
            found.some((sample) => sample.labels[label] === value),
            `${name}{${label}="${value}"} is not in the scrape`,
          );
      }
      for (const group of groups)
        assert.ok(
          found.some((sample) => group in sample.labels),
          `${name} has no label ${group}`,
        );
    }
    return groups;
  }

  for (const { title, expr, legendFormat } of targets) {
    test(`dashboard, ${title}: ${legendFormat}`, () => {
      const groups = check(expr);
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        assert.ok(groups.includes(label) || ADDED_LABELS.includes(label), label);
      assert.ok(expr.includes('job="$job"'), 'asks for the job that is chosen');
    });
  }

  for (const rule of rules) {
    test(`alert ${rule.name}`, () => {
      check(rule.expr);
      assert.match(rule.expr, / (>|<|==) /);
      assert.match(rule.wait, /^\d+m$/);
      assert.match(rule.severity, /^(page|ticket)$/);
      assert.ok(rule.summary.length > 10);
      // Widgets' numbers can be made up: nobody is woken by them.
      if (rule.severity === 'page') assert.doesNotMatch(rule.expr, /\b(call|ice|turn|codec|recovery)_/);
    });
  }

  test('no alert is left out, and none is there twice', () => {
    const names = [...read('alerts.yml').matchAll(/alert: (\w+)$/gm)].map(([, name]) => name);
    assert.deepEqual(
      rules.map(({ name }) => name),
      names,
    );
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 5);
  });

  test('every metric of the service is on the dashboard', () => {
    const shown = targets.flatMap(({ expr }) => readQuery(expr).selectors.map(({ name }) => name));
    for (const [name] of families)
      if (!/^(process|nodejs)_/.test(name))
        assert.ok(
          shown.some((one) => one.replace(/_(bucket|sum|count)$/, '') === name),
          name,
        );
  });

  test('panels have numbers of their own and do not lie on each other', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    for (const [n, { gridPos: a, title }] of panels.entries()) {
      assert.ok(a.x + a.w <= 24, title);
      for (const { gridPos: b, title: other } of panels.slice(n + 1)) {
        const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        assert.ok(isApart, `${title} and ${other}`);
      }
    }
  });

  test('the choice of a job is made from a metric that is there', () => {
    const job = templating.list.find(({ name }) => name === 'job');
    assert.match(JSON.stringify(job?.query), /label_values\(p2p_sockets, job\)/);
    assert.ok(families.has('p2p_sockets'));
  });
});

describe('the reader of queries', () => {
  test('finds what is asked for', () => {
    assert.deepEqual(readQuery('sum by (le) (rate(a_bucket{b="c", d=~"e|f"}[5m])) / 2 > 0.5 and up == 0'), {
      selectors: [
        {
          name: 'a_bucket',
          labels: [
            ['b', ['c']],
            ['d', ['e', 'f']],
          ],
        },
        { name: 'up', labels: [] },
      ],
      groups: ['le'],
    });
  });
  for (const text of ['sum(a', 'a)', 'a{b}', 'a{b!="c"}', 'a $ b', 'a[5m', '"a"'])
    test(`refuses ${text}`, () => assert.throws(() => readQuery(text)));
});
