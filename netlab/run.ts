// The lab by hand: `npm run netlab -- --help`.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { join } from '../packages/widget/e2e/support/person.js';
import { ensureBuilt, requireNode } from '../scripts/workspace.mjs';
import { COMMANDS_HELP, UsageError, obey, toNumber } from './cli/commands.js';
import { Status, titleOf } from './cli/status.js';
import { Lab, type LabOptions } from './lab/lab.js';
import { whyNoLab } from './lab/needs.js';
import type { Block, Nat } from './lab/router.js';

const HELP = `Two browsers in a call, through real NATs, on this machine. Needs root.

  npm run netlab -- [options]

  --pair cc|cf|fc|ff         browsers at a and b: Chromium or Firefox (cc)
  --nat plain|symmetric      at both; or two of them, as plain,symmetric (plain)
  --delay MS                 each home's line, each way (0)
  --loss PERCENT             each home's line, each way (0)
  --rate KBIT                each home's line, each way; 0: as fast as it goes (0)
  --block udp|443            at a: no UDP, or nothing but TCP 443

Then, one to a line:
${COMMANDS_HELP}
`;

const BROWSERS = { c: 'chromium', f: 'firefox' } as const;
const PAIR = /^([cf])([cf])$/;

function readOptions(): (LabOptions & { readonly block: Block | null }) | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      pair: { ...text, default: 'cc' },
      nat: { ...text, default: 'plain' },
      delay: { ...text, default: '0' },
      loss: { ...text, default: '0' },
      rate: { ...text, default: '0' },
      block: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return null;
  const [, first, second] = PAIR.exec(values.pair) ?? [];
  if (first === undefined || second === undefined) throw new UsageError('--pair is cc, cf, fc or ff');
  const nats = values.nat.split(',').map((nat): Nat => {
    if (nat !== 'plain' && nat !== 'symmetric')
      throw new UsageError('--nat is plain or symmetric, or two of them');
    return nat;
  });
  const [natA = 'plain', natB = natA] = nats;
  if (values.block !== undefined && values.block !== 'udp' && values.block !== '443')
    throw new UsageError('--block is udp or 443');
  return {
    homes: {
      a: { browser: BROWSERS[first as 'c' | 'f'], nat: natA },
      b: { browser: BROWSERS[second as 'c' | 'f'], nat: natB },
    },
    delayMs: toNumber(values.delay),
    lossPercent: toNumber(values.loss),
    rateKbit: toNumber(values.rate),
    block: values.block === undefined ? null : values.block === 'udp' ? 'udp' : 'only443',
  };
}

async function call(lab: Lab): Promise<void> {
  console.log(`${titleOf(lab)}; room ${lab.room}`);
  await lab.open();
  for (const { page } of lab.homes) await join(page);
  const status = new Status(lab);
  let isOver = false;
  const told = (async () => {
    while (!isOver) {
      const next = new Promise((resolve) => setTimeout(resolve, 1_000));
      // A page that is being closed does not answer.
      console.log(await status.line().catch((error: unknown) => String(error)));
      await next;
    }
  })();
  const lines = createInterface(process.stdin);
  process.once('SIGINT', () => lines.close());
  for await (const line of lines) {
    if (/^\s*(quit|exit|q)\s*$/.test(line)) break;
    if (line.trim() === '') continue;
    try {
      await obey(lab, line);
      console.log(`> ${line.trim()}`);
    } catch (error) {
      console.log(error instanceof UsageError ? error.message : error);
    }
  }
  isOver = true;
  await told;
}

async function main(): Promise<void> {
  requireNode();
  const options = readOptions();
  if (options === null) return console.log(HELP);
  const reason = whyNoLab();
  if (reason !== null) throw new UsageError(`The net lab ${reason}.`);
  if (!ensureBuilt()) throw new UsageError('It could not be built.');
  const { block, ...labOptions } = options;
  console.log('Opening the lab…');
  const lab = await Lab.open(labOptions);
  try {
    if (block !== null) lab.home.a.block(block);
    await call(lab);
  } finally {
    await lab.close();
  }
}

try {
  await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage === true ? `${(error as Error).message}\nSee --help.` : error);
  process.exitCode = 1;
}
