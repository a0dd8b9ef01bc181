#!/usr/bin/env node
// Committed, and not built, because npm links a workspace's command only if its file is there at install.
import { existsSync } from 'node:fs';

const build = new URL('../dist/cli.mjs', import.meta.url);
if (existsSync(build)) {
  const { main } = await import(build.href);
  await main(process.argv.slice(2));
} else {
  console.error('p2p-call-signal is not built yet. Run "npm run build" at the top of the checkout first.');
  process.exitCode = 1;
}
