// Strict, and with the layers of the architecture as errors (scripts/layers.mjs holds the table).
import { fileURLToPath } from 'node:url';
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { LAYERS, TESTS } from './scripts/layers.mjs';

/** A later `no-restricted-syntax` replaces an earlier one, so each place states all of its own. */
const syntax = (...selectors) => [
  'error',
  ...selectors.map(([selector, message]) => ({ selector, message })),
];

const NO_DEFAULT_EXPORT = [
  ['ExportDefaultDeclaration', 'Export by name: one name for one thing, everywhere.'],
  ['ExportSpecifier[exported.name="default"]', 'Export by name: one name for one thing, everywhere.'],
];
const NO_DYNAMIC_IMPORT = [
  ['ImportExpression', 'A dynamic import slips past the layers: import statically.'],
];
const NO_CLOCK = [
  ['NewExpression[callee.name="Date"]', 'Pure code has no clock: the time arrives as an argument.'],
];

const CLOCK_AND_CHANCE = [
  'Date performance crypto setTimeout clearTimeout setInterval clearInterval setImmediate queueMicrotask',
  'requestAnimationFrame window document navigator location globalThis self process fetch WebSocket',
].flatMap((names) => names.split(' '));

const PURE_RULES = {
  'no-restricted-globals': [
    'error',
    ...CLOCK_AND_CHANCE.map((name) => ({
      name,
      message: 'Pure code: time, chance and the outside arrive as arguments.',
    })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Pure code has no chance: it arrives as an argument.' },
  ],
};

function importRule({ name, values, types = [], never = [] }) {
  const outside = (allowed) => `^(?!(${allowed.join('|')}))`;
  const patterns = [
    { regex: outside([...values, ...types]), message: `${name} may not import this.` },
    ...never.map((regex) => ({ regex, message: `${name} may not import this.` })),
  ];
  if (types.length > 0) {
    // Of what may be imported at all, this may be imported as types only.
    const regex = `^(?=${types.join('|')})${outside(values).slice(1)}`;
    patterns.push({ regex, allowTypeImports: true, message: `${name} may import only types from here.` });
  }
  return ['error', { patterns }];
}

const layers = LAYERS.map((layer) => ({
  name: `layer: ${layer.name}`,
  files: layer.files,
  ignores: [...(layer.except ?? []), ...TESTS],
  rules: {
    '@typescript-eslint/no-restricted-imports': importRule(layer),
    'no-restricted-syntax': syntax(
      ...NO_DEFAULT_EXPORT,
      ...NO_DYNAMIC_IMPORT,
      ...(layer.isPure === true ? NO_CLOCK : []),
    ),
    ...(layer.isPure === true ? PURE_RULES : {}),
  },
}));

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', 'reports/', 'test-results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    rules: {
      // `== null` says "null or missing" in one word.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': syntax(...NO_DEFAULT_EXPORT),
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: {
      parserOptions: {
        project: ['packages/*/tsconfig.json', 'packages/*/tsconfig.tests.json', 'tsconfig.tests.json'],
        tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)),
      },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  // Programs for Node: TypeScript knows its globals by itself, plain JavaScript has to be told.
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        'console process URL Buffer performance setTimeout clearTimeout setInterval clearInterval setImmediate fetch AbortController AbortSignal WebSocket TextDecoder TextEncoder structuredClone'
          .split(' ')
          .map((name) => [name, 'readonly']),
      ),
    },
  },
  // What runs in a page: the demo, and what benchmarks and scripts evaluate there.
  {
    files: ['examples/**/*.{js,mjs}', 'bench/**/*.{js,mjs}', 'scripts/screenshots/**'],
    languageOptions: {
      globals: Object.fromEntries(
        'window document location history navigator customElements HTMLElement crypto requestAnimationFrame cancelAnimationFrame RTCPeerConnection MediaStream CustomEvent Event URLSearchParams localStorage sessionStorage'
          .split(' ')
          .map((name) => [name, 'readonly']),
      ),
    },
  },
  ...layers,
  // Tools find their configuration, and reporters, as the default export.
  {
    files: ['**/*.config.{mjs,ts}', 'scripts/reporters/*.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  // Tables, words and tests are as long as they are.
  {
    files: [...TESTS, '**/i18n/**', '**/*.test.mjs', 'eslint.config.mjs', 'bench/**'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: TESTS,
    rules: {
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      // chai's assertions are properties.
      '@typescript-eslint/no-unused-expressions': 'off',
      // node's runner waits for its own `test()` and `describe()`.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // chai's `equal` is no promise, though the types of its plug-ins say so.
          allowForKnownSafeCalls: [
            { from: 'package', name: ['Equal'], package: 'chai' },
            { from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
);
