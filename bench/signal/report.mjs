// What is printed: a line per measurement while they run, then the tables and the verdicts.
import { median, quantile } from '../support/statistics.mjs';
import { BARE, OTHERS, OURS } from './contenders.mjs';
import { REMAINS } from './scale.mjs';

const KB = 1024;
/** What ours has to keep to. */
const LIMITS = { cpu: 1.5, socketKb: 11, joinMs: 500, relayMs: 40 };

/**
 * Every figure: how it is got of a round (one value, or one for each turn) and how it is shown. `isRatio`: also as a multiple of
 * the bare server's, of the same round or turn.
 */
const FIGURES = {
  cpu: { title: 'CPU µs/msg', of: ofTurns('cpu'), digits: 1, isRatio: true },
  perSecond: { title: 'msg/s', of: ofTurns('perSecond'), digits: 0, isRatio: false },
  busy: { title: 'core %', of: ofTurns('busy', 100), digits: 0, isRatio: false },
  p50: { title: 'p50 ms', of: ({ p50 }) => [p50], digits: 2, isRatio: false },
  p99: { title: 'p99 ms', of: ({ p99 }) => [p99], digits: 2, isRatio: false },
  used: { title: 'KB/socket', of: ({ memory }) => [memory.seated.used / KB], digits: 1, isRatio: true },
  heap: { title: 'of it heap', of: ({ memory }) => [memory.seated.heap / KB], digits: 1, isRatio: true },
  connection: { title: 'µs/connection', of: ({ connection }) => [connection], digits: 0, isRatio: true },
};

function ofTurns(figure, times = 1) {
  return ({ saturated }) => saturated.map((turn) => turn[figure] * times);
}

const show = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
const yesOrNo = (is) => (is ? 'yes' : 'no');

export function rawLine(total, { round, contender, error, ...figures }) {
  const place = `round ${round}/${total}  ${contender.padEnd(13)}`;
  if (error !== undefined) return `${place}  FAILED: ${error}`;
  const texts = Object.values(FIGURES).map(
    ({ title, of, digits }) => `${title} ${show(median(of(figures)), digits)}`,
  );
  return `${place}  ${texts.join('  ')}`;
}

/** The middle, and between which values the middle half lies. */
const spread = (values) => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/** The figures of each contender, and their ratios to the bare server. */
function summarise(rounds, contenders) {
  const good = rounds.filter(({ error }) => error === undefined);
  const bare = new Map(good.filter(({ contender }) => contender === BARE).map((one) => [one.round, one]));
  return contenders.map(({ name }) => {
    const own = good.filter(({ contender }) => contender === name);
    const paired = own.filter(({ round }) => bare.has(round));
    const failed = rounds.filter(({ contender }) => contender === name).length - own.length;
    const row = { name, n: own.length, failed };
    for (const [figure, { of, isRatio }] of Object.entries(FIGURES)) {
      const ratios = paired.flatMap((one) => {
        const theirs = of(bare.get(one.round));
        return of(one).map((value, turn) => value / theirs[turn]);
      });
      row[figure] = { ...spread(own.flatMap(of)), ratio: isRatio ? spread(ratios) : null };
    }
    return row;
  });
}

const WIDTH = 12;
const cells = (texts) => texts.map((text) => String(text).padStart(WIDTH)).join(' ');

function printTables(rows) {
  const figures = Object.entries(FIGURES);
  console.log('\nmedians');
  console.log(`${'contender'.padEnd(13)}  n failed ${cells(figures.map(([, { title }]) => title))}`);
  for (const row of rows) {
    const counts = `${String(row.n).padStart(2)} ${String(row.failed).padStart(6)}`;
    const values = figures.map(([figure, { digits }]) => show(row[figure].median, digits));
    console.log(`${row.name.padEnd(13)} ${counts} ${cells(values)}`);
  }
  console.log('\nthe middle half of the values');
  for (const row of rows) {
    const values = figures.map(
      ([figure, { digits }]) => `${show(row[figure].low, digits)}–${show(row[figure].high, digits)}`,
    );
    console.log(`${row.name.padEnd(23)} ${cells(values)}`);
  }
  const ratios = figures.filter(([, { isRatio }]) => isRatio);
  console.log(`\n× ${BARE}, turn by turn: median (the middle half)`);
  for (const row of rows.filter(({ name }) => name !== BARE)) {
    const values = ratios.map(([figure, { title }]) => {
      const { median: middle, low, high } = row[figure].ratio;
      return `${title} ${show(middle, 2)} (${show(low, 2)} – ${show(high, 2)})`;
    });
    console.log(`${row.name.padEnd(13)}  ${values.join('   ')}`);
  }
}

