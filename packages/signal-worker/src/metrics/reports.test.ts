import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeClientMessage, encode, type ClientMessage, type Of } from '@p2p-call/protocol';
import fc from 'fast-check';
import { METRICS, REPORTED_METRICS, type MetricShape } from './catalogue.js';
import type { Meter } from './meter.js';
import { takeReport } from './reports.js';

type Reported = Of<ClientMessage, 'report'>['metrics'][number];
const CATALOGUE: Readonly<Record<string, MetricShape>> = METRICS;

/** What the meter was told, one line each: `name{label="value"} value`. */
function taken(...metrics: Reported[]): string[] {
  const told: string[] = [];
  const note =
    (value?: number) =>
    (name: string, labels: Readonly<Record<string, string>> = {}): void => {
      const [[label, word] = []] = Object.entries(labels);
      told.push(`${name}${label === undefined ? '' : `{${label}="${String(word)}"}`} ${value ?? ''}`.trim());
    };
  const meter: Meter = {
    count: (name, labels) => note()(name, labels),
    observe: (name, value, labels) => note(value)(name, labels),
    set: () => assert.fail('a report sets nothing'),
  };
  takeReport(metrics, meter);
  return told;
}

const BAD = 'p2p_reports_dropped_total{reason="bad-value"}';
const UNKNOWN = 'p2p_reports_dropped_total{reason="unknown-name"}';

describe('what a widget reports', () => {
  const rows: [Reported, string[]][] = [
    [{ name: 'call_setup_time_ms', value: 812.5 }, ['call_setup_time_ms 812.5']],
    [{ name: 'call_setup_time_ms', value: 0 }, ['call_setup_time_ms 0']],
    [{ name: 'call_setup_time_ms', value: 600_000 }, ['call_setup_time_ms 600000']],
    [{ name: 'call_setup_time_ms', value: 600_001 }, [BAD]],
    [{ name: 'call_setup_time_ms', value: -1 }, [BAD]],
    [{ name: 'recovery_time_ms', value: 4_000 }, ['recovery_time_ms 4000']],
    [{ name: 'recovery_time_ms', value: NaN }, [BAD]],
    [{ name: 'recovery_time_ms', value: Infinity }, [BAD]],
    [{ name: 'turn_usage_ratio', value: 1 }, ['turn_usage_ratio 1']],
    [{ name: 'turn_usage_ratio', value: 1.01 }, [BAD]],
    [
      { name: 'ice_restart_total', value: 2, labels: { outcome: 'recovered' } },
      ['ice_restart_total{outcome="recovered"}', 'ice_restart_total{outcome="recovered"}'],
    ],
    [{ name: 'ice_restart_total', value: 1 }, ['ice_restart_total{outcome="other"}']],
    [
      { name: 'codec_selected_total', value: 1, labels: { codec: 'canary' } },
      ['codec_selected_total{codec="other"}'],
    ],
    [
      { name: 'codec_selected_total', value: 1, labels: { codec: 'VP8', room: 'canary' } },
      ['codec_selected_total{codec="VP8"}'],
    ],
    [
      { name: 'call_end_total', value: 1, labels: { reason: 'peer-left' } },
      ['call_end_total{reason="peer-left"}'],
    ],
    ...[0, -1, 1.5, 21, 1e9, NaN].map((value): [Reported, string[]] => [
      { name: 'call_end_total', value },
      [BAD],
    ]),
    [{ name: 'call_end_total', value: 20 }, new Array<string>(20).fill('call_end_total{reason="other"}')],
    // The service's own numbers are not for widgets to count.
    [{ name: 'p2p_joins_total', value: 1, labels: { result: 'full' } }, [UNKNOWN]],
    [{ name: 'canary', value: 1 }, [UNKNOWN]],
    [{ name: '', value: 1 }, [UNKNOWN]],
    [{ name: 'constructor', value: 1 }, [UNKNOWN]],
    [{ name: '__proto__', value: 1 }, [UNKNOWN]],
  ];
  for (const [metric, expected] of rows) {
    test(`${metric.name} ${metric.value} ${JSON.stringify(metric.labels ?? {})}`, () => {
      assert.deepEqual(taken(metric), expected);
    });
  }

  test('one bad metric does not take the others with it', () => {
    assert.deepEqual(taken({ name: 'canary', value: 1 }, { name: 'turn_usage_ratio', value: 0.5 }), [
      UNKNOWN,
      'turn_usage_ratio 0.5',
    ]);
  });

  test('every reported metric can be reported', () => {
    for (const name of Object.keys(REPORTED_METRICS))
      assert.match(taken({ name, value: 1 }).join(), new RegExp(`^${name}`));
  });
});

describe('no report, however made', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...Object.keys(METRICS), '__proto__', 'constructor', 'toString'),
  );
  const values = Object.values(CATALOGUE).flatMap(({ labels = {} }) => Object.values(labels).flat());
  const keys = Object.values(CATALOGUE).flatMap(({ labels = {} }) => Object.keys(labels));
  const metric = fc.record(
    {
      name: word,
      value: fc.oneof(fc.double(), fc.integer({ min: -3, max: 25 })),
      labels: fc.dictionary(
        fc.oneof(word, fc.constantFrom(...keys)),
        fc.oneof(word, fc.constantFrom(...values)),
        { maxKeys: 4 },
      ),
    },
    { requiredKeys: ['name', 'value'] },
  );
  const report = fc.array(metric, { maxLength: 32 });

  test('throws, or makes a time series that is not in the catalogue', () => {
    const listed = new Set(
      Object.entries(CATALOGUE).flatMap(([name, { labels = {} }]) => {
        const [entry] = Object.entries(labels);
        return entry === undefined
          ? [name]
          : [...entry[1], 'other'].map((one) => `${name}{${entry[0]}="${one}"}`);
      }),
    );
    fc.assert(
      fc.property(report, (metrics) => {
        for (const line of taken(...metrics)) assert.ok(listed.has(line.split(' ')[0] ?? ''), line);
      }),
    );
  });

  test('is taken in another way after it went over the wire', () => {
    fc.assert(
      fc.property(report, (metrics) => {
        const decoded = decodeClientMessage(encode({ type: 'report', metrics }));
        if (!decoded.ok || decoded.message.type !== 'report') return;
        const numbers = (lines: string[]) => lines.map((line) => line.replace(' -0', ' 0'));
        assert.deepEqual(numbers(taken(...decoded.message.metrics)), numbers(taken(...metrics)));
      }),
    );
  });

  test('counts more than 20 for each of its metrics', () => {
    fc.assert(fc.property(report, (metrics) => assert.ok(taken(...metrics).length <= 20 * metrics.length)));
  });
});
