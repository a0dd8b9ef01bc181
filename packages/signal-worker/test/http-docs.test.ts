// docs/http.md, asked of a running service: every example is answered as it says, and every route has its row.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { parseArgs } from 'node:util';
import { loadConfig, mintToken, startService, type RunningService } from '../src/index.js';
import { connect, PAGE } from './client.js';
import { SECRET } from './conformance.js';

const DOCUMENT = readFileSync(new URL('../../../docs/http.md', import.meta.url), 'utf8');
const SECRETS: Readonly<Record<string, string>> = {
  SERVICE_KEY: 'a-service-key-of-some-length',
  METRICS_TOKEN: 'a-token-of-metrics',
};

/** `curl …`, and after `# ` the status and what the answer begins with or, as JSON, looks like. */
const examples = [...DOCUMENT.matchAll(/^(curl .*)\n# (\d{3}) ?(.*)$/gm)].map(
  ([, command = '', status = '', answer = '']) => ({ command, status: Number(status), answer }),
);

/** The request that a curl command makes. */
function requestOf(command: string, origin: string): Request {
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) =>
    (one ?? two ?? three ?? '').replace(/\$(\w+)/g, (_, name: string) => SECRETS[name] ?? assert.fail(name)),
  );
  const options = {
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
  } as const;
  const { values, positionals } = parseArgs({ args: words.slice(1), options, allowPositionals: true });
  const [url = '', ...more] = positionals;
  assert.deepEqual(more, [], command);
  const { request, header = [], data } = values;
  const headers = header.map((one) => one.split(/: (.*)/s).slice(0, 2) as [string, string]);
  return new Request(url.replace('http://127.0.0.1:8787', origin), {
    method: request ?? (data === undefined ? 'GET' : 'POST'),
    headers,
    ...(data === undefined ? {} : { body: data }),
  });
}

/** What kind of value stands where. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

describe('docs/http.md', () => {
  let plain: RunningService;
  let demo: RunningService;

  async function run(environment: Record<string, string>): Promise<RunningService> {
    const result = loadConfig({ PORT: '0', LOG_LEVEL: 'silent', ...environment });
    assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
    return startService(result.config, { drainMs: 50 });
  }

  before(async () => {
    plain = await run({ JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGE, ...SECRETS });
    demo = await run({ DEMO: 'on' });
    const anna = await connect(plain.url, { room: 'support-42' });
    const token = await mintToken(SECRET, { room: 'support-42', sub: 'anna', name: 'Anna' });
    anna.send({ type: 'hello', token, join: true });
    await anna.next('joined');
  });
  after(async () => {
    await plain.close();
    await demo.close();
  });

  assert.ok(examples.length >= 10, 'the pattern finds them');
  for (const { command, status, answer } of examples) {
    test(command, async () => {
      const origin = command.includes('/v1/demo/') ? demo.url : plain.url;
      const response = await fetch(requestOf(command, origin));
      const text = await response.text();
      assert.equal(response.status, status, text);
      if (!answer.endsWith('}')) assert.ok(text.startsWith(answer), text);
      else if (status === 200) assert.deepEqual(shape(JSON.parse(text)), shape(JSON.parse(answer)));
      else assert.equal(text, answer);
    });
  }

  test('every example was found', () => {
    assert.equal(examples.length, DOCUMENT.match(/^curl /gm)?.length);
  });

  test('every route of the code has its row, and no other', () => {
    const files = ['app.ts', 'http/room-routes.ts', 'http/metrics-route.ts', 'http/demo.ts'];
    const code = files
      .map((file) => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8'))
      .join('\n');
    const routes = [...code.matchAll(/app\.(get|post|put|patch|delete|all)\('([^']+)'/g)]
      .map(([, method = '', path = '']) => `${method.toUpperCase()} ${path}`)
      // Files of the demo page.
      .filter((route) => route !== 'GET /:name');
    const rows = [...DOCUMENT.matchAll(/^\| `([A-Z]+ \/\S*)` \|/gm)].map(([, route]) => route);
    assert.deepEqual([...new Set(rows)].sort(), [...new Set(routes)].sort());
  });
});
