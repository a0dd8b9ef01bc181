import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/** The real configuration, without the rules that need types: the files of this table do not exist. */
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
  ] as ESLint.Options['overrideConfig'],
});

const LAYER_RULES = new Set([
  '@typescript-eslint/no-restricted-imports',
  'no-restricted-syntax',
  'no-restricted-globals',
  'no-restricted-properties',
]);

async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  assert.ok(result, `${filePath} is linted at all`);
  assert.equal(result.fatalErrorCount, 0, JSON.stringify(result.messages));
  return result.messages.flatMap(({ ruleId, message }) =>
    ruleId !== null && LAYER_RULES.has(ruleId) ? [message] : [],
  );
}

const widget = 'packages/widget/src';
const service = 'packages/signal-worker/src';

interface Row {
  readonly file: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

const value = (specifier: string) => `import { thing } from '${specifier}'; thing();`;
const type = (specifier: string) => `import type { Thing } from '${specifier}'; export type Mine = Thing;`;
const again = (specifier: string) => `export { thing } from '${specifier}';`;

const ROWS: readonly Row[] = [
  {
    file: 'packages/protocol/src/new.ts',
    allowed: [value('./limits.js')],
    forbidden: [
      value('lit'),
      value('node:fs'),
      type('../../widget/src/index.js'),
      'export const at = Date.now();',
    ],
  },
  {
    file: `${widget}/core/new.ts`,
    allowed: [
      value('./state.js'),
      value('@p2p-call/protocol'),
      type('@p2p-call/protocol'),
      again('./state.js'),
    ],
    forbidden: [
      value('lit'),
      value('hono'),
      type('../session/ports.js'),
      value('../platform/clock.js'),
      'export const at = Date.now();',
      'export const at = new Date();',
      'export const at = performance.now();',
      'export const chance = Math.random();',
      'setTimeout(() => undefined, 1);',
      'export const loaded = import("./state.js");',
      'export default 1;',
    ],
  },
  {
    file: `${widget}/session/new.ts`,
    allowed: [
      value('../core/machine.js'),
      value('../telemetry/recorder.js'),
      value('./ports.js'),
      value('@p2p-call/protocol'),
    ],
    forbidden: [
      value('lit'),
      type('../platform/clock.js'),
      value('../elements/p2p-call.js'),
      'export const loaded = import("../core/machine.js");',
    ],
  },
  {
    file: `${widget}/platform/new.ts`,
    allowed: [
      type('../session/ports.js'),
      type('../core/settings.js'),
      value('../core/errors.js'),
      value('@p2p-call/protocol'),
      value('./clock.js'),
    ],
    forbidden: [
      value('../session/ports.js'),
      type('../session/call-session.js'),
      value('../core/machine.js'),
      value('lit'),
      value('../elements/p2p-call.js'),
    ],
  },
  {
    file: `${widget}/telemetry/new.ts`,
    allowed: [value('./sink.js'), type('../core/snapshot.js')],
    forbidden: [value('../core/machine.js'), value('lit'), value('../platform/clock.js')],
  },
  {
    file: `${widget}/i18n/new.ts`,
    allowed: [type('../core/errors.js'), value('./en.js')],
    forbidden: [value('lit'), value('../core/errors.js')],
  },
  {
    file: `${widget}/context/new.ts`,
    allowed: [
      value('lit'),
      value('@lit/context'),
      value('../i18n/en.js'),
      type('../session/api.js'),
      type('../core/machine.js'),
    ],
    forbidden: [
      type('@p2p-call/protocol'),
      type('../platform/clock.js'),
      value('../session/call-session.js'),
      value('../core/machine.js'),
    ],
  },
  {
    file: `${widget}/elements/p2p-call-stage.ts`,
    allowed: [
      value('lit/directives/when.js'),
      value('../context/call-context.js'),
      value('../i18n/en.js'),
      value('../events.js'),
      type('../core/facts.js'),
      type('../session/api.js'),
    ],
    forbidden: [
      type('@p2p-call/protocol'),
      type('../platform/clock.js'),
      value('../core/machine.js'),
      value('../session/call-session.js'),
      value('../create-browser-session.js'),
    ],
  },
  {
    file: `${widget}/elements/p2p-call.ts`,
    allowed: [value('../create-browser-session.js'), type('../session/api.js')],
    forbidden: [
      value('@p2p-call/protocol'),
      value('../platform/clock.js'),
      value('../session/call-session.js'),
    ],
  },
  {
    file: `${widget}/create-browser-session.ts`,
    allowed: [value('./session/call-session.js'), value('./platform/clock.js')],
    forbidden: [value('lit'), value('./elements/p2p-call.js')],
  },
  {
    file: `${widget}/index.ts`,
    allowed: [again('./elements/p2p-call.js'), again('./events.js'), again('./core/errors.js')],
    forbidden: [
      again('./create-browser-session.js'),
      again('./platform/clock.js'),
      again('@p2p-call/protocol'),
    ],
  },
  {
    file: `${service}/room/room.ts`,
    allowed: [value('@p2p-call/protocol'), value('./state.js')],
    forbidden: [
      value('hono'),
      value('ws'),
      value('node:crypto'),
      value('cloudflare:workers'),
      type('../app.js'),
      'export const at = Date.now();',
    ],
  },
  {
    file: `${service}/token/new.ts`,
    allowed: [value('@p2p-call/protocol'), value('./bytes.js')],
    forbidden: [value('jose'), value('hono'), value('node:crypto'), value('../auth/bytes.js'), type('jose')],
  },
  ...['app.ts', 'config.ts', 'http/health.ts', 'auth/tokens.ts'].map((file) => ({
    file: `${service}/${file}`,
    allowed: [
      value('hono'),
      value('hono/cors'),
      value('jose'),
      type('./room/room.js'),
      type('../room/room.js'),
    ],
    forbidden: [
      value('ws'),
      value('node:fs'),
      value('cloudflare:workers'),
      value('@hono/node-server'),
      value('../room/room.js'),
      value('../hosts/node/host.js'),
      type('./hosts/node/host.js'),
    ],
  })),
  {
    file: `${service}/hosts/node/host.ts`,
    allowed: [value('ws'), value('node:http'), value('../../room/room.js'), value('./sockets.js')],
    forbidden: [value('../redis/store.js'), type('../worker/room.js')],
  },
  {
    file: `${service}/hosts/redis/host.ts`,
    allowed: [value('redis'), value('../../room/room.js')],
    forbidden: [value('../node/host.js'), value('../worker/room.js')],
  },
  {
    file: `${service}/hosts/worker/host.ts`,
    allowed: [value('cloudflare:workers'), value('../../app.js')],
    forbidden: [value('../node/host.js'), value('../redis/store.js')],
  },
];

describe('a folder may import what its layer allows, and nothing else', () => {
  for (const { file, allowed, forbidden } of ROWS) {
    test(file, async () => {
      for (const code of allowed) {
        assert.deepEqual(await complaints(file, code), [], `allowed: ${code}`);
      }
      for (const code of forbidden) {
        assert.notDeepEqual(await complaints(file, code), [], `forbidden: ${code}`);
      }
    });
  }
});