/** @returns [what ours has to do, whether it does], for what was measured */
function verdictsOf(rows) {
  const ours = rows.find(({ name, n }) => name === OURS && n > 0);
  const bare = rows.find(({ name, n }) => name === BARE && n > 0);
  if (ours === undefined || bare === undefined) return [];
  const cpu = ours.cpu.ratio.median;
  const kb = ours.used.median;
  const others = rows.filter(({ name, n }) => OTHERS.includes(name) && n > 0);
  return [
    [`CPU per message ≤ ${LIMITS.cpu} × ${BARE}: ${show(cpu, 2)}`, cpu <= LIMITS.cpu],
    [`memory per idle socket ≤ ${LIMITS.socketKb} KB: ${show(kb, 1)}`, kb <= LIMITS.socketKb],
    ...others.flatMap((other) => [
      [
        `ahead of ${other.name} in CPU per message: ${show(ours.cpu.median, 1)} against ${show(other.cpu.median, 1)} µs`,
        ours.cpu.median < other.cpu.median,
      ],
      [
        `ahead of ${other.name} in memory: ${show(kb, 1)} against ${show(other.used.median, 1)} KB`,
        kb < other.used.median,
      ],
    ]),
  ];
}

/** Where ours is without a seat: connected and welcomed, as a page is that has loaded and waits for its button. */
function printLobby(rounds) {
  const lobbies = rounds.flatMap(({ memory }) => (memory?.lobby == null ? [] : [memory.lobby]));
  if (lobbies.length === 0) return;
  const [used, heap] = ['used', 'heap'].map((what) => median(lobbies.map((lobby) => lobby[what])) / KB);
  console.log(`\n${OURS}, welcomed in the lobby: ${show(used, 1)} KB a socket, of it heap ${show(heap, 1)}`);
}

function scaleVerdicts(scale, sizes) {
  if (scale === null) return [];
  const people = `${sizes.crowd} sockets`;
  if (scale.error !== undefined) return [[`${people}: FAILED: ${scale.error}`, false]];
  const { joins, relay, memory } = scale;
  const mb = (bytes) => show(bytes / KB / KB, 1);
  const heap = ['before', 'full', 'after'].map((when) => mb(memory[when].heap)).join(' → ');
  const rss = ['before', 'full', 'after'].map((when) => mb(memory[when].rss)).join(' → ');
  console.log(
    `\n${people} in ${sizes.crowd / 2} rooms, ${sizes.joinsPerSecond} joins a second, then ${sizes.perSecond} messages a second`,
  );
  console.log(
    `joins    p50 ${show(joins.p50, 1)} ms   p99 ${show(joins.p99, 1)} ms, from connecting to the seat`,
  );
  console.log(
    `relay    p50 ${show(relay.p50, 2)} ms   p99 ${show(relay.p99, 2)} ms   ${relay.messages} messages   core ${show(relay.busy * 100, 0)} %`,
  );
  console.log(`memory   heap ${heap} MB   process ${rss} MB (before → full → everybody gone)`);
  return [
    [`${people}: joins p99 < ${LIMITS.joinMs} ms: ${show(joins.p99, 1)}`, joins.p99 < LIMITS.joinMs],
    [`${people}: relay p99 < ${LIMITS.relayMs} ms: ${show(relay.p99, 1)}`, relay.p99 < LIMITS.relayMs],
    [`${people}: nothing lost: ${relay.lost} of ${relay.lost + relay.messages}`, relay.lost === 0],
    [
      `${people}: heap back within ${Math.round((REMAINS - 1) * 100)} %: ${show((memory.after.heap / memory.before.heap - 1) * 100, 1)} % more than before`,
      memory.after.heap <= memory.before.heap * REMAINS,
    ],
  ];
}

/** @returns the summary, and whether everything that ours has to do it does, and nobody failed */
export function printReport({ rounds, contenders, scale, sizes }) {
  const rows = summarise(rounds, contenders);
  if (rows.length > 0) printTables(rows);
  printLobby(rounds);
  const verdicts = [...verdictsOf(rows), ...scaleVerdicts(scale, sizes)];
  console.log('');
  for (const [words, is] of verdicts) console.log(`${words}: ${yesOrNo(is)}`);
  const isWithin = verdicts.every(([, is]) => is) && rows.every(({ failed }) => failed === 0);
  return { isWithin, verdicts, rows, scale };
}
