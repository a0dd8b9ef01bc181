// The command line.
import { parseArgs } from 'node:util';
import { BARE, CONTENDERS, OURS } from './contenders.mjs';

const NUMBERS = {
  rounds: 3,
  messages: 120_000,
  sockets: 5_000,
  rate: 2_000,
  crowd: 10_000,
  'join-rate': 500,
};
const QUICK = { rounds: 1, messages: 20_000, sockets: 1_000, rate: 2_000, crowd: 2_000, 'join-rate': 500 };

const names = CONTENDERS.map(({ name }) => name);

export const USAGE = `npm run bench:signal -- [options]
  --rounds N      rounds, each with every contender (${NUMBERS.rounds})
  --messages N    messages of a round at full load (${NUMBERS.messages})
  --sockets N     idle sockets whose memory is measured (${NUMBERS.sockets})
  --rate N        messages a second where latency is measured (${NUMBERS.rate})
  --only NAME     only this contender, beside ${BARE}; may be repeated: ${names.slice(1).join(', ')}
  --no-scale      without the crowd
  --only-scale    nothing but the crowd
  --crowd N       its sockets, two to a room (${NUMBERS.crowd})
  --join-rate N   how many of them come in a second (${NUMBERS['join-rate']})
  --quick         a first impression: one round, little of everything
  --json FILE     writes every figure there
  --no-build      measures ${OURS} as it was built last`;

const number = { type: 'string' };
const flag = { type: 'boolean', default: false };
const OPTIONS = {
  ...Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, number])),
  only: { type: 'string', multiple: true, default: [] },
  'no-scale': flag,
  'only-scale': flag,
  quick: flag,
  json: { type: 'string' },
  'no-build': flag,
  help: flag,
};

/** People come in pairs. */
const even = (value) => value + (value % 2);

function sizesFor(values) {
  const given = Object.entries(values).filter(([name]) => name in NUMBERS);
  const chosen = {
    ...(values.quick ? QUICK : NUMBERS),
    ...Object.fromEntries(given.map(([n, v]) => [n, Number(v)])),
  };
  const wrong = Object.keys(NUMBERS).find((name) => !Number.isInteger(chosen[name]) || chosen[name] < 1);
  if (wrong !== undefined) throw new Error(`--${wrong} wants a whole number`);
  return {
    rounds: chosen.rounds,
    messages: chosen.messages,
    warmUp: Math.ceil(chosen.messages / 3),
    turns: values.quick ? 5 : 12,
    sockets: even(chosen.sockets),
    connections: values.quick ? 500 : 2_000,
    warmUpConnections: values.quick ? 200 : 1_000,
    perSecond: chosen.rate,
    seconds: values.quick ? 2 : 5,
    crowd: even(chosen.crowd),
    crowdSeconds: values.quick ? 3 : 10,
    joinsPerSecond: chosen['join-rate'],
  };
}

function contendersFor(only) {
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only wants one of: ${names.join(', ')}`);
  return CONTENDERS.filter(({ name }) => only.length === 0 || name === BARE || only.includes(name));
}

/** @returns the options, or `null` with what is wrong (`null`: help was asked for) */
export function readOptions(args) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help) return { options: null, problem: null };
    return {
      options: {
        sizes: sizesFor(values),
        contenders: values['only-scale'] ? [] : contendersFor(values.only),
        withScale: !values['no-scale'],
        json: values.json ?? null,
        withBuild: !values['no-build'],
      },
      problem: null,
    };
  } catch (error) {
    return { options: null, problem: error.message };
  }
}
