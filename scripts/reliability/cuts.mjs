// The random cuts: how many calls came back, how soon and by what.
import { groupBy } from './rows.mjs';
import { SPREAD, ms, percent, spread, sum, table, wordsTable } from './table.mjs';

const LENGTHS = [5, 15, 50];
const MEANS = ['never lost', 'itself', 'itself, during a step', 'restart', 'rebuild', 'relay', 'relay-tcp'];

const tookOf = ({ back }) => (back === null ? NaN : Math.max(back.a, back.b));
const isPromised = (row) => row.recovered && tookOf(row) <= row.promisedMs;
const count = (rows, is) => rows.filter(is).length;

function rowOf(name, rows) {
  const back = rows.filter(({ recovered }) => recovered);
  const sockets = count(rows, ({ newPairing }) => newPairing);
  return [
    name,
    rows.length,
    `${back.length} (${percent(back.length, rows.length)})`,
    count(rows, isPromised),
    ...spread(back.map(tookOf)),
    sum(rows.map(({ offers }) => offers)),
    sockets,
  ];
}

const lengthOf = ({ lastsMs }) => {
  const index = LENGTHS.findIndex((longest) => lastsMs <= longest * 1000);
  return `${index <= 0 ? 1 : LENGTHS[index - 1]} to ${LENGTHS[Math.max(index, 0)]} s`;
};
const WAYS = { both: 'the line', up: 'what a home sends', down: 'what a home gets', udp: 'UDP' };
const wayOf = ({ how, server }) => `${WAYS[how]}${server ? ', and the servers’ line' : ''}`;
const placeOf = ({ sides }) => (sides.length > 1 ? 'both homes' : 'one home');
const natOf = ({ nat }) => `${nat.a} and ${nat.b} NAT`;

function by(title, rows, keyOf) {
  const groups = [...groupBy(rows, keyOf)].sort(([one], [other]) =>
    one.localeCompare(other, 'en', { numeric: true }),
  );
  const columns = [title, 'cuts', 'recovered', 'in time', ...SPREAD, 'offers', 'new pairings'];
  const all = groups.length > 1 && title === 'pair' ? [rowOf('all', rows)] : [];
  return table(columns, [...groups.map(([name, group]) => rowOf(name, group)), ...all]);
}

function means(rows) {
  const groups = groupBy(rows, ({ pair }) => pair);
  const of = (group, name) => count(group, (row) => row.recovered && row.means === name);
  const steps = (group, name) => {
    const all = group.map((row) => row[name]);
    return `${sum(all.map(({ succeeded }) => succeeded))} of ${sum(all.map(({ tried }) => tried))}`;
  };
  const line = (pair, group) => [
    pair,
    ...MEANS.map((name) => of(group, name)),
    steps(group, 'restarts'),
    steps(group, 'rebuilds'),
    Math.max(...group.map(({ mostOpen }) => mostOpen)),
  ];
  const columns = ['pair', ...MEANS, 'restarts that worked', 'rebuilds that worked', 'most open at a time'];
  return table(
    columns,
    [...groups].map(([pair, group]) => line(pair, group)),
  );
}

function misses(rows) {
  const missed = rows.filter(({ recovered }) => !recovered);
  const lied = count(rows, ({ lies }) => lies !== null);
  const words = `Cuts during which a page said what was not so, in words or in its snapshot: ${lied}.`;
  if (missed.length === 0) return `${words} No call was lost.`;
  const lines = missed.map((row) => [row.pair, row.kind, ms(row.lastsMs), natOf(row), row.cause ?? '']);
  return `${words} Lost:\n\n${wordsTable(['pair', 'what', 'ms', 'routers', 'cause'], lines)}`;
}

/** @returns Markdown */
export function cuts({ rows }) {
  const late = `In time: pictures and sound at both ends within ${rows[0]?.promisedMs} ms after the line’s return. Times are ms after that.`;
  return [
    by('pair', rows, ({ pair }) => pair),
    late,
    by('what was cut', rows, wayOf),
    by('where', rows, placeOf),
    by('for how long', rows, lengthOf),
    by('routers', rows, natOf),
    'By what media came back:',
    means(rows),
    misses(rows),
  ].join('\n\n');
}
