// Tests that need a browser, in Chromium and in Firefox: elements, contexts and what wraps the browser's own API.
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { summaryReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { CHROMIUM_FLAGS, FIREFOX_PREFS } from './scripts/browser-options.mjs';
import { requireBrowsers } from './scripts/browsers.mjs';
import { jsonReporter } from './scripts/reporters/wtr.mjs';

const browsers = requireBrowsers();

/** The Chrome launcher speaks to Firefox too, but then calls both "Chrome". */
function launcher(name, launchOptions) {
  return Object.assign(chromeLauncher({ launchOptions, concurrency: 1 }), { name });
}

export default {
  files: 'packages/widget/src/{elements,context,platform}/**/*.test.ts',
  rootDir: fileURLToPath(new URL('.', import.meta.url)),
  nodeResolve: { exportConditions: ['development', 'browser', 'default'] },
  plugins: [
    esbuildPlugin({
      ts: true,
      target: 'es2022',
      tsconfig: fileURLToPath(new URL('packages/widget/tsconfig.json', import.meta.url)),
    }),
  ],
  hostname: 'localhost',
  browsers: [
    launcher('Chromium', { executablePath: browsers.chromium.path, args: CHROMIUM_FLAGS }),
    launcher('Firefox', {
      browser: 'firefox',
      executablePath: browsers.firefox.path,
      extraPrefsFirefox: FIREFOX_PREFS,
    }),
  ],
  concurrentBrowsers: 2,
  testFramework: { config: { timeout: 10_000 } },
  browserStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith('Lit is in dev mode'),
  reporters: [summaryReporter(), jsonReporter('elements')],
};
