// What an attacker tries with a token, for each of the three families of keys: the verdict is the same in all of them.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';
import { createJoinTokenVerifier, type JoinKeys, type JoinTokenVerifier } from './join-token.js';

const NOW = 1_795_353_600_000;
const SECONDS = NOW / 1000;
const ROOM = 'support-42';
const ISSUER = 'https://id.example.com';
const SECRET = 'a secret of the tests, long enough for HS256';
const bytes = (text: string) => new TextEncoder().encode(text);

type Key = Parameters<SignJWT['sign']>[0];
type Claims = Readonly<Record<string, unknown>>;
type Close = 'token-invalid' | 'token-expired' | 'forbidden';

/** A service that has keys of one family, and somebody who may sign for it. */
interface Family {
  readonly name: string;
  readonly alg: 'HS256' | 'EdDSA' | 'ES256';
  readonly key: Key;
  /** What everybody may know: `null` with a secret. */
  readonly publicJwk: JWK | null;
  readonly publicPem: string | null;
  readonly keys: JoinKeys;
}

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function serveKeys(jwk: JWK): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('connection', 'close').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
}

async function withKeys(alg: 'EdDSA' | 'ES256', isByUrl: boolean): Promise<Family> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one' };
  return {
    name: `${alg}, ${isByUrl ? 'by URL' : 'inline'}`,
    alg,
    key: privateKey,
    publicJwk,
    publicPem: await exportSPKI(publicKey),
    keys: isByUrl
      ? { family: 'jwks-url', url: await serveKeys(publicJwk) }
      : { family: 'jwks', jwks: { keys: [publicJwk] } },
  };
}

const FAMILIES: readonly [string, () => Promise<Family> | Family][] = [
  [
    'a secret',
    () => ({
      name: 'a secret',
      alg: 'HS256',
      key: bytes(SECRET),
      publicJwk: null,
      publicPem: null,
      keys: { family: 'secret', secrets: [SECRET] },
    }),
  ],
  ['an Ed25519 key, inline', () => withKeys('EdDSA', false)],
  ['a P-256 key, inline', () => withKeys('ES256', false)],
  ['an Ed25519 key by URL', () => withKeys('EdDSA', true)],
  ['a P-256 key by URL', () => withKeys('ES256', true)],
];

const GOOD: Claims = {
  aud: 'p2p-call',
  iss: ISSUER,
  sub: 'anna',
  room: ROOM,
  iat: SECONDS,
  exp: SECONDS + 300,
};
const without = (name: string): Claims =>
  Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name));

function sign(
  by: Family,
  claims: Claims,
  header: Partial<JWTHeaderParameters> = {},
  key = by.key,
): Promise<string> {
  const kid = by.publicJwk === null ? {} : { kid: 'one' };
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: by.alg, typ: 'p2p-join+jwt', ...kid, ...header })
    .sign(key);
}

/** Signed by nobody. */
function unsigned(header: object, claims: Claims = GOOD): string {
  return `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}.`;
}

/** Signed by the attacker's own key, which the header brings along, or says where it is. */
async function withOwnKey(by: Family, header: (jwk: JWK) => object): Promise<string> {
  const alg = by.alg === 'EdDSA' ? 'EdDSA' : 'ES256';
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return sign(by, GOOD, { alg, ...header(await exportJWK(publicKey)) }, privateKey);
}

const changed =
  (part: Claims) =>
  (by: Family): Promise<string> =>
    sign(by, { ...GOOD, ...part });

const HEADERS: Readonly<Record<string, (jwk: JWK) => object>> = {
  jwk: (jwk) => ({ jwk }),
  jku: () => ({ jku: 'https://evil.example/jwks.json' }),
  x5u: () => ({ x5u: 'https://evil.example/chain.pem' }),
  x5c: () => ({ x5c: ['MIIB'] }),
};

