import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { PAGE } from './client.js';
import { SECRET } from './conformance.js';
import { freePort, makeCertificate, startCoturn, WITHOUT_COTURN, type Coturn } from './coturn.js';

const CLI = fileURLToPath(new URL('./run-cli.ts', import.meta.url));
const TURN_SECRET = 'the-secret-of-the-relay';

/** `p2p-call-signal check`, in a process of its own. */
async function check(environment: Record<string, string>): Promise<{ code: number; out: string }> {
  const { PATH = '', TSX_TSCONFIG_PATH = '' } = process.env;
  const base = { PATH, TSX_TSCONFIG_PATH, ALLOWED_ORIGINS: PAGE, TICKET_SECRET: SECRET };
  const keys = 'JOIN_JWKS_URL' in environment ? {} : { JOIN_SECRET: SECRET };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', CLI, 'check'],
      { env: { ...base, ...keys, ...environment } },
      (error, stdout, stderr) => {
        assert.equal(stderr, '');
        resolve({ code: error === null ? 0 : Number(error.code), out: stdout });
      },
    );
  });
}

/** What it says of this subject: after "ok" or "FAILED". */
function lineOf(out: string, subject: string): string {
  const line = out.split('\n').find((one) => one.includes(` ${subject}: `));
  assert.ok(line !== undefined, out);
  return line.trim();
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function withHttp<Result>(
  answer: RequestListener,
  act: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = createHttpServer(answer);
  const port = await listen(server);
  try {
    return await act(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('check against the real coturn', { skip: WITHOUT_COTURN }, () => {
  let coturn: Coturn;
  let folder = '';
  let ca = '';
  let urls: { stun: string; udp: string; tcp: string; tls: string };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'p2p-call-'));
    ca = join(folder, 'ca.pem');
    const { cert, key } = await makeCertificate();
    await writeFile(ca, cert);
    coturn = await startCoturn({ secrets: [TURN_SECRET], cert, key });
    const { port, tlsPort } = coturn;
    urls = {
      stun: `stun:127.0.0.1:${port}`,
      udp: `turn:127.0.0.1:${port}?transport=udp`,
      tcp: `turn:localhost:${port}?transport=tcp`,
      tls: `turns:localhost:${tlsPort}?transport=tcp`,
    };
  });
  after(async () => {
    await coturn.stop();
    await rm(folder, { recursive: true });
  });

  const own = (secret = TURN_SECRET) => ({
    STUN_URLS: urls.stun,
    TURN_URLS: [urls.udp, urls.tcp, urls.tls].join(','),
    TURN_SECRET: secret,
  });

  test('all is well: 0', async () => {
    const { code, out } = await check({ ...own(), NODE_EXTRA_CA_CERTS: ca });
    assert.match(lineOf(out, urls.stun), /^ok .* answers$/);
    for (const url of [urls.udp, urls.tcp, urls.tls])
      assert.match(lineOf(out, url), /^ok .* relays: an allocation was made$/);
    assert.equal(code, 0);
    assert.ok(!out.includes(TURN_SECRET));
  });

  test('another secret: 69, and STUN answers all the same', async () => {
    const { code, out } = await check({ ...own('another-secret'), NODE_EXTRA_CA_CERTS: ca });
    assert.match(lineOf(out, urls.stun), /^ok/);
    for (const url of [urls.udp, urls.tcp, urls.tls])
      assert.match(lineOf(out, url), /^FAILED .* does not take the credentials; .*secret.* \(401\)$/);
    assert.equal(code, 69);
  });

  test('a certificate that nobody trusts: 69, for TLS only', async () => {
    const { code, out } = await check(own());
    assert.match(lineOf(out, urls.udp), /^ok/);
    assert.match(lineOf(out, urls.tls), /^FAILED .* signed by itself/);
    assert.equal(code, 69);
  });

  test('a password of one’s own, in ICE_SERVERS, is tried too', async () => {
    const servers = [{ urls: urls.udp, username: 'anna', credential: 'of-anna' }];
    const { code, out } = await check({ ICE_SERVERS: JSON.stringify(servers) });
    assert.match(lineOf(out, urls.udp), /^FAILED .* \(401\)$/);
    assert.deepEqual([code, out.includes('of-anna')], [69, false]);
  });

  test('a managed service’s servers are asked for, then tried', async () => {
    const iceServers = [{ urls: [urls.udp], username: 'u', credential: 'p' }];
    const outcome = await withHttp(
      (_, response) => response.writeHead(201).end(JSON.stringify({ iceServers })),
      (url) =>
        check({
          CLOUDFLARE_TURN_KEY_ID: 'key',
          CLOUDFLARE_TURN_API_TOKEN: 'api-token',
          CLOUDFLARE_TURN_API_URL: url,
        }),
    );
    assert.match(lineOf(outcome.out, urls.udp), /^FAILED .* \(401\)$/);
    assert.equal(outcome.code, 69);
  });
});

