import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rollup } from 'rollup';
import { minifyCss, minifyHtml, minifyTemplates } from './minify-templates.mjs';

const CSS: readonly (readonly [what: string, from: string, to: string])[] = [
  ['indents and line ends', '\n  p {\n    color: red;\n  }\n', ' p{color:red}'],
  ['comments', '/* it\'s "one" */ p { /* two */ margin: 0 /* three */ auto }', ' p{margin:0 auto}'],
  ['a descendant stays a descendant', '.a  .b,\n.c :hover { top: 0 }', '.a .b,.c :hover{top:0}'],
  ['the spaces of calc()', 'p { width: calc(1px  +  2px) }', 'p{width:calc(1px + 2px)}'],
  [
    'strings',
    `p::after { content: "a  { /* b */ }" 'it  \\'s' }`,
    `p::after{content:"a  { /* b */ }" 'it  \\'s'}`,
  ],
  [
    'private names',
    'p { --_a-b: 1px; top: var(--_a-b); left: var(--p2p) }',
    'p{--_0:1px;top:var(--_0);left:var(--p2p)}',
  ],
  ['queries', '@container (width < 480px) { p { top: 0 } }', '@container (width < 480px){p{top:0}}'],
];

describe('templates are minified', () => {
  for (const [what, from, to] of CSS) {
    test(`css: ${what}`, () => {
      assert.equal(minifyCss(from), to);
    });
  }

  test('html: only white space that holds a line break', () => {
    assert.equal(minifyHtml('\n  <p>\n    a  b\n  </p> <b> c </b>'), ' <p> a  b </p> <b> c </b>');
  });

  test('in a module: tagged literals change, others and expressions stay', async () => {
    const code = [
      'const css = String.raw, html = String.raw, size = `a  b`;',
      'export const styles = css`\n  p { width: ${`1  px`}; }\n  b { top: 0 }`;',
      'export const page = html`<p>\n    ${size}\n  </p>`;',
      'export const text = `\n  p { }`;',
    ].join('\n');
    const bundle = await rollup({
      input: 'entry.js',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => id,
          load: () => code,
        },
        minifyTemplates(),
      ],
    });
    const { output } = await bundle.generate({ format: 'es', sourcemap: 'hidden' });
    const url = `data:text/javascript,${encodeURIComponent(output[0].code)}`;
    assert.deepEqual(
      { ...((await import(url)) as object) },
      { page: '<p> a  b </p>', styles: ' p{width:1  px}b{top:0}', text: '\n  p { }' },
    );
    assert.deepEqual(output[0].map?.sources, ['entry.js']);
  });
});
