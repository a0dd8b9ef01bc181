// What relaying costs: our service beside bare ws, peerjs-server and socket.io, on this machine, in turns.
// `npm run bench:signal -- --help` names the options, README.md says how to read the figures.
import { writeFile } from 'node:fs/promises';
import { ensureBuilt, ensureInstalled, requireNode } from '../../scripts/workspace.mjs';
import { turns } from '../support/order.mjs';
import { CONTENDERS, LIFTED, OURS } from './contenders.mjs';
import { tooFewOpenFiles } from './open-files.mjs';
import { readOptions, USAGE } from './options.mjs';
import { pinLoad } from './pinning.mjs';
import { printReport, rawLine } from './report.mjs';
import { measureRound } from './round.mjs';
import { measureScale } from './scale.mjs';

function announce(isPinned) {
  console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}`);
  console.log(
    isPinned
      ? 'The server has one core, the load another.'
      : 'No core of their own for server and load (that takes Linux, taskset and two cores): the figures vary more.',
  );
  const limits = Object.entries(LIFTED).map(([name, value]) => `${name}=${value}`);
  console.log(`Lifted for the load, in ${OURS}: ${limits.join(' ')}\n`);
}

async function measureRounds({ contenders, sizes }, isPinned) {
  const rounds = [];
  if (contenders.length === 0) return rounds;
  for (let round = 1; round <= sizes.rounds; round++) {
    const order = turns(contenders, round).slice(-contenders.length);
    const onReady = (name) =>
      console.log(`round ${round}/${sizes.rounds}  ${name}: memory and connections done`);
    for (const figures of await measureRound(order, sizes, isPinned, onReady)) {
      rounds.push({ round, ...figures });
      console.log(rawLine(sizes.rounds, rounds.at(-1)));
    }
  }
  return rounds;
}

async function run(options) {
  const { contenders, sizes, withScale, json } = options;
  const isPinned = pinLoad();
  announce(isPinned);
  const rounds = await measureRounds(options, isPinned);
  const ours = CONTENDERS.find(({ name }) => name === OURS);
  const scale = withScale ? await measureScale(ours, sizes, isPinned) : null;
  const summary = printReport({ rounds, contenders, scale, sizes });
  if (json !== null) await writeFile(json, JSON.stringify({ ...summary, sizes, rounds }, null, 1));
  return summary.isWithin;
}

requireNode();
const { options, problem } = readOptions(process.argv.slice(2));
if (options === null) {
  console.log(problem === null ? USAGE : `${problem}\n\n${USAGE}`);
  process.exit(problem === null ? 0 : 2);
}
const shortage = tooFewOpenFiles(
  Math.max(1.2 * options.sizes.sockets, options.withScale ? options.sizes.crowd : 0),
);
if (shortage !== null) {
  console.error(shortage);
  process.exit(1);
}
if (!ensureInstalled() || (options.withBuild && !ensureBuilt())) process.exit(1);
// An exit, not an exit code: a socket that hangs must not keep the program alive.
process.exit((await run(options)) ? 0 : 1);
