import assert from 'node:assert/strict';
import { createLogger, loadConfig, startService, type RunningService } from '../src/index.js';
import { abuse } from './abuse.js';
import type { AbusedHost } from './abuse-host.js';

/** The Node host in this process. */
async function startNode(environment: Record<string, string>): Promise<AbusedHost> {
  const result = loadConfig({ PORT: '0', ...environment });
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  const { config } = result;
  const lines: string[] = [];
  const log = createLogger(config.logLevel, (line) => lines.push(line));
  let service: RunningService = await startService(config, { drainMs: 1, log });
  const { port, url } = service;
  return {
    url,
    log: () => lines,
    restart: async () => {
      await service.close();
      service = await startService({ ...config, port }, { drainMs: 1, log });
    },
    close: () => service.close(),
  };
}

abuse('Node', startNode);
