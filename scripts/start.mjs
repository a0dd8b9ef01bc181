// From a fresh clone to a call with one command: installs, builds, starts the service with its demo page. The service says
// where it is, and ends by Ctrl-C.
import { ensureBuilt, ensureInstalled, requireNode } from './workspace.mjs';

requireNode();
if (!ensureInstalled() || !ensureBuilt()) process.exit(1);

// HOST is not taken from the environment: some shells set it to the machine's name, and the demo is for this machine only.
Object.assign(process.env, { DEMO: 'on', HOST: '127.0.0.1', PORT: process.env.PORT || '8787' });

// In this very process: a signal then reaches the service, whoever sends it, and nothing can be left behind.
const { main } = await import('../packages/signal-worker/dist/cli.mjs');
await main(['serve']);
