// How long from the second person's Join to the first picture on each side: our element beside PeerJS and simple-peer, on this
// machine, in one browser, in turns. `npm run bench:setup -- --help` names the options.
import { writeFile } from 'node:fs/promises';
import { ensureBuilt, ensureInstalled, requireNode } from '../../scripts/workspace.mjs';
import { launchBrowser } from './browser.mjs';
import { measureCall } from './call.mjs';
import { contendersFor } from './contenders.mjs';
import { readOptions, USAGE } from './options.mjs';
import { turns } from '../support/order.mjs';
import { rawLine, printReport } from './report.mjs';
import { startServers } from './servers.mjs';
import { stepsTable } from './steps.mjs';

/** A call takes about 4 s on a busy machine; one that hangs ends by its own deadline, and all of them together by this one. */
const MS_PER_CALL = 12_000;
/** If even the end hangs (a browser that does not close), ms: leaving the process takes the browser with it. */
const END_MS = 60_000;

function giveUp() {
  console.error('The benchmark hangs: given up.');
  process.exit(1);
}

async function run(options) {
  const contenders = contendersFor(options);
  const servers = await startServers(contenders);
  let browser = null;
  const calls = [];
  try {
    browser = await launchBrowser(options.browser);
    const order = turns(contenders, options.calls);
    const deadline = Date.now() + order.length * MS_PER_CALL;
    setTimeout(giveUp, order.length * MS_PER_CALL + END_MS).unref();
    for (const [index, contender] of order.entries()) {
      const call =
        Date.now() > deadline
          ? { error: 'not begun: the whole run has taken too long' }
          : await measureCall(browser, servers, contender, { index, withSteps: options.steps });
      calls.push({ contender: contender.name, ...call });
      console.log(rawLine(index, order.length, calls.at(-1)));
    }
  } finally {
    await browser?.close();
    await servers.close();
  }
  if (options.steps) console.log(stepsTable(calls));
  const summary = printReport(calls, contenders, browser.version());
  if (options.json !== null) await writeFile(options.json, JSON.stringify({ ...summary, calls }, null, 1));
  return summary.isWithin;
}

requireNode();
const { options, problem } = readOptions(process.argv.slice(2));
if (options === null) {
  console.log(problem === null ? USAGE : `${problem}\n\n${USAGE}`);
  process.exit(problem === null ? 0 : 2);
}
if (!ensureInstalled() || !ensureBuilt()) process.exit(1);
// An exit, not an exit code: a library's forgotten timer must not keep the program alive.
process.exit((await run(options)) ? 0 : 1);
