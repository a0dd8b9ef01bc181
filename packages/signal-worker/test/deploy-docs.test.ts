// docs/deploy.md, followed: its commands run as root on a copy of this machine, or say why they cannot.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CLOSE } from '@p2p-call/protocol';
import { onPath } from '../../../scripts/programs.mjs';
import { whyWithout } from '../../../scripts/servers.mjs';
import { INSTALLED, readExample, readUnit, TOP } from './deploy-files.js';

const DOCUMENT = readFileSync(`${TOP}docs/deploy.md`, 'utf8');
const SCRIPT = fileURLToPath(new URL('./deploy-namespace.sh', import.meta.url));
const PATIENCE_MS = 180_000;
/** Of systemd, Debian and util-linux; the others are in every Debian. */
const PROGRAMS = [
  'nginx',
  'caddy',
  'openssl',
  'curl',
  'unshare',
  'setpriv',
  'adduser',
  'ip',
  'systemd-analyze',
];

interface Block {
  /** The language of the block. */
  readonly kind: string;
  readonly text: string;
  /** Why it is not run here, or `null`. */
  readonly reason: string | null;
}

const blocks: readonly Block[] = [
  ...DOCUMENT.matchAll(/(?:^<!-- ([^\n]*) -->\n\n)?^```(\w*)\n(.*?)^```$/gms),
].map(([, comment = '', kind = '', text = '']) => ({
  kind,
  text,
  reason: /^not run here: (.+)$/.exec(comment)?.[1] ?? null,
}));
const runnable = blocks.filter(({ reason }) => reason === null);
/** Lines that begin with `# ` are what a command answers. */
const expected = ({ text }: Block): string[] => [...text.matchAll(/^# (.+)$/gm)].map(([, line = '']) => line);

async function whyNot(): Promise<string | false> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root';
  const missing = whyWithout(...PROGRAMS);
  if (missing !== false) return missing;
  const unshare = onPath('unshare') ?? 'unshare';
  const args = ['--mount', '--net', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'none', '/opt'];
  return promisify(execFile)(unshare, args).then(
    () => false,
    () => 'may not make namespaces here',
  );
}

interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Follows the document. @returns what each block came to, and what was left at the end */
async function follow(): Promise<{ outcomes: readonly Outcome[]; end: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-call-'));
  try {
    await Promise.all(runnable.map(({ text }, n) => writeFile(join(folder, `${n}.sh`), text)));
    const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const { stdout } = await promisify(execFile)(
      'unshare',
      [...namespaces, 'bash', SCRIPT, folder, TOP, process.execPath],
      {
        env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
        timeout: PATIENCE_MS,
        killSignal: 'SIGKILL',
      },
    );
    const outcomes = [...stdout.matchAll(/^@@ begin (\d+)\n(.*?)^@@ end \1 (\d+)$/gms)].map(
      ([, , output = '', status = '']) => ({ output, status: Number(status) }),
    );
    return { outcomes, end: stdout.slice(stdout.indexOf('@@ ends')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('docs/deploy.md', () => {
  test('every block is one of commands, and runs here or says why not', () => {
    assert.ok(blocks.length > 20, 'the pattern finds them');
    assert.equal(blocks.length, DOCUMENT.match(/^```\w/gm)?.length, 'all of them');
    for (const { kind, text } of blocks) assert.equal(kind, 'sh', text);
    for (const { reason } of blocks) assert.ok(reason === null || reason.length > 20, String(reason));
    assert.ok(runnable.length > blocks.length / 2);
  });

  test('has a row for each close code', () => {
    const codes = [...DOCUMENT.matchAll(/^\| (\d{4}(?:, \d{4})*) \| (`[^|]+) \|/gm)].flatMap(
      ([, numbers = '', names = '']) => {
        const all = [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
        return numbers.split(', ').map((code, n) => [all[n], Number(code)]);
      },
    );
    assert.deepEqual(Object.fromEntries(codes), codesOf(CLOSE));
  });
});

function codesOf(table: Readonly<Record<string, { readonly code: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([name, { code }]) => [name, code]));
}

const skip = await whyNot();
describe('docs/deploy.md, followed step by step', { skip }, () => {
  let outcomes: readonly Outcome[] = [];
  let end = '';
  before(async () => {
    ({ outcomes, end } = await follow());
  });

  for (const [n, block] of runnable.entries()) {
    test(block.text.split('\n')[0] ?? '', () => {
      const { status, output } = outcomes[n] ?? assert.fail('it was not run');
      assert.equal(status, 0, output);
      let from = 0;
      for (const line of expected(block)) {
        const at = output.indexOf(line, from);
        assert.ok(at >= 0, `no "${line}" in:\n${output}`);
        from = at + line.length;
      }
    });
  }

  test('each time it was told to stop, the service ended with 0', () => {
    const restarts = runnable.flatMap(({ text }) => text.match(/systemctl restart p2p-call/g) ?? []);
    assert.match(end, new RegExp(`^@@ ends ${'0 '.repeat(restarts.length + 1)}\n`));
  });

  test('its journal is JSON, without a warning', () => {
    const lines = end.slice(end.indexOf('@@ journal')).trim().split('\n').slice(1);
    const events = lines.map((line) => JSON.parse(line) as { level: string; event: string });
    assert.ok(events.some(({ event }) => event === 'listening'));
    assert.deepEqual(
      events.filter(({ level }) => level !== 'info'),
      [],
    );
  });
});

describe('p2p-call.service', () => {
  const unit = readUnit(readExample('p2p-call.service'));
  const value = (name: string): string | undefined => unit.get(name)?.[0];

  test('systemd has nothing against it', { skip: whyWithout('systemd-analyze') }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'p2p-call-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'p2p-call.service');
    await writeFile(path, readExample('p2p-call.service'));
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', path]);
    assert.equal(stdout + stderr, '');
  });

  test('runs what is built, from where the document puts it', () => {
    const [, script = ''] = (value('ExecStart') ?? '').split(' ');
    assert.ok(script.startsWith(`${INSTALLED}/`), script);
    assert.match(readFileSync(script.replace(`${INSTALLED}/`, TOP), 'utf8'), /^#!/);
  });

  test('leaves time to say goodbye, and does not try a wrong configuration again', () => {
    assert.ok(Number(value('TimeoutStopSec')) >= 10);
    assert.equal(value('Restart'), 'always');
    assert.equal(value('RestartPreventExitStatus'), '78');
  });

  test('has no privileges, and only what is built can be read as its code', () => {
    assert.deepEqual([value('CapabilityBoundingSet'), value('NoNewPrivileges')], ['', 'yes']);
    assert.equal(value('ProtectSystem'), 'strict');
    assert.equal(value('ReadWritePaths'), undefined);
    assert.deepEqual(unit.get('SystemCallFilter'), ['@system-service', '~@privileged']);
    // V8 asks for memory keys, which the filter does not have, and goes on without: a kill would end it.
    assert.equal(value('SystemCallErrorNumber'), 'EPERM');
  });

  test('every secret is a credential, and its variable names the file', () => {
    const text = readExample('p2p-call.service').replace(/^#(?=LoadCredential|Environment)/gm, '');
    const all = readUnit(text);
    const names = (all.get('LoadCredential') ?? []).map((one) => one.split(':')[0]);
    const used = (all.get('Environment') ?? []).flatMap((one) => /=%d\/(.+)$/.exec(one)?.[1] ?? []);
    assert.deepEqual(used, names);
    assert.ok(names.length >= 3);
  });
});
