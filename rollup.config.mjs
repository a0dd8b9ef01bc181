// Two builds. The widget: one file for a <script> tag and one for import. The service: its Node bundle, and beside it the
// demo page with the widget. `rollup -c --configOnly widget` (or `service`) builds one of them.
import { cp, readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import nodeResolve from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import terser from '@rollup/plugin-terser';
import esbuild, { minify as shorten } from 'rollup-plugin-esbuild';
import { minifyTemplates } from './scripts/minify-templates.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const widget = 'packages/widget';
const service = 'packages/signal-worker';
const demoDir = `${service}/dist/demo`;

/** Rollup's warnings are mistakes here (an import that is nowhere, say): none may pass unseen. */
function onwarn(warning) {
  throw new Error(`${warning.code}: ${warning.message}`);
}

/** esbuild takes each file's nearest tsconfig.json, so decorators and class fields mean what tsc says they mean. */
const typescript = () => esbuild({ target: 'es2022' });

/** Every licence of what is bundled, in one line instead of one for each file. */
const banner = '/*! p2p-call: MIT. Contains Lit, (c) Google LLC: BSD-3-Clause. */';
/** esbuild also shortens the names of private members (`#name`), which terser leaves long; terser does all the rest better. */
const shortNames = () =>
  shorten({ minify: false, minifyIdentifiers: true, target: 'es2022', legalComments: 'inline' });

/**
 * A second copy of the script hands back what the first one offered, before any of its code runs: Lit alone would make a
 * second Trusted Types policy of the same name, which a strict page forbids.
 */
const onlyOnce = "if (customElements.get('p2p-call')) return globalThis.P2pCall;";
const minify = { ecma: 2020, compress: { passes: 3 }, format: { comments: /^!/ } };

/** The licences ask to go where the code goes. */
const notices = 'THIRD-PARTY-NOTICES.md';
const copyNotices = () => ({
  name: 'copy-notices',
  // Rollup writes both bundles at the same time: one of them takes it along.
  async writeBundle({ format }) {
    if (format === 'iife') await cp(path(notices), path(`${widget}/dist/${notices}`));
  },
});

const widgetBuild = {
  input: path(`${widget}/src/bundle.ts`),
  onwarn,
  plugins: [
    nodeResolve({ browser: true, exportConditions: ['production', 'default'] }),
    typescript(),
    // A page with a strict Trusted Types policy lists the policies it allows; ours should carry our name.
    replace({
      preventAssignment: true,
      delimiters: ['', ''],
      values: { 'createPolicy("lit-html"': 'createPolicy("p2p-call"' },
    }),
    minifyTemplates(),
    copyNotices(),
  ],
  output: [
    {
      file: path(`${widget}/dist/p2p-call.iife.min.js`),
      format: 'iife',
      name: 'P2pCall',
      sourcemap: true,
      banner,
      intro: onlyOnce,
      plugins: [shortNames(), terser(minify)],
    },
    {
      file: path(`${widget}/dist/p2p-call.esm.min.js`),
      format: 'es',
      sourcemap: true,
      banner,
      plugins: [shortNames(), terser({ ...minify, module: true })],
    },
  ],
};

/** The demo page and the widget it shows, where the built service finds them. */
const copyDemo = () => ({
  name: 'copy-demo',
  async writeBundle() {
    await rm(path(demoDir), { recursive: true, force: true });
    await cp(path('examples/demo'), path(demoDir), { recursive: true });
    for (const name of await readdir(path(`${widget}/dist`))) {
      if (name.startsWith('p2p-call.iife.min.js') || name === notices) {
        await cp(path(`${widget}/dist/${name}`), path(`${demoDir}/${name}`));
      }
    }
  },
});

const isInstalledBesideTheService = /^(node:|(hono|@hono\/node-server|ws|jose|pino|prom-client)($|\/))/;

const serviceBuild = {
  input: { cli: path(`${service}/src/hosts/node/cli.ts`), index: path(`${service}/src/index.ts`) },
  onwarn,
  external: (id) => isInstalledBesideTheService.test(id),
  plugins: [nodeResolve({ preferBuiltins: true }), typescript(), copyDemo()],
  output: {
    dir: path(`${service}/dist`),
    format: 'es',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'shared.mjs',
    sourcemap: true,
  },
};

/** What others import to make tokens: one file, which brings nothing along and needs nothing. */
const tokenBuild = {
  input: { token: path(`${service}/src/token/index.ts`) },
  onwarn,
  plugins: [nodeResolve(), typescript()],
  output: { dir: path(`${service}/dist`), format: 'es', entryFileNames: '[name].mjs', sourcemap: true },
};

/** In this order: the service's demo shows the widget. */
const builds = { widget: widgetBuild, service: [serviceBuild, tokenBuild] };

export default ({ configOnly }) => {
  if (configOnly === undefined) return Object.values(builds).flat();
  if (!(configOnly in builds)) throw new Error(`--configOnly is one of: ${Object.keys(builds).join(', ')}`);
  return builds[configOnly];
};
