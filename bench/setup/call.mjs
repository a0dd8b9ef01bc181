// One call, measured.
import { setTimeout as delay } from 'node:timers/promises';

const PREPARE_MS = 20_000;
const FRAME_MS = 15_000;
const CLOSE_MS = 5_000;
/** Between the last preparation and Join: pages at rest, candidates gathered, cameras warmed up; for all alike. */
const REST_MS = 1_200;
/** The two pages' clocks may differ by no more than this, beyond what reading them on a busy machine leaves open, ms. */
const CLOCKS_MS = 1;

/** Whatever hangs is given up: the benchmark ends by itself. */
async function within(promise, ms, what) {
  const abort = new AbortController();
  const late = delay(ms, null, { signal: abort.signal }).then(() => {
    throw new Error(`${what}: not within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}

/** Opens a page of the contender and gets it ready: camera on, socket open, and who waits is waiting. */
async function prepare(page, servers, contender, role, room, withSteps) {
  const query = new URLSearchParams({ role, room, ...(withSteps ? { steps: '1' } : {}), ...contender.query });
  page.on('pageerror', (error) => (page.benchError ??= error.message));
  await page.goto(`${servers.pages}/${contender.page}.html?${query}`);
  await page.evaluate(() => window.bench.prepare());
}

/** @returns how far the pages' clocks seem apart, ms; throws where they are: the figures would mean nothing */
async function compareClocks(both) {
  const [one, two] = await Promise.all(both.map((page) => page.evaluate(() => window.bench.clock())));
  const apart = one.ahead - two.ahead;
  if (Math.abs(apart) > CLOCKS_MS + one.error + two.error)
    throw new Error(`the pages' clocks are ${apart.toFixed(2)} ms apart`);
  return apart;
}

async function measure(pages, withSteps) {
  const both = [pages.joins, pages.waits];
  const clocks = await compareClocks(both);
  await delay(REST_MS);
  // Asked for before Join, so that nothing is sent to a page between Join and its first frame.
  const frames = both.map((page) => page.evaluate(() => window.bench.firstFrame));
  const started = pages.joins.evaluate(() => window.bench.join());
  const [start, joins, waits] = await within(Promise.all([started, ...frames]), FRAME_MS, 'first frames');
  const result = {
    clocks,
    joins: joins.at - start,
    waits: waits.at - start,
    sizes: [joins, waits].map(({ width, height }) => `${width}x${height}`),
  };
  if (!withSteps) return result;
  const noted = await Promise.all(both.map((page) => page.evaluate(() => window.bench.steps())));
  const sinceJoin = (list, frame) =>
    [
      ...list,
      ['frame received', frame.received],
      ['frame presented', frame.presented],
      ['FIRST FRAME', frame.at],
    ].map(([name, at]) => [name, at - start]);
  return { ...result, steps: { joins: sinceJoin(noted[0], joins), waits: sinceJoin(noted[1], waits) } };
}

/** @returns the figures of one call in ms, or `error`: why there are none */
export async function measureCall(browser, servers, contender, { index, withSteps }) {
  const room = `bench-${process.pid}-${index}`;
  const pages = await browser.newPages();
  try {
    // One after the other, as people come.
    const getReady = async () => {
      await prepare(pages.waits, servers, contender, 'waits', room, withSteps);
      await prepare(pages.joins, servers, contender, 'joins', room, withSteps);
    };
    await within(getReady(), PREPARE_MS, 'preparation');
    return await within(measure(pages, withSteps), FRAME_MS + 5_000, 'the call');
  } catch (error) {
    const inPages = [pages.waits.benchError, pages.joins.benchError].filter(Boolean);
    return { error: [error.message.split('\n')[0], ...inPages].join('; ') };
  } finally {
    const closed = Promise.all([pages.waits.close(), pages.joins.close()]);
    await within(closed, CLOSE_MS, 'closing').catch(() => undefined);
  }
}
