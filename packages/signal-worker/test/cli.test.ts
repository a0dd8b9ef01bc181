import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createJoinTokenVerifier } from '../src/auth/join-token.js';
import { mintToken, VERSION } from '../src/index.js';
import { connect, PAGE } from './client.js';
import { conformance, SECRET, type Host } from './conformance.js';

const CLI = fileURLToPath(new URL('./run-cli.ts', import.meta.url));
const children = new Set<ChildProcess>();

after(() => {
  for (const child of children) child.kill('SIGKILL');
});

function start(args: string[], environment: Record<string, string>): ChildProcess {
  const { PATH = '', TSX_TSCONFIG_PATH } = process.env;
  const tsx = TSX_TSCONFIG_PATH === undefined ? {} : { TSX_TSCONFIG_PATH };
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { PATH, ...tsx, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** Runs a command to its end. */
async function run(args: string[], environment: Record<string, string> = {}) {
  const child = start(args, environment);
  const [out, error] = [collect(child.stdout), collect(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: out(), error: error() };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (data: Buffer) => (text += data.toString('utf8')));
  return () => text;
}

/** Starts to serve. @returns the process, and the port it says it has */
async function serve(environment: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
  const child = start(['serve'], { PORT: '0', ...environment, LOG_LEVEL: 'info' });
  const text = collect(child.stdout);
  const errors = collect(child.stderr);
  for (;;) {
    const line = text()
      .split('\n')
      .find((one) => one.includes('"listening"'));
    if (line !== undefined) return { child, port: (JSON.parse(line) as { port: number }).port };
    if (child.exitCode !== null) throw new Error(`it ended: ${errors()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}

const BASE = { JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE };

/** A process of its own; a restart is a kill -9. */
async function startProcess(environment: Record<string, string>): Promise<Host> {
  let { child, port } = await serve(environment);
  return {
    url: `http://127.0.0.1:${port}`,
    restart: async () => {
      await stop(child, 'SIGKILL');
      ({ child, port } = await serve({ ...environment, PORT: String(port) }));
    },
    close: async () => {
      await stop(child, 'SIGKILL');
    },
  };
}

conformance('Node, in a process of its own', startProcess);

describe('serve', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal} ends it in order, with 0`, async () => {
      const { child, port } = await serve(BASE);
      const client = await connect(`http://127.0.0.1:${port}`);
      client.send({ type: 'hello', token: await mintToken(SECRET, { room: 'support-42', sub: 'anna' }) });
      await client.next('welcome');
      const ended = stop(child, signal);
      await client.next('going-away');
      assert.equal((await client.closed).code, 1012);
      assert.equal(await ended, 0);
    });
  }

  test('with a wrong configuration it lists everything and ends with 78', async () => {
    const { code, error } = await run([], { PORT: 'x', DEMO: 'x' });
    assert.equal(code, 78);
    assert.match(
      error,
      /^4 things are wrong with the configuration:\n {2}- DEMO .*\n {2}- PORT .*\n {2}- JOIN_SECRET .*\n {2}- ALLOWED_ORIGINS .*\n$/,
    );
  });

  test('a busy port is said in words, with 1', async () => {
    const { child, port } = await serve(BASE);
    const { code, error } = await run(['serve'], { ...BASE, PORT: String(port) });
    assert.equal(code, 1);
    assert.equal(
      error,
      `Port ${port} on 127.0.0.1 is in use by another program. Stop that one, or set PORT to a free port.\n`,
    );
    assert.equal(await stop(child, 'SIGTERM'), 0);
  });

  test('each log line is one JSON object, and none holds what people sent', async () => {
    const child = start(['serve'], { PORT: '0', ...BASE, LOG_LEVEL: 'debug' });
    const text = collect(child.stdout);
    while (!text().includes('"listening"')) await once(child.stdout ?? child, 'data');
    const { port } = JSON.parse(text().split('\n')[0] ?? '') as { port: number };
    const url = `http://127.0.0.1:${port}`;
    const client = await connect(url, { room: 'canary-room' });
    const token = await mintToken(SECRET, { room: 'canary-room', sub: 'canary-sub', name: 'canary-name' });
    client.send({ type: 'hello', token, join: true });
    const { ticket } = await client.next('welcome');
    client.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: 'canary-sdp' });
    client.socket.send('canary-frame');
    await client.closed;
    const refused = await connect(url, { room: 'canary-room' });
    refused.send({ type: 'hello', token: 'canary-token' });
    await refused.closed;
    await stop(child, 'SIGTERM');
    const lines = text().trim().split('\n');
    assert.ok(lines.length >= 4);
    for (const line of lines) assert.equal(typeof JSON.parse(line), 'object');
    for (const secret of ['canary', token, ticket, SECRET, '127.0.0.1'])
      assert.ok(!text().includes(secret), secret);
  });
});

describe('token', () => {
  test('prints a token that the service takes', async () => {
    const args = ['token', '--room', 'support-42', '--sub', 'anna', '--name', 'Anna', '--ttl', '60'];
    const { code, out } = await run(args, { JOIN_SECRET: SECRET });
    assert.equal(code, 0);
    const keys = { family: 'secret', secrets: [SECRET] } as const;
    const verify = createJoinTokenVerifier({ keys, audience: 'p2p-call', issuer: null });
    const verdict = await verify(out.trim(), 'support-42', Date.now());
    assert.ok(verdict.ok && verdict.claims.sub === 'anna' && verdict.claims.name === 'Anna');
  });

  for (const [what, args, environment, code, words] of [
    ['no room', ['--sub', 'x'], { JOIN_SECRET: SECRET }, 64, /needs --room and --sub/],
    ['a bad room', ['--room', 'a b', '--sub', 'x'], { JOIN_SECRET: SECRET }, 64, /A room is/],
    [
      'a long life',
      ['--room', 'a', '--sub', 'x', '--ttl', '601'],
      { JOIN_SECRET: SECRET },
      64,
      /600 seconds/,
    ],
    ['an unknown option', ['--room', 'a', '--sub', 'x', '--admin'], { JOIN_SECRET: SECRET }, 64, /--admin/],
    ['no secret', ['--room', 'a', '--sub', 'x'], {}, 78, /JOIN_SECRET is missing/],
    ['a short secret', ['--room', 'a', '--sub', 'x'], { JOIN_SECRET: 'x' }, 78, /shorter than 32 bytes/],
  ] as const) {
    test(`${what}: ${code}`, async () => {
      const result = await run(['token', ...args], { ...environment });
      assert.equal(result.code, code);
      assert.match(result.error, words);
      assert.equal(result.out, '');
    });
  }
});

test('check says that all is fine, or what is not', async () => {
  const fine = await run(['check'], BASE);
  assert.equal(fine.code, 0);
  assert.match(fine.out, /^The configuration is fine\./);
  assert.ok(!fine.out.includes(SECRET));
  const bad = await run(['check'], { ...BASE, JOIN_SECRET: 'short' });
  assert.equal(bad.code, 78);
  assert.match(bad.error, /One thing is wrong with the configuration:\n {2}- JOIN_SECRET is shorter/);
});

test('help, version, and an unknown command', async () => {
  assert.match((await run(['--help'])).out, /p2p-call-signal token --room/);
  assert.equal((await run(['--version'])).out, `${VERSION}\n`);
  const unknown = await run(['dance']);
  assert.deepEqual([unknown.code, /there is no command "dance"/.test(unknown.error)], [64, true]);
});
