import type { ClientMessage, Of } from '@p2p-call/protocol';
import { REPORTED_METRICS, type CounterName, type HistogramName, type MetricShape } from './catalogue.js';
import type { Meter } from './meter.js';
import { OTHER } from './other.js';

type Reported = Of<ClientMessage, 'report'>['metrics'][number];
type ReportedName = keyof typeof REPORTED_METRICS;
type ReportedHistogram = ReportedName & HistogramName;
type ReportedCounter = ReportedName & CounterName;

/** The largest value of each histogram, in its unit; the smallest is 0. */
const LARGEST: Readonly<Record<ReportedHistogram, number>> = {
  call_setup_time_ms: 600_000,
  recovery_time_ms: 600_000,
  turn_usage_ratio: 1,
};
/** How often one report may count something. */
const MOST_TIMES = 20;

/**
 * Takes what a widget reports of its call. Whoever sends it is not believed: only the names and labels of the catalogue are taken, and
 * values that can be true; all else is dropped and counted.
 * @param metrics as they were decoded
 */
export function takeReport(metrics: readonly Reported[], meter: Meter): void {
  for (const { name, value, labels } of metrics) {
    if (isHistogram(name)) {
      if (value >= 0 && value <= LARGEST[name]) meter.observe(name, value, listed(name, labels));
      else meter.count('p2p_reports_dropped_total', { reason: 'bad-value' });
    } else if (isCounter(name)) {
      const isFit = Number.isInteger(value) && value >= 1 && value <= MOST_TIMES;
      if (!isFit) meter.count('p2p_reports_dropped_total', { reason: 'bad-value' });
      else for (let n = 0; n < value; n += 1) meter.count(name, listed(name, labels));
    } else meter.count('p2p_reports_dropped_total', { reason: 'unknown-name' });
  }
}

function isHistogram(name: string): name is ReportedHistogram {
  return Object.hasOwn(LARGEST, name);
}

function isCounter(name: string): name is ReportedCounter {
  return Object.hasOwn(REPORTED_METRICS, name) && !isHistogram(name);
}

/** The labels that this metric has, with values that the catalogue lists. */
function listed(name: ReportedName, given: Reported['labels']): Record<string, string> {
  const { labels = {} }: MetricShape = REPORTED_METRICS[name];
  const entries = Object.entries(labels).map(([label, values]): [string, string] => {
    const value = given !== undefined && Object.hasOwn(given, label) ? given[label] : undefined;
    return [label, value !== undefined && values.includes(value) ? value : OTHER];
  });
  return Object.fromEntries(entries);
}