describe('check', () => {
  test('without anything to try says only what is configured: 0', async () => {
    const { code, out } = await check({});
    assert.deepEqual([code, out.includes('Tried')], [0, false]);
  });

  test('nobody there, over UDP, TCP and TLS: 69', async () => {
    const port = await freePort();
    const [stun, udp] = [`stun:127.0.0.1:${port}`, `turn:127.0.0.1:${port}`];
    const [tcp, tls] = [`turn:127.0.0.1:${port}?transport=tcp`, `turns:127.0.0.1:${port}`];
    const TURN_URLS = [udp, tcp, tls].join(',');
    const { code, out } = await check({ STUN_URLS: stun, TURN_URLS, TURN_SECRET });
    for (const url of [stun, udp, tcp, tls])
      assert.match(lineOf(out, url), /^FAILED .* nobody listens there; .* \(ECONNREFUSED\)$/);
    assert.equal(code, 69);
  });

  test('one that says nothing, one that is no STUN server, a name that is none: 69', async () => {
    const silent = createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const { code, out } = await withHttp(
        (_, response) => response.end(),
        (url) => {
          const [http, mute] = [new URL(url).port, silent.address().port];
          const TURN_URLS = `turn:127.0.0.1:${mute},turn:127.0.0.1:${http}?transport=tcp,turn:relay.invalid,turns:127.0.0.1?transport=udp`;
          return check({ TURN_URLS, TURN_SECRET });
        },
      );
      const failed = out.split('\n').filter((line) => line.includes('FAILED'));
      assert.match(failed[0] ?? '', /no answer in 3 s/);
      assert.match(failed[1] ?? '', /no STUN server|hung up/);
      assert.match(failed[2] ?? '', /not known to DNS|DNS does not answer|no answer in 3 s/);
      assert.match(failed[3] ?? '', /DTLS/);
      assert.equal(code, 69);
    } finally {
      silent.close();
    }
  });

  for (const [name, options, words] of [
    ['for another name', { names: 'DNS:else.example' }, /for another name/],
    ['that has expired', { endsAt: '20210101000000Z' }, /has expired/],
  ] as const) {
    test(`a certificate ${name}: 69`, { skip: WITHOUT_COTURN }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'p2p-call-'));
      const { cert, key } = await makeCertificate(options);
      const server = createTlsServer({ cert, key });
      server.on('tlsClientError', () => undefined);
      try {
        await writeFile(join(folder, 'ca.pem'), cert);
        const url = `turns:localhost:${await listen(server)}`;
        const environment = { TURN_URLS: url, TURN_SECRET, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
        const { code, out } = await check(environment);
        assert.match(lineOf(out, url), words);
        assert.equal(code, 69);
      } finally {
        server.close();
        await rm(folder, { recursive: true });
      }
    });
  }

  test('a managed service that does not take the key: 69', async () => {
    const sid = `AC${'0'.repeat(32)}`;
    const { code, out } = await withHttp(
      (_, response) => response.writeHead(401).end('{}'),
      (url) => check({ TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: 'auth-token', TWILIO_API_URL: url }),
    );
    assert.match(lineOf(out, 'twilio'), /^FAILED .* does not take the key; .* \(401\)$/);
    assert.deepEqual([code, out.includes('auth-token')], [69, false]);
  });

  test('a key set that is there, is empty, or is not there', async () => {
    const x = 'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo';
    const keys = [{ kty: 'OKP', crv: 'Ed25519', x, kid: 'one', alg: 'EdDSA', use: 'sig' }];
    const checkSet = (answer: RequestListener) => withHttp(answer, (url) => check({ JOIN_JWKS_URL: url }));
    const good = await checkSet((_, response) => response.end(JSON.stringify({ keys })));
    assert.match(lineOf(good.out, 'JOIN_JWKS_URL'), /^ok .* holds a key$/);
    const empty = await checkSet((_, response) => response.end('{"keys":[]}'));
    assert.match(lineOf(empty.out, 'JOIN_JWKS_URL'), /^FAILED .* no public/);
    const gone = await checkSet((_, response) => response.writeHead(404).end());
    assert.match(lineOf(gone.out, 'JOIN_JWKS_URL'), /^FAILED .* does not answer with 200/);
    assert.deepEqual([good.code, empty.code, gone.code], [0, 69, 69]);
  });
});
