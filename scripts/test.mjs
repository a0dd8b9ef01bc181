// Everything that can be checked, in one command: `npm test`. With names of stages, only those: `npm test unit e2e`.
// The last line is the sum of the runners' reports.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { sumUp } from './reporters/sum.mjs';
import { REPORTS_URL, writeReport } from './reporters/report.mjs';
import { build, ensureInstalled, filesBelow, requireNode, seconds, TOOLS, TOP } from './workspace.mjs';

/** These need a browser and belong to Web Test Runner; every other `*.test.ts` is for Node's own runner. */
const IN_BROWSERS = /^packages[\\/]widget[\\/](e2e|src[\\/](elements|context|platform))[\\/]/;
const MINUTE = 60_000;

/** Runs a program of the checkout, its output on this screen. @returns true if it ended well */
function node(args, { minutes, env = {} }) {
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: TOP,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true', ...env },
    timeout: minutes * MINUTE,
  });
  if (error !== undefined) console.error(String(error));
  return status === 0;
}

/** A stage without tests of its own counts as one. */
function asOneTest(stage, isFine) {
  writeReport(stage, [
    { name: stage, file: '', outcome: isFine ? 'passed' : 'failed', error: 'see its output above' },
  ]);
  return isFine;
}

const unitTests = () =>
  ['packages', 'scripts']
    .flatMap((folder) => [...filesBelow(folder)])
    .filter((file) => /\.test\.(ts|mjs)$/.test(file) && !IN_BROWSERS.test(file));

const reporter = './scripts/reporters/node.mjs';

/** The same tests as in `unit`, with many more rounds. */
const LONG_TESTS = [
  'packages/signal-worker/src/room/room.property.test.ts',
  'packages/signal-worker/test/abuse.test.ts',
  'packages/widget/src/core/machine.property.test.ts',
  'packages/widget/src/session/path.property.test.ts',
];
/** `FC_RUNS` is for all that has no number of its own. */
const LONG_ROUNDS = { FC_RUNS: '10000', MACHINE_RUNS: '100000', PATH_RUNS: '4000', ABUSE_ROUNDS: '500' };

/**
 * Where fast-check begins. In `npm test` always there, so that what fails is due to the change; `npm run test:long` looks for
 * what nobody has thought of, and begins elsewhere each time.
 */
const { FC_SEED = '2026' } = process.env;
const LONG_SEED = process.env.FC_SEED ?? String(Math.floor(Math.random() * 2 ** 31));

/** @param report the name of the stage, where it is not `unit` */
function nodeTests(files, { minutes, env = {}, report = 'unit' }) {
  const preloads = ['--import', 'tsx', '--import', './scripts/fast-check-seed.mjs'];
  return node([...preloads, '--test', `--test-reporter=${reporter}`, ...files], {
    minutes,
    // tsx looks for a tsconfig.json at the top, where there is none.
    env: { TSX_TSCONFIG_PATH: 'tsconfig.tests.json', REPORT_AS: report, FC_SEED, ...env },
  });
}

/** `tested: false`: a preparation. It is not counted unless it fails. */
const STAGES = {
  install: { tested: false, isVital: true, run: ensureInstalled },
  browsers: {
    tested: false,
    for: ['elements', 'e2e', 'netlab', 'e2e-long', 'netlab-long'],
    run: () => node(['scripts/browsers.mjs'], { minutes: 20 }),
  },
  servers: {
    tested: false,
    for: ['unit', 'netlab', 'netlab-long'],
    run: () => node(['scripts/servers.mjs'], { minutes: 20 }),
  },
  build: { tested: false, isVital: true, run: build },
  typecheck: { run: () => asOneTest('typecheck', node(['scripts/typecheck.mjs'], { minutes: 5 })) },
  lint: {
    run() {
      const isLinted = node([TOOLS.eslint, '.'], { minutes: 5 });
      const isFormatted = node([TOOLS.prettier, '--check', '--log-level=warn', '.'], { minutes: 2 });
      return asOneTest('lint', isLinted && isFormatted);
    },
  },
  unit: { run: () => nodeTests(unitTests(), { minutes: 15 }) },
  elements: {
    run: () => node([TOOLS.webTestRunner, '--config', 'web-test-runner.config.mjs'], { minutes: 8 }),
  },
  e2e: { run: () => node([TOOLS.playwright, 'test'], { minutes: 20 }) },
  // Needs root, for network namespaces.
  netlab: {
    mayBeSkipped: true,
    run: () => node([TOOLS.playwright, 'test', '--config', 'netlab/playwright.config.ts'], { minutes: 45 }),
  },
  // What takes longer than anybody wants to wait for each time: `npm run test:long`.
  long: {
    isLong: true,
    run() {
      console.log(`FC_SEED=${LONG_SEED}`);
      return nodeTests(LONG_TESTS, {
        minutes: 60,
        env: { ...LONG_ROUNDS, FC_SEED: LONG_SEED },
        report: 'long',
      });
    },
  },
  // Tests tagged `@long`, in more pairs.
  'e2e-long': {
    isLong: true,
    run: () => node([TOOLS.playwright, 'test'], { minutes: 45, env: { E2E_LONG: 'on' } }),
  },
  // The figures of docs/reliability.md, which it writes anew. NETLAB_PARTS chooses some of them.
  'netlab-long': {
    isLong: true,
    mayBeSkipped: true,
    run() {
      const isProven = node([TOOLS.playwright, 'test', '--config', 'netlab/long/playwright.config.ts'], {
        minutes: 95,
      });
      // Of what failed, too: that is in the tables.
      return node(['scripts/reliability.mjs'], { minutes: 1 }) && isProven;
    },
  },
};

function chosenStages(asked) {
  const tested = Object.keys(STAGES).filter((name) => STAGES[name].tested !== false);
  const unknown = asked.filter((name) => !tested.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no stage ${unknown.join(', ')}. The stages are: ${tested.join(', ')}.`);
    process.exit(1);
  }
  const usual = tested.filter((name) => STAGES[name].isLong !== true);
  const wanted = asked.length === 0 ? usual : asked;
  return Object.keys(STAGES).filter((name) => {
    const { tested: isTested, for: users = wanted } = STAGES[name];
    return isTested === false ? users.some((user) => wanted.includes(user)) : wanted.includes(name);
  });
}

requireNode();
const chosen = chosenStages(process.argv.slice(2));
rmSync(REPORTS_URL, { recursive: true, force: true });

const results = [];
for (const name of chosen) {
  const { run, tested = true, isVital = false, mayBeSkipped = false } = STAGES[name];
  console.log(`\n== ${name}`);
  const started = Date.now();
  const isFine = run();
  console.log(`== ${name}: ${isFine ? 'ok' : 'FAILED'} (${seconds(started)})`);
  results.push({ name, isFine, tested, mayBeSkipped });
  if (!isFine && isVital) {
    console.error(`Nothing can be tested without "${name}".`);
    break;
  }
}

const { passed, failed, skipped, lines } = sumUp(results);
for (const line of lines) console.log(line);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
