import { readFileSync } from 'node:fs';
import { parseConfig, type ConfigResult, type Environment } from '../../config.js';

/** The configuration in environment variables (and in the files that `…_FILE` variables name), or everything wrong with it. */
export function loadConfig(environment: Environment = process.env): ConfigResult {
  return parseConfig(environment, (path) => readFileSync(path, 'utf8'));
}
