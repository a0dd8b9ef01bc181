import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricsText } from '../../http/metrics-route.js';
import { METRICS, type CounterName, type GaugeName, type HistogramName } from '../../metrics/catalogue.js';
import type { MetricShape } from '../../metrics/catalogue.js';
import type { Meter } from '../../metrics/meter.js';
import { OTHER } from '../../metrics/other.js';

type Labels = Readonly<Record<string, string>>;

/** The metrics of one service in this process, in Prometheus text. */
export interface PrometheusMeter extends Meter, MetricsText {
  /** Calls this before each scrape, in the order given: the place to set gauges. */
  onScrape(callback: () => void): void;
  /** Stops watching the event loop. The numbers stay readable. */
  close(): void;
}

/** How often the event loop is asked for the time, in ms. */
const LAG_RESOLUTION_MS = 10;

/** A meter of its own: two services in one process count apart. Every time series of a listed label exists from the start, at 0. */
export function createPrometheusMeter(): PrometheusMeter {
  const own = new Registry();
  const counters = new Map<string, Series<Cell>>();
  const gauges = new Map<string, Series<Cell>>();
  const histograms = new Map<string, Series<Observer>>();
  for (const [name, shape] of Object.entries<MetricShape>(METRICS)) {
    if (shape.kind === 'counter') counters.set(name, createCounter(own, name, shape));
    else if (shape.kind === 'gauge') gauges.set(name, createGauge(own, name, shape));
    else histograms.set(name, createHistogram(own, name, shape));
  }
  const lag = watchEventLoop((quantile, seconds) => {
    const cell = gauges.get('p2p_event_loop_lag_seconds')?.at({ quantile });
    if (cell !== undefined) cell.value = seconds;
  });
  const callbacks: (() => void)[] = [lag.measure];
  const all = Registry.merge([own, processRegistry()]);
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    count(name: CounterName, labels?: Labels) {
      const cell = counters.get(name)?.at(labels);
      if (cell !== undefined) cell.value += 1;
    },
    observe(name: HistogramName, value: number, labels?: Labels) {
      // What is no number would make the library throw, into the middle of a call.
      if (Number.isFinite(value)) histograms.get(name)?.at(labels)?.observe(value);
    },
    set(name: GaugeName, value: number, labels?: Labels) {
      const cell = gauges.get(name)?.at(labels);
      if (cell !== undefined) cell.value = value;
    },
    onScrape: (callback) => void callbacks.push(callback),
    text() {
      for (const callback of callbacks) callback();
      return all.metrics();
    },
    close: lag.close,
  };
}

/** A number that is counted here and told to the library at a scrape: a fraction of what its own `inc` costs, which every frame would pay. */
interface Cell {
  readonly labels: Labels;
  value: number;
}

interface Observer {
  observe(value: number): void;
}

/** The time series of one metric, all of them made beforehand. */
class Series<T> {
  private readonly found = new Map<string, T>();
  private readonly label: string | null;

  constructor(
    name: string,
    shape: MetricShape,
    readonly create: (labels: Labels) => T,
  ) {
    const labels = Object.entries(shape.labels ?? {});
    if (labels.length > 1) throw new Error(`${name} has more than one label`);
    const [label = null, values = []] = labels[0] ?? [];
    this.label = label;
    if (label === null) this.found.set(OTHER, create({}));
    else for (const value of [...values, OTHER]) this.found.set(value, create({ [label]: value }));
  }

  /** The time series of these labels; of those that the catalogue does not list, `other`. */
  at(labels: Labels | undefined): T | undefined {
    const value = this.label === null ? undefined : labels?.[this.label];
    return (value === undefined ? undefined : this.found.get(value)) ?? this.found.get(OTHER);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    yield* this.found.values();
  }
}

const options = (registry: Registry, name: string, { help, labels = {} }: MetricShape) => ({
  name,
  help,
  labelNames: Object.keys(labels),
  registers: [registry],
});

const cells = (name: string, shape: MetricShape): Series<Cell> =>
  new Series(name, shape, (labels) => ({ labels, value: 0 }));

function createCounter(registry: Registry, name: string, shape: MetricShape): Series<Cell> {
  const series = cells(name, shape);
  new Counter({
    ...options(registry, name, shape),
    collect() {
      this.reset();
      for (const { labels, value } of series) this.inc(labels, value);
    },
  });
  return series;
}

function createGauge(registry: Registry, name: string, shape: MetricShape): Series<Cell> {
  const series = cells(name, shape);
  new Gauge({
    ...options(registry, name, shape),
    collect() {
      for (const { labels, value } of series) this.set(labels, value);
    },
  });
  return series;
}

function createHistogram(registry: Registry, name: string, shape: MetricShape): Series<Observer> {
  const histogram = new Histogram({
    ...options(registry, name, shape),
    ...(shape.buckets === undefined ? {} : { buckets: [...shape.buckets] }),
  });
  return new Series(name, shape, (labels) => {
    histogram.zero(labels);
    return Object.keys(labels).length === 0 ? histogram : histogram.labels(labels);
  });
}

/** @param set takes a quantile and how late timers were, in s, since it was last asked */
function watchEventLoop(set: (quantile: '0.5' | '0.99' | 'max', seconds: number) => void) {
  const delays = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  delays.enable();
  return {
    measure(): void {
      // It measures the time from one look to the next, in ns; right after a reset its numbers mean nothing, and are small.
      const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - LAG_RESOLUTION_MS / 1e3);
      set('0.5', late(delays.percentile(50)));
      set('0.99', late(delays.percentile(99)));
      set('max', late(delays.max));
      delays.reset();
    },
    close: (): void => void delays.disable(),
  };
}

let ofProcess: Registry | null = null;

/** CPU, memory, files and garbage: facts of the process, and observers that cannot be taken down. So there is one for all services. */
function processRegistry(): Registry {
  if (ofProcess === null) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
