// Pictures of the real demo: docs/images/call.png for the README; with --all also every state, for looking at, in
// reports/screenshots. With --all=connected,ended only these stories, and no picture for the README.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { LOOKS, writeCamera } from './screenshots/camera.mjs';
import { startBrowser, startDemo } from './screenshots/demo.mjs';
import { writeSheet } from './screenshots/sheet.mjs';
import { bestMoment, SHEETS, STORIES } from './screenshots/stories.mjs';
import { ensureBuilt, ensureInstalled, requireNode, TOP } from './workspace.mjs';

const VIEWPORTS = [
  { width: 1280, height: 800 },
  { width: 480, height: 800 },
  { width: 260, height: 520 },
];
const SCHEMES = ['light', 'dark'];
const README_PICTURE = join(TOP, 'docs/images/call.png');
const FOLDER = join(TOP, 'reports/screenshots');

/** The Arabic words as a program for the page: the demo itself knows only English. */
function arabicWords() {
  const { outputFiles } = buildSync({
    entryPoints: [join(TOP, 'packages/widget/src/i18n/ar.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'module',
    write: false,
  });
  return `(() => { ${outputFiles[0].text}; P2pCall.registerWords('ar', module.ar); })()`;
}

/** How one state looks, in every size and colour scheme. */
async function* looksOf(page, schemes = SCHEMES) {
  for (const viewport of VIEWPORTS) {
    await page.setViewportSize(viewport);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      yield [`${viewport.width}-${colorScheme}`, await page.screenshot()];
    }
  }
}

/** The same, and in Arabic, as one file. */
async function takeSheet(cast, state, page) {
  const looks = [];
  for await (const look of looksOf(page)) looks.push(look);
  const call = page.locator('p2p-call');
  await call.evaluate((element) => (element.lang = 'ar'));
  // In a new language too, some words are said only after a while.
  await delay(3_500);
  for await (const [look, picture] of looksOf(page, ['light'])) looks.push([`${look}-ar`, picture]);
  await call.evaluate((element) => (element.lang = ''));
  await writeSheet(cast.first, join(FOLDER, `${state}.png`), looks);
  return [`${state}.png`];
}

async function takeState(state, page) {
  const taken = [];
  for await (const [look, picture] of looksOf(page)) {
    const file = `${state}-${look}.png`;
    await writeFile(join(FOLDER, file), picture);
    taken.push(file);
  }
  return taken;
}

async function takeAll(cast, names) {
  await mkdir(FOLDER, { recursive: true });
  const taken = [];
  for (const name of names) {
    for await (const [state, { page }] of STORIES[name](cast)) {
      taken.push(...(await (SHEETS.includes(name) ? takeSheet(cast, state, page) : takeState(state, page))));
      console.log(`  ${state}`);
    }
  }
  const pictures = taken.map(
    (file) => `<figure><img src="${file}"><figcaption>${file}</figcaption></figure>`,
  );
  await writeFile(join(FOLDER, 'index.html'), `<!doctype html><meta charset="utf-8">${pictures.join('\n')}`);
  console.log(`${taken.length} pictures, all in reports/screenshots/index.html`);
}

async function takeOne(cast) {
  const { page } = await bestMoment(cast);
  await mkdir(join(README_PICTURE, '..'), { recursive: true });
  await page.screenshot({ path: README_PICTURE });
  await page.context().close();
  const { size } = await stat(README_PICTURE);
  console.log(`docs/images/call.png, ${Math.round(size / 1000)} kB`);
}

/** Starts what the pictures need, and ends it whatever happens. */
async function withCast(act) {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-call-cameras-'));
  const running = [];
  const keep = async (starting) => {
    const it = await starting;
    running.push(it);
    return it;
  };
  try {
    const demo = await keep(startDemo());
    const denied = await keep(startBrowser({ devices: 'denied' }));
    const painter = await denied.newPage();
    const [mine, theirs] = [join(folder, 'mine.mjpeg'), join(folder, 'theirs.mjpeg')];
    await writeCamera(painter, LOOKS.mira, mine);
    await writeCamera(painter, LOOKS.jonas, theirs);
    await painter.close();
    const first = await keep(startBrowser({ camera: mine }));
    const second = await keep(startBrowser({ camera: theirs }));
    await act({ demo, first, second, denied, words: arabicWords() });
  } finally {
    for (const it of running) await (it.stop ?? it.close).call(it);
    await rm(folder, { recursive: true, force: true });
  }
}

const asked = process.argv.find((argument) => argument.startsWith('--all'));
const names = asked?.split('=')[1]?.split(',') ?? Object.keys(STORIES);
const unknown = names.filter((name) => !(name in STORIES));
if (unknown.length > 0) {
  console.error(`There is no story ${unknown.join(', ')}. There are: ${Object.keys(STORIES).join(', ')}.`);
  process.exit(1);
}
requireNode();
if (!ensureInstalled() || !ensureBuilt()) process.exit(1);
await withCast(async (cast) => {
  if (asked === undefined || asked === '--all') await takeOne(cast);
  if (asked !== undefined) await takeAll(cast, names);
});
