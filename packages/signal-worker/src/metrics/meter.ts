import type { CounterName, GaugeName, HistogramName } from './catalogue.js';

type Labels = Readonly<Record<string, string>>;

/** Where numbers go: the one port of metrics. A label's value that the catalogue does not list counts as `other`. */
export interface Meter {
  /** Counts one more. */
  count(name: CounterName, labels?: Labels): void;
  /** One value of a histogram, in the unit its name says. */
  observe(name: HistogramName, value: number, labels?: Labels): void;
  /** The present value of a gauge. */
  set(name: GaugeName, value: number, labels?: Labels): void;
}

/** For whoever does not measure. */
export const NO_METER: Meter = { count: () => undefined, observe: () => undefined, set: () => undefined };
