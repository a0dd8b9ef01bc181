// Writes the tables of docs/reliability.md from what the last runs of the long suite found out (`npm run test:long`): only those
// of parts that were run, between their markers. No number in there is typed by hand.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceSection } from './reliability/markers.mjs';
import { readParts } from './reliability/rows.mjs';
import { sectionOf } from './reliability/sections.mjs';
import { TOP } from './workspace.mjs';

const DOCUMENT = join(TOP, 'docs/reliability.md');
const folder = process.env.NETLAB_ROWS ?? fileURLToPath(new URL('../reports/reliability', import.meta.url));

const parts = existsSync(folder) ? readParts(folder) : new Map();
let text = readFileSync(DOCUMENT, 'utf8');
for (const [name, part] of parts) text = replaceSection(text, name, sectionOf(name, part));
writeFileSync(DOCUMENT, text);
console.log(
  parts.size === 0
    ? `${folder} holds no results: docs/reliability.md is as it was`
    : `docs/reliability.md: ${[...parts.keys()].join(', ')}`,
);
