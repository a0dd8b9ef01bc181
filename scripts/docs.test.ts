// What the documentation says is so: no code without a row, no snippet that nobody ran, no link to nowhere.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { REPORTED_METRICS } from '../packages/signal-worker/src/metrics/catalogue.js';
import { CALL_ERROR_CODES } from '../packages/widget/src/core/errors.js';
import { TOP } from './workspace.mjs';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/configuration.md',
  'docs/deploy.md',
  'docs/http.md',
  'docs/reliability.md',
  'docs/telemetry.md',
  'docs/tokens.md',
  'docs/troubleshooting.md',
  'examples/html/README.md',
  'examples/observability/README.md',
  'examples/tokens/README.md',
];
const read = (path: string): string => readFileSync(join(TOP, path), 'utf8');
/** Without indentation: a snippet may sit deeper in its file. */
const flat = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** What stands in backticks in the first column of a document's tables. */
const firstColumn = (document: string): string[] =>
  [...read(document).matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

test('troubleshooting has one row for each error code', () => {
  assert.deepEqual(firstColumn('docs/troubleshooting.md').sort(), [...CALL_ERROR_CODES].sort());
});

test('the page on telemetry names each log, metric and span, and no other', () => {
  const facts = read('packages/widget/src/core/facts.ts');
  const wordsOf = (type: string): string[] => {
    const [, body = ''] = new RegExp(`type ${type} =([^;]*);`).exec(facts) ?? [];
    return [...body.matchAll(/'([\w.]+)'/g)].map(([, name = '']) => name);
  };
  const names = [
    ...wordsOf('LogName'),
    ...wordsOf('SpanName'),
    ...wordsOf('SetupPart').map((part) => `${part}_ms`),
    ...Object.keys(REPORTED_METRICS),
  ];
  assert.ok(names.length > 25, 'the pattern finds them');
  const named = firstColumn('docs/telemetry.md').map((name) => name.replace(/\{.*/, ''));
  assert.deepEqual(named.sort(), names.sort());
});

test('the README names each attribute and event of the element, and no other', () => {
  const options = read('packages/widget/src/elements/call-options.ts');
  const attributes = [...options.matchAll(/\* .* @attr ?(\S*) \*\/\n\s+declare (\w+)/g)].map(
    ([, attribute, property]) => attribute || property,
  );
  assert.ok(attributes.length > 10, 'the pattern finds them');
  const events = [...read('packages/widget/src/events.ts').matchAll(/^ {2}'(p2p-[\w-]+)': /gm)].map(
    ([, name]) => name,
  );
  const named = firstColumn('README.md').filter((name) => !/\W\(|\(|^(phase|snapshot)$/.test(name));
  assert.deepEqual(named.sort(), [...attributes, 'lang', ...events].sort());
});

for (const document of DOCUMENTS) {
  test(`${document}: snippets that come from a file are what the file says`, () => {
    const snippets = read(document).matchAll(/<!-- from (\S+) -->\s+```\w+\n([\s\S]*?)```/g);
    for (const [, file = '', snippet = ''] of snippets) {
      assert.ok(flat(read(file)).includes(flat(snippet)), `this is not in ${file}:\n${snippet}`);
    }
  });

  test(`${document}: links lead to files`, () => {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)#]+)\)/g)) {
      if (!/^\w+:/.test(target)) assert.ok(existsSync(join(TOP, dirname(document), target)), target);
    }
  });
}

test('the notices hold the licence of everything that is bundled into the widget', () => {
  const { sources } = JSON.parse(read('packages/widget/dist/p2p-call.iife.min.js.map')) as {
    sources: string[];
  };
  const packages = new Set(
    sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
  );
  assert.ok(packages.has('lit-html'), 'the source map names packages');
  const notices = words(read('THIRD-PARTY-NOTICES.md'));
  for (const name of packages) {
    assert.ok(notices.includes(name), name);
    assert.ok(notices.includes(words(read(`node_modules/${name}/LICENSE`))), `the licence of ${name}`);
  }
});

test('the notices lie beside each bundle', () => {
  for (const folder of ['packages/widget/dist', 'packages/signal-worker/dist/demo']) {
    assert.equal(read(`${folder}/THIRD-PARTY-NOTICES.md`), read('THIRD-PARTY-NOTICES.md'));
  }
});
