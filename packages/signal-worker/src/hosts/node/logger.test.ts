import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, errorFields } from './logger.js';

test('a line is one JSON object, and the level is a threshold', () => {
  const lines: string[] = [];
  const log = createLogger('info', (line) => lines.push(line));
  log.debug('no');
  log.info('listening', { port: 1 });
  log.error('failed');
  assert.deepEqual(
    lines.map((line) => {
      const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
      assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
      return rest;
    }),
    [
      { level: 'info', event: 'listening', port: 1 },
      { level: 'error', event: 'failed' },
    ],
  );
});

test('of an error only its kind and place are logged, not its words', () => {
  const fields = errorFields(new TypeError('canary'));
  assert.equal(fields.error, 'TypeError');
  assert.doesNotMatch(JSON.stringify(fields), /canary|\//);
  assert.deepEqual(errorFields('canary'), { error: 'string' });
});
