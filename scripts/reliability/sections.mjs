// One section of the document for each part of the long suite.
import { cuts } from './cuts.mjs';
import { groupBy } from './rows.mjs';
import { SPREAD, ms, spread, sum, table, wordsTable } from './table.mjs';

const PAIRS = ['cc', 'cf', 'fc', 'ff'];
const unique = (values) => [...new Set(values)];

/** When it was made, where, with what, and how to make it again. */
function madeLine(name, { heads, rows }) {
  const dates = unique(rows.map(({ run }) => `${run.slice(0, 10)} ${run.slice(11, 16)} UTC`)).sort();
  const browsers = unique(heads.flatMap((head) => head.browsers)).sort();
  const [{ cores, seed, options = '' }] = heads;
  const pairs = unique(heads.map(({ pair }) => pair)).sort();
  const rerun = [`NETLAB_PARTS=${name}`, options, 'node scripts/test.mjs netlab-long']
    .filter(Boolean)
    .join(' ');
  return [
    `Made ${dates.join(' and ')} on ${cores} cores, with ${browsers.join(' and ')}, pairs ${pairs.join(', ')}, seed ${seed}.`,
    `Again: \`${rerun}\``,
  ].join(' ');
}

function setup({ rows }) {
  const lines = [...groupBy(rows, ({ way, pair }) => `${way}, ${pair}`)].map(([name, group]) => [
    name,
    group.length,
    ...spread(group.map(({ connectedMs }) => connectedMs)),
    ...spread(group.map(({ toldMs }) => toldMs).filter((value) => value !== null)),
    ...spread(group.map(({ mediaMs }) => mediaMs)).slice(1, 2),
    Math.max(...group.map(({ offers }) => offers)),
  ]);
  const columns = ['way, pair', 'joins', ...SPREAD, ...SPREAD.map((one) => `told ${one}`)];
  return table([...columns, 'media p95', 'most offers'], lines);
}

function simultaneous({ rows }) {
  const lines = [...groupBy(rows, ({ pair }) => pair)].map(([pair, group]) => {
    const connected = group.filter(({ connected: is }) => is);
    const isOne = ({ offers, answers, made }) =>
      offers === 1 && answers === 1 && made.every((one) => one === 1);
    return [
      pair,
      group.length,
      connected.length,
      group.filter(isOne).length,
      sum(group.map(({ sentAgain }) => sentAgain)),
      ...spread(connected.map((row) => row.ms)),
      ms(sum(group.map(({ apartMs }) => apartMs)) / group.length),
    ];
  });
  const columns = ['pair', 'joins', 'connected', 'one offer, one answer, one connection', 'sent again'];
  return table([...columns, ...SPREAD, 'presses apart, mean'], lines);
}

function cycles({ rows }) {
  const figure = (value) => value ?? '–';
  const heap = (bytes) => (bytes === undefined ? '–' : `${(bytes / 1024).toFixed(0)} KiB`);
  const lines = rows.map((row) => [
    `${row.pair}, after cycle ${row.cycle}`,
    row.timers,
    ...[row.connections, row.elements, row.detachedNodes, row.listeners].map(figure),
    heap(row.heapBytes),
  ]);
  const columns = ['pair', 'timers', 'connections', 'elements', 'detached nodes', 'listeners', 'heap'];
  return table(columns, lines);
}

function proofs({ rows }) {
  const lines = [...groupBy(rows, ({ what }) => what)].map(([what, group]) => {
    const of = (pair) => group.find((row) => row.pair === pair);
    const figure = (row) => (row === undefined ? '' : (row.figure ?? `**not so**: ${row.cause}`));
    return [what, group[0].bound, ...PAIRS.map((pair) => figure(of(pair)))];
  });
  return wordsTable(['what', 'has to hold', ...PAIRS], lines);
}

const SECTIONS = { cuts, setup, simultaneous, cycles };

/** @returns Markdown */
export function sectionOf(name, part) {
  const tables = name.startsWith('proofs-') ? proofs : SECTIONS[name];
  if (tables === undefined) throw new Error(`there is no table for the part ${name}`);
  return `${madeLine(name, part)}\n\n${tables(part)}`;
}
