// From a fresh clone to a call with one command: installs, builds, starts the service with its demo page, prints one link.
import { randomBytes } from 'node:crypto';
import { ensureBuilt, ensureInstalled, requireNode } from './workspace.mjs';

requireNode();
if (!ensureInstalled() || !ensureBuilt()) process.exit(1);
