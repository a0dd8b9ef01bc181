// From a fresh clone to a call with one command: installs, builds, starts the service with its demo page. The service says
// where it is, and ends by Ctrl-C.
import { ensureBuilt, ensureInstalled, requireNode } from './workspace.mjs';

const parent = process.ppid;

requireNode();
if (!ensureInstalled() || !ensureBuilt()) process.exit(1);

// HOST is not taken from the environment: some shells set it to the machine's name, and the demo is for this machine only.
Object.assign(process.env, { DEMO: 'on', HOST: '127.0.0.1', PORT: process.env.PORT || '8787' });

// npm passes SIGTERM on to a shell, and that shell dies without a word to us. Ctrl-C is not concerned: it reaches all.
if (process.env.npm_lifecycle_event === 'start') {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

// In this very process: a signal then reaches the service itself.
const { main } = await import('../packages/signal-worker/dist/cli.mjs');
await main(['serve']);
