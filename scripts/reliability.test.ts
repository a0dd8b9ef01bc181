import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { replaceSection } from './reliability/markers.mjs';
import { readParts } from './reliability/rows.mjs';
import { sectionOf } from './reliability/sections.mjs';
import { TOP } from './workspace.mjs';

const RUN = '2026-01-02T03:04:05.000Z';
const head = (pair: string) => ({
  run: RUN,
  part: 'cuts',
  pair,
  seed: 7,
  options: 'NETLAB_SEED=7',
  cores: 2,
  browsers: ['chromium 1.2', 'firefox 3.4'] as [string, string],
});
const cut = (pair: string, over: object = {}) => ({
  pair,
  run: RUN,
  kind: 'a line',
  nat: { a: 'plain', b: 'plain' },
  roundTripMs: 20,
  lastsMs: 12_000,
  sides: ['a'],
  how: 'both',
  server: false,
  recovered: true,
  promisedMs: 5_000,
  back: { a: 400, b: 900 },
  means: 'restart',
  restarts: { tried: 1, succeeded: 1 },
  rebuilds: { tried: 0, succeeded: 0 },
  offers: 1,
  mostOpen: 1,
  newPairing: false,
  lies: null,
  cause: null,
  ...over,
});

/** The cells of the first line that begins with this one. */
function lineOf(text: string, first: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith(`| ${first} |`));
  assert.ok(line, `a line for ${first} in:\n${text}`);
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('the tables of docs/reliability.md', () => {
  test('a part that was run replaces its own section, and no other', () => {
    const document =
      'a\n<!-- made: x -->\nold\n<!-- end: x -->\nb\n<!-- made: y -->\nkept\n<!-- end: y -->\n';
    const replaced = replaceSection(document, 'x', 'new');
    assert.match(replaced, /made: x -->\n\nnew\n\n<!-- end: x/);
    assert.match(replaced, /kept/);
    assert.doesNotMatch(replaced, /old/);
    assert.equal(replaceSection(replaced, 'x', 'new'), replaced);
    assert.throws(() => replaceSection(document, 'z', 'new'), /no place/);
  });

  test('every part of the suite has its place in the document', () => {
    const document = readFileSync(join(TOP, 'docs/reliability.md'), 'utf8');
    const places = [...document.matchAll(/<!-- made: (\S+) -->/g)].map(([, name = '']) => name);
    assert.deepEqual(places.sort(), [
      'cuts',
      'cycles',
      'proofs-outages',
      'proofs-people',
      'proofs-relays',
      'proofs-signaling',
      'setup',
      'simultaneous',
    ]);
    for (const name of places) {
      assert.ok(readFileSync(join(TOP, `netlab/long/${name}.long.ts`), 'utf8').length > 0, name);
      assert.doesNotThrow(() => replaceSection(document, name, 'x'));
    }
  });

  test('of cuts: how many came back and in time, how soon, by what; and what did not', () => {
    const lost = { recovered: false, back: null, means: 'itself', cause: 'media at b | nothing', how: 'udp' };
    const rows = [
      cut('cc'),
      cut('cc', { back: { a: 6_000, b: 100 }, means: 'relay' }),
      cut('cc', lost),
      cut('ff', { means: 'itself', offers: 0 }),
    ];
    const text = sectionOf('cuts', { heads: [head('cc'), head('ff')], rows });
    assert.match(
      text,
      /Made 2026-01-02 03:04 UTC on 2 cores, with chromium 1\.2 and firefox 3\.4, pairs cc, ff, seed 7/,
    );
    assert.match(text, /`NETLAB_PARTS=cuts NETLAB_SEED=7 node /);
    assert.deepEqual(lineOf(text, 'cc').slice(1, 4), ['3', '2 (66.7 %)', '1']);
    assert.deepEqual(lineOf(text, 'cc').slice(4, 7), ['3450', '5745', '6000']);
    assert.deepEqual(lineOf(text, 'all').slice(1, 4), ['4', '3 (75.0 %)', '2']);
    assert.equal(lineOf(text, 'UDP')[2], '0 (0.0 %)');
    assert.match(text, /media at b \\\| nothing/);
    const means = text.slice(text.indexOf('By what'));
    assert.deepEqual(lineOf(means, 'cc').slice(1, 8), ['0', '0', '0', '1', '0', '1', '0']);
    assert.equal(lineOf(means, 'cc')[8], '3 of 3');
  });

  test('of single proofs: a column for each pair, and why one does not hold', () => {
    const proof = { run: RUN, what: 'a reload', bound: 'within 4000 ms' };
    const rows = [
      { ...proof, pair: 'cf', figure: '1200 ms', cause: null },
      { ...proof, pair: 'ff', figure: null, cause: 'still waiting' },
    ];
    const text = sectionOf('proofs-people', { heads: [head('cf')], rows });
    assert.deepEqual(lineOf(text, 'a reload'), [
      'a reload',
      'within 4000 ms',
      '',
      '1200 ms',
      '',
      '**not so**: still waiting',
    ]);
  });

  test('what runs left is read by part, whichever pair it is of', () => {
    const folder = mkdtempSync(join(tmpdir(), 'p2p-call-'));
    try {
      for (const pair of ['cc', 'ff'])
        writeFileSync(
          join(folder, `cuts.${pair}.jsonl`),
          [head(pair), { ...cut(pair), pair: undefined }].map((line) => JSON.stringify(line)).join('\n'),
        );
      writeFileSync(join(folder, 'cuts.cc-1.txt'), 'a trace');
      const parts = readParts(folder);
      assert.deepEqual([...parts.keys()], ['cuts']);
      assert.deepEqual(
        parts.get('cuts')?.rows.map(({ pair }) => pair),
        ['cc', 'ff'],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
