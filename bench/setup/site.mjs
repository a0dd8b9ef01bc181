// The benchmark's pages, in memory: a build that changes on disk meanwhile changes nothing.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { TOP } from '../../scripts/workspace.mjs';

const PAGES = fileURLToPath(new URL('pages/', import.meta.url));

/** One page for all of them: what differs is the script. */
async function html(name) {
  const template = await readFile(join(PAGES, 'page.html'), 'utf8');
  return template.replaceAll('{{page}}', name);
}

/** Bundled and minified, as every site ships its libraries. */
async function bundle(names) {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(PAGES, `${name}.js`)),
    outdir: PAGES,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    // What simple-peer's browser bundle expects of its surroundings.
    define: { global: 'globalThis' },
    logLevel: 'error',
  });
  return outputFiles.map(({ path, text }) => [path.slice(PAGES.length), text]);
}

/** @returns path → content */
export async function loadSite(contenders) {
  const names = [...new Set(contenders.map(({ page }) => page))];
  const site = new Map(await bundle(names));
  for (const name of names) site.set(`${name}.html`, await html(name));
  site.set('page.css', await readFile(join(PAGES, 'page.css'), 'utf8'));
  for (const [index, contender] of contenders.entries()) {
    if (contender.element === undefined) continue;
    const path = index === 0 ? join(TOP, contender.element) : resolve(contender.element);
    contender.element = `element-${index}.js`;
    site.set(contender.element, await readFile(path, 'utf8'));
  }
  return site;
}