const ATTACKS: readonly (readonly [string, Close, (by: Family) => Promise<string> | string])[] = [
  ['alg none', 'token-invalid', () => unsigned({ alg: 'none', typ: 'p2p-join+jwt' })],
  ['alg nOnE', 'token-invalid', () => unsigned({ alg: 'nOnE', typ: 'p2p-join+jwt' })],
  ['the right alg and no signature', 'token-invalid', ({ alg }) => unsigned({ alg, typ: 'p2p-join+jwt' })],
  [
    'somebody else’s signature',
    'token-invalid',
    async (by) => {
      const own = by.alg === 'HS256' ? null : await generateKeyPair(by.alg);
      return sign(by, GOOD, {}, own === null ? bytes('x'.repeat(40)) : own.privateKey);
    },
  ],
  [
    'claims changed after it was signed',
    'token-invalid',
    async (by) => {
      const [header, , signature] = (await sign(by, GOOD)).split('.');
      return `${header}.${base64url.encode(JSON.stringify({ ...GOOD, sub: 'root' }))}.${signature}`;
    },
  ],
  ...Object.entries(HEADERS).flatMap(([name, header]) => [
    [`its own key, in the header ${name}`, 'token-invalid', (by: Family) => withOwnKey(by, header)] as const,
    [
      `the header ${name}, though well signed`,
      'token-invalid',
      (by: Family) => sign(by, GOOD, header({ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) })),
    ] as const,
  ]),
  [
    'a critical extension nobody knows',
    'token-invalid',
    ({ alg }) => unsigned({ alg, typ: 'p2p-join+jwt', crit: ['exp'], exp: 1 }) + 'AAAA',
  ],
  ['another typ', 'token-invalid', (by) => sign(by, GOOD, { typ: 'JWT' })],
  ['the typ of a ticket', 'token-invalid', (by) => sign(by, GOOD, { typ: 'p2p-ticket+jwt' })],
  ['another aud', 'token-invalid', changed({ aud: 'else' })],
  ['no aud', 'token-invalid', (by) => sign(by, without('aud'))],
  ['another iss', 'token-invalid', changed({ iss: 'https://evil.example' })],
  ['no iss', 'token-invalid', (by) => sign(by, without('iss'))],
  ['no exp', 'token-invalid', (by) => sign(by, without('exp'))],
  ['an hour of life', 'token-invalid', changed({ exp: SECONDS + 3600 })],
  ['an hour of life, all of it gone', 'token-invalid', changed({ iat: SECONDS - 4000, exp: SECONDS - 400 })],
  ['made tomorrow', 'token-invalid', changed({ iat: SECONDS + 86_400, exp: SECONDS + 86_500 })],
  ['a list as jti', 'token-invalid', changed({ jti: ['x'] })],
  ['an empty jti', 'token-invalid', changed({ jti: '' })],
  ['a jti of 129 characters', 'token-invalid', changed({ jti: 'x'.repeat(129) })],
  ['null as jti', 'token-invalid', changed({ jti: null })],
  [
    '33 origins',
    'token-invalid',
    changed({ org: Array.from({ length: 33 }, (_, n) => `https://${n}.example`) }),
  ],
  ['an origin that is none', 'token-invalid', changed({ org: [{}] })],
  ['an endless session', 'token-invalid', changed({ smax: '12h' })],
  ['a session of 0 s', 'token-invalid', changed({ smax: 0 })],
  ['a word as relay', 'token-invalid', changed({ relay: 'false' })],
  ['expired 6 s ago', 'token-expired', changed({ iat: SECONDS - 306, exp: SECONDS - 6 })],
  ['another room', 'forbidden', changed({ room: 'support-43' })],
  ['a wildcard room', 'forbidden', changed({ room: '*' })],
  ['a pattern of rooms', 'forbidden', changed({ room: 'support-.*' })],
];

