import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { register } from 'prom-client';
import { parsePrometheus, valueOf, type Family } from '../../../test/prometheus-text.js';
import { METRICS, type MetricShape } from '../../metrics/catalogue.js';
import { createPrometheusMeter, type PrometheusMeter } from './prometheus.js';

const meters: PrometheusMeter[] = [];
after(() => {
  for (const meter of meters) meter.close();
});

function create(): PrometheusMeter {
  const meter = createPrometheusMeter();
  meters.push(meter);
  return meter;
}
const scrape = async (meter: PrometheusMeter) => parsePrometheus(await meter.text());
const catalogue = Object.entries<MetricShape>(METRICS);
const seriesOf = (families: ReadonlyMap<string, Family>): string[] =>
  [...families]
    .filter(([name]) => name in METRICS)
    .flatMap(([, { samples }]) => samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`));

test('every metric of the catalogue is there with its help and type, from the first scrape', async () => {
  const families = await scrape(create());
  for (const [name, { kind, help }] of catalogue) {
    const family = families.get(name);
    assert.deepEqual([family?.help, family?.type], [help, kind], name);
    assert.ok((family?.samples.length ?? 0) > 0, name);
  }
});

test('the catalogue can be exported: at most one label, times in rising buckets, counters that say so', () => {
  for (const [name, { kind, labels = {}, buckets }] of catalogue) {
    assert.ok(Object.keys(labels).length <= 1, name);
    for (const values of Object.values(labels)) assert.equal(new Set(values).size, values.length, name);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    assert.equal(buckets !== undefined, kind === 'histogram', name);
    assert.deepEqual(buckets, buckets && [...buckets].sort((a, b) => a - b), name);
  }
});

test('counts, by label; what is not listed counts as other', async () => {
  const meter = create();
  meter.count('p2p_joins_total', { result: 'seated' });
  meter.count('p2p_joins_total', { result: 'seated' });
  meter.count('p2p_joins_total', { result: 'canary' });
  meter.count('p2p_joins_total', { result: '__proto__' });
  meter.count('p2p_joins_total');
  for (let n = 0; n < 2; n += 1) {
    const text = await meter.text();
    const families = parsePrometheus(text);
    assert.equal(valueOf(families, 'p2p_joins_total', { result: 'seated' }), 2);
    assert.equal(valueOf(families, 'p2p_joins_total', { result: 'full' }), 0);
    assert.equal(valueOf(families, 'p2p_joins_total', { result: 'other' }), 3);
    assert.ok(!text.includes('canary'));
  }
});

test('observes into buckets, and leaves out what is no number', async () => {
  const meter = create();
  for (const value of [0.0001, 0.02, 7, NaN, Infinity]) meter.observe('p2p_relay_seconds', value);
  const families = await scrape(meter);
  const bucket = (le: string) => valueOf(families, 'p2p_relay_seconds_bucket', { le });
  assert.deepEqual(['0.0001', '0.01', '0.025', '0.5', '+Inf'].map(bucket), [1, 1, 2, 2, 3]);
  assert.equal(valueOf(families, 'p2p_relay_seconds_count'), 3);
});

test('gauges say what they were last told, at the scrape itself if need be', async () => {
  const meter = create();
  let rooms = 0;
  meter.onScrape(() => meter.set('p2p_rooms', (rooms += 1), { state: 'pair' }));
  meter.set('p2p_sockets', 7, { state: 'pending' });
  meter.set('p2p_sockets', 5, { state: 'pending' });
  await scrape(meter);
  const families = await scrape(meter);
  assert.equal(valueOf(families, 'p2p_rooms', { state: 'pair' }), 2);
  assert.equal(valueOf(families, 'p2p_sockets', { state: 'pending' }), 5);
});

test('nothing that is counted makes a new time series', async () => {
  const meter = create();
  const before = seriesOf(await scrape(meter));
  for (const word of ['canary', 'other', '', 'constructor']) {
    meter.count('p2p_closes_total', { code: word, reason: word });
    meter.observe('p2p_relay_seconds', 1, { code: word });
    meter.set('p2p_sockets', 1, { state: word });
  }
  assert.deepEqual(seriesOf(await scrape(meter)), before);
});

test('a loop that is held up shows, and is forgotten after the scrape', async () => {
  const meter = create();
  const max = async () =>
    valueOf(await scrape(meter), 'p2p_event_loop_lag_seconds', { quantile: 'max' }) ?? NaN;
  const turn = () => new Promise((resolve) => setTimeout(resolve, 30));
  await turn();
  const until = performance.now() + 500;
  while (performance.now() < until);
  await turn();
  const held = await max();
  assert.ok(held > 0.45 && held < 60, String(held));
  // Nothing has been measured since, or not much: a busy machine may be late by itself.
  assert.ok((await max()) < held);
});

test('two meters in one process count apart, and nothing is registered for everybody', async () => {
  const [one, two] = [create(), create()];
  one.count('p2p_joins_total', { result: 'full' });
  assert.equal(valueOf(await scrape(one), 'p2p_joins_total', { result: 'full' }), 1);
  assert.equal(valueOf(await scrape(two), 'p2p_joins_total', { result: 'full' }), 0);
  assert.deepEqual(register.getMetricsAsArray(), []);
});

test('says how the process is, without naming the machine', async () => {
  const text = await create().text();
  const families = parsePrometheus(text);
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_version_info'])
    assert.ok(families.has(name), name);
  for (const secret of [process.cwd(), process.execPath]) assert.ok(!text.includes(secret));
});
