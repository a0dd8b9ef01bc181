// What the widget weighs on the wire, against its budget.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureBuilt, ensureInstalled, requireNode, TOP } from './workspace.mjs';

/** Bytes of each bundle, gzip at level 9, as CDNs send them. */
const BUDGET = 30_000;

requireNode();
if (!ensureInstalled() || !ensureBuilt()) process.exit(1);

const dist = join(TOP, 'packages/widget/dist');
for (const name of readdirSync(dist).filter((file) => file.endsWith('.min.js'))) {
  const code = readFileSync(join(dist, name));
  const size = gzipSync(code, { level: 9 }).length;
  const isWithin = size <= BUDGET;
  console.log(
    `${name}: ${size} bytes gzip (${code.length} raw), ${isWithin ? 'within' : 'OVER'} the budget of ${BUDGET}`,
  );
  if (!isWithin) process.exitCode = 1;
}