/** With the public key, which everybody knows, taken for a shared secret. */
const CONFUSIONS: readonly (readonly [string, (by: Family) => string | null])[] = [
  ['PEM', ({ publicPem }) => publicPem],
  ['JSON', ({ publicJwk }) => publicJwk && JSON.stringify(publicJwk)],
  ['x', ({ publicJwk }) => publicJwk?.x ?? null],
];

for (const [name, create] of FAMILIES) {
  describe(`a service with ${name}`, () => {
    let by: Family;
    let verify: JoinTokenVerifier;
    before(async () => {
      by = await create();
      verify = createJoinTokenVerifier({ keys: by.keys, audience: 'p2p-call', issuer: ISSUER });
    });

    test('lets a good token in', async () => {
      const token = await sign(by, { ...GOOD, relay: true, org: 'https://a.example', smax: 60, jti: 'j-1' });
      const verdict = await verify(token, ROOM, NOW);
      assert.ok(verdict.ok);
      const { relay, origins, longestSession, issuedAt, singleUse } = verdict.claims;
      assert.deepEqual([relay, origins, longestSession, issuedAt], [true, ['https://a.example'], 60, NOW]);
      assert.equal(singleUse?.expiresAt, NOW + 305_000);
    });

    test('and one that is 5 s late, of several audiences', async () => {
      const token = await sign(by, { ...GOOD, aud: ['else', 'p2p-call'] });
      assert.ok((await verify(token, ROOM, NOW + 304_999)).ok);
      assert.deepEqual(await verify(token, ROOM, NOW + 305_000), { ok: false, close: 'token-expired' });
    });

    for (const [what, close, make] of ATTACKS) {
      test(`${what}: ${close}`, async () => {
        assert.deepEqual(await verify(await make(by), ROOM, NOW), { ok: false, close });
      });
    }

    for (const [what, secretOf] of CONFUSIONS) {
      test(`HS256 signed with the public key (${what}): token-invalid`, async () => {
        // With a shared secret there is no public key; a guess of one is as bad.
        const secret = secretOf(by) ?? 'a public key that this service never had';
        const token = await sign(by, GOOD, { alg: 'HS256' }, bytes(secret));
        assert.deepEqual(await verify(token, ROOM, NOW), { ok: false, close: 'token-invalid' });
      });
    }
  });
}

test('a token of one family opens no service of another', async () => {
  const families = await Promise.all(FAMILIES.map(async ([, create]) => create()));
  for (const by of families) {
    const verify = createJoinTokenVerifier({ keys: by.keys, audience: 'p2p-call', issuer: ISSUER });
    for (const other of families) {
      const { ok } = await verify(await sign(other, GOOD), ROOM, NOW);
      assert.equal(ok, other === by, `${other.name} at ${by.name}`);
    }
  }
});

test('the id of a single use depends on the issuer, and says nothing about it', async () => {
  const verify = createJoinTokenVerifier({
    keys: { family: 'secret', secrets: [SECRET] },
    audience: 'p2p-call',
    issuer: null,
  });
  const hs256 = { alg: 'HS256', typ: 'p2p-join+jwt' } as const;
  const idOf = async (claims: Claims): Promise<string> => {
    const token = await new SignJWT({ ...without('iss'), ...claims })
      .setProtectedHeader(hs256)
      .sign(bytes(SECRET));
    const verdict = await verify(token, ROOM, NOW);
    assert.ok(verdict.ok && verdict.claims.singleUse);
    return verdict.claims.singleUse.id;
  };
  const ids = await Promise.all([
    idOf({ jti: 'b' }),
    idOf({ iss: 'a', jti: 'b' }),
    idOf({ iss: 'a","b', jti: 'b' }),
    idOf({ iss: '', jti: 'b' }),
    idOf({ iss: 'ab', jti: 'b' }),
    idOf({ iss: 'a', jti: 'bb' }),
  ]);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[\w-]{43}$/);
  assert.equal(await idOf({ jti: 'b' }), ids[0]);
});
