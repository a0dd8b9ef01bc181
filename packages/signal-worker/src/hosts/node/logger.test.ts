import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, mock, test } from 'node:test';
import fc from 'fast-check';
import { hashId } from './hash-id.js';
import { createLogger, errorFields, type Logger, type LogFields } from './logger.js';

type Line = Record<string, unknown>;
const parse = (line: string): Line => JSON.parse(line) as Line;

/** What a logger writes, without the time. */
function logged(use: (log: Logger) => void): Line[] {
  const lines: string[] = [];
  use(createLogger('debug', (line) => lines.push(line)));
  return lines.map((line) => {
    const { time, ...rest } = parse(line);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    return rest;
  });
}

test('a line is one JSON object, and the level is a threshold', () => {
  const lines: string[] = [];
  const log = createLogger('info', (line) => lines.push(line));
  log.debug('no');
  log.info('listening', { port: 1 });
  log.error('failed');
  assert.deepEqual(
    lines.map((line) => {
      const { time, ...rest } = parse(line);
      assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
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

describe('hostile values', () => {
  const isOneLine = (line: string): void => {
    assert.equal(typeof parse(line), 'object');
    // Everything that some reader takes for the end of a line, and what is no UTF-8.
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Cs}/u);
  };

  for (const [name, value] of [
    ['line breaks', 'a\nb\r\nc\u0085d\u2028e\u2029f'],
    ['JSON', '","level":"error","x":"'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['lone surrogates', '\ud800a\udc00'],
    ['a pair cut in two', '\u{1f600}'.repeat(300)],
    ['terminal codes and NUL', '\u001b[31m\u0000'],
  ] as const) {
    test(`${name}: one bounded line`, () => {
      const lines: string[] = [];
      createLogger('info', (line) => lines.push(line)).info(value, { value });
      assert.equal(lines.length, 1);
      for (const line of lines) isOneLine(line);
      assert.ok((lines[0] ?? '').length < 2_000);
    });
  }

  test('whatever the fields: one line, with its own level, time and event', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    const value = fc.oneof(text, fc.double(), fc.boolean());
    const fields = fc.dictionary(
      fc.oneof(text, fc.constantFrom('level', 'time', 'event', '__proto__')),
      value,
    );
    fc.assert(
      fc.property(text, fields, (event, given) => {
        const lines: string[] = [];
        createLogger('info', (line) => lines.push(line)).info(event, given);
        assert.equal(lines.length, 1);
        const line = lines[0] ?? '';
        isOneLine(line);
        assert.equal(parse(line).level, 'info');
        for (const name of ['"level":"info"', '"time":"2', '"event":']) assert.ok(line.includes(name));
        assert.ok(line.length < 30_000);
      }),
    );
  });
});

describe('who and where', () => {
  test('a hash tells two apart, and one again', () => {
    assert.match(hashId('support-42'), /^#[\w-]{10}$/);
    assert.equal(hashId('support-42'), hashId('support-42'));
    assert.notEqual(hashId('support-42'), hashId('support-43'));
  });

  test('is another one in another process', () => {
    const code = `import('${import.meta.resolve('./hash-id.ts')}').then(({ hashId }) => console.log(hashId('support-42')))`;
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '-e', code], { encoding: 'utf8' });
    assert.match(stdout.trim(), /^#[\w-]{10}$/);
    assert.notEqual(stdout.trim(), hashId('support-42'));
  });

  test('a name that was not hashed is never written', () => {
    const bare = { room: 'canary', person: '#canary', address: 3_221_225_985 };
    const [line] = logged((log) => log.info('in', bare as unknown as LogFields));
    // Ten characters of a hash may be any, but not these.
    assert.doesNotMatch(JSON.stringify(line), /canary|3221225985/);
    const room = hashId('canary');
    assert.deepEqual(
      logged((log) => log.info('in', { room })),
      [{ level: 'info', event: 'in', room }],
    );
    assert.equal(line?.room, room);
  });
});

describe('floods', () => {
  test('of one event 20 lines a second and one that sums up; others are not held back', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const lines = logged((log) => {
        for (let n = 0; n < 1_000; n += 1) log.info('refused', { n });
        log.error('failed');
        mock.timers.tick(1_000);
        log.info('refused', { n: 1_000 });
        mock.timers.tick(1_000);
      });
      assert.deepEqual(
        lines.slice(0, 20).map(({ n }) => n),
        Array.from({ length: 20 }, (_, n) => n),
      );
      assert.deepEqual(lines.slice(20), [
        { level: 'error', event: 'failed' },
        { level: 'warn', event: 'suppressed', of: 'refused', count: 980 },
        { level: 'info', event: 'refused', n: 1_000 },
      ]);
    } finally {
      mock.timers.reset();
    }
  });

  test('events that somebody makes up share what is left', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const lines = logged((log) => {
        for (let n = 0; n < 1_000; n += 1) log.info(`event-${n}`);
        mock.timers.tick(1_000);
      });
      assert.equal(lines.length, 256 + 20 + 1);
      assert.deepEqual(lines.at(-1), { level: 'warn', event: 'suppressed', of: 'others', count: 724 });
    } finally {
      mock.timers.reset();
    }
  });

  test('lines below the level do not count', () => {
    const lines: string[] = [];
    const log = createLogger('info', (line) => lines.push(line));
    for (let n = 0; n < 100; n += 1) log.debug('closed');
    log.info('closed');
    assert.equal(lines.length, 1);
  });
});

describe('a process that ends', () => {
  const url = import.meta.resolve('./logger.ts');
  for (const [how, end, code] of [
    ['by itself', '', 0],
    ['at once', 'process.exit(3)', 3],
    ['by an error', 'setImmediate(() => { throw new Error("x") })', 1],
    [
      'by SIGTERM',
      'process.once("SIGTERM", () => { log.info("stopped"); process.exit(0) }); process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 60_000)',
      0,
    ],
  ] as const) {
    test(`${how}: has written every line`, () => {
      const script = `import('${url}').then(({ createLogger }) => {
        const log = createLogger('info');
        for (let n = 0; n < 25; n += 1) for (let m = 0; m < 200; m += 1) log.info('event-' + m, { text: 'x'.repeat(200) });
        ${end}
      })`;
      const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });
      assert.equal(status, code);
      const lines = stdout.trimEnd().split('\n').map(parse);
      const summaries = lines.filter(({ event }) => event === 'suppressed');
      assert.equal(lines.filter(({ text }) => text !== undefined).length, 20 * 200);
      assert.deepEqual(new Set(summaries.map(({ count }) => count)), new Set([5]));
      assert.equal(summaries.length, 200);
      if (how === 'by SIGTERM') assert.ok(lines.some(({ event }) => event === 'stopped'));
    });
  }
});
