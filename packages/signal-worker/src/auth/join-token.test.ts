import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  base64url,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type JWTPayload,
  type JWTHeaderParameters,
} from 'jose';
import { createJoinTokenVerifier, type JoinKeys, type JoinTokenPolicy } from './join-token.js';
import { mintToken } from './mint.js';

const SECRET = 'a secret of the tests, long enough for HS256';
const OTHER = 'another secret of the tests, also long enough';
const NOW = 1_795_353_600_000;
const SECONDS = NOW / 1000;
const ROOM = 'support-42';

const bytes = (text: string) => new TextEncoder().encode(text);

const policy = (keys: JoinKeys, part: Partial<JoinTokenPolicy> = {}): JoinTokenPolicy => ({
  keys,
  audience: 'p2p-call',
  issuer: null,
  ...part,
});
const bySecret = createJoinTokenVerifier(policy({ family: 'secret', secrets: [SECRET] }));

const good = { aud: 'p2p-call', sub: 'anna', room: ROOM, iat: SECONDS, exp: SECONDS + 300 };

function without(name: keyof typeof good): JWTPayload {
  return Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
}

function sign(
  payload: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
  key: Parameters<SignJWT['sign']>[0] = bytes(SECRET),
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'p2p-join+jwt', ...header }).sign(key);
}

/** A token with any header, signed by nobody or by whatever is given. */
function raw(header: object, payload: object, signature = ''): string {
  return `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(payload))}.${signature}`;
}

describe('a good token', () => {
  test('says who, where and how', async () => {
    const token = await sign({
      ...good,
      name: 'Anna',
      relay: true,
      org: ['https://a.example'],
      smax: 60,
      jti: 'x',
    });
    assert.deepEqual(await bySecret(token, ROOM, NOW), {
      ok: true,
      claims: {
        sub: 'anna',
        room: ROOM,
        name: 'Anna',
        relay: true,
        origins: ['https://a.example'],
        longestSession: 60,
        issuedAt: NOW,
        singleUse: {
          id: createHash('sha256').update('[null,"x"]').digest('base64url'),
          expiresAt: NOW + 305_000,
        },
      },
    });
  });

  test('needs no more than the five claims', async () => {
    const verdict = await bySecret(await sign(good), ROOM, NOW);
    assert.ok(verdict.ok);
    assert.deepEqual(
      [verdict.claims.name, verdict.claims.relay, verdict.claims.origins],
      [null, false, null],
    );
  });

  test('may be 5 s late or early', async () => {
    assert.ok((await bySecret(await sign(good), ROOM, NOW + 304_000)).ok);
    assert.ok((await bySecret(await sign(good), ROOM, NOW - 5_000)).ok);
  });

  test('is one of ours', async () => {
    const token = await mintToken(
      SECRET,
      { room: ROOM, sub: 'anna', name: 'Anna', ttl: 600, relay: true },
      NOW,
    );
    const verdict = await bySecret(token, ROOM, NOW);
    assert.ok(verdict.ok && verdict.claims.relay && verdict.claims.name === 'Anna');
  });
});

const BAD: readonly [
  string,
  'token-invalid' | 'token-expired' | 'forbidden',
  () => Promise<string> | string,
][] = [
  ['nothing', 'token-invalid', () => ''],
  ['nonsense', 'token-invalid', () => 'not a token'],
  ['three empty parts', 'token-invalid', () => '..'],
  ['alg none', 'token-invalid', () => raw({ alg: 'none', typ: 'p2p-join+jwt' }, good)],
  ['alg none, differently written', 'token-invalid', () => raw({ alg: 'NoNe', typ: 'p2p-join+jwt' }, good)],
  ['another secret', 'token-invalid', () => sign(good, {}, bytes(OTHER))],
  ['HS384', 'token-invalid', () => sign(good, { alg: 'HS384' }, bytes(SECRET.repeat(2)))],
  [
    'no typ',
    'token-invalid',
    () => new SignJWT(good).setProtectedHeader({ alg: 'HS256' }).sign(bytes(SECRET)),
  ],
  ['another typ', 'token-invalid', () => sign(good, { typ: 'JWT' })],
  ['a ticket’s typ', 'token-invalid', () => sign(good, { typ: 'p2p-ticket+jwt' })],
  [
    'a key in its header',
    'token-invalid',
    async () => {
      const pair = await generateKeyPair('ES256', { extractable: true });
      const jwk = await exportJWK(pair.publicKey);
      return sign(good, { alg: 'ES256', jwk }, pair.privateKey);
    },
  ],
  ['no aud', 'token-invalid', () => sign(without('aud'))],
  ['another aud', 'token-invalid', () => sign({ ...good, aud: 'else' })],
  ['no sub', 'token-invalid', () => sign(without('sub'))],
  ['an empty sub', 'token-invalid', () => sign({ ...good, sub: '' })],
  ['a long sub', 'token-invalid', () => sign({ ...good, sub: 'x'.repeat(256) })],
  ['no room', 'token-invalid', () => sign(without('room'))],
  ['an object as room', 'token-invalid', () => sign({ ...good, room: { toString: ROOM } })],
  ['a list as room', 'token-invalid', () => sign({ ...good, room: [ROOM] })],
  ['no iat', 'token-invalid', () => sign(without('iat'))],
  ['no exp', 'token-invalid', () => sign(without('exp'))],
  ['iat in the future', 'token-invalid', () => sign({ ...good, iat: SECONDS + 60, exp: SECONDS + 120 })],
  ['an hour of life', 'token-invalid', () => sign({ ...good, exp: SECONDS + 3600 })],
  [
    'an hour of life, half of it gone',
    'token-invalid',
    () => sign({ ...good, iat: SECONDS - 1800, exp: SECONDS + 1800 }),
  ],
  ['601 s of life', 'token-invalid', () => sign({ ...good, exp: SECONDS + 601 })],
  ['a number as name', 'token-invalid', () => sign({ ...good, name: 7 })],
  ['a string as relay', 'token-invalid', () => sign({ ...good, relay: 'true' })],
  ['a number as org', 'token-invalid', () => sign({ ...good, org: 7 })],
  ['a negative smax', 'token-invalid', () => sign({ ...good, smax: -1 })],
  ['not yet valid', 'token-invalid', () => sign({ ...good, nbf: SECONDS + 60 })],
  ['expired 6 s ago', 'token-expired', () => sign({ ...good, iat: SECONDS - 306, exp: SECONDS - 6 })],
  ['expired an hour ago', 'token-expired', () => sign({ ...good, iat: SECONDS - 3900, exp: SECONDS - 3600 })],
  ['another room', 'forbidden', () => sign({ ...good, room: 'support-43' })],
  ['a wildcard room', 'forbidden', () => sign({ ...good, room: '*' })],
  ['a room with more behind', 'forbidden', () => sign({ ...good, room: `${ROOM}/x` })],
];

describe('a bad token', () => {
  for (const [what, close, make] of BAD) {
    test(`${what}: ${close}`, async () => {
      assert.deepEqual(await bySecret(await make(), ROOM, NOW), { ok: false, close });
    });
  }

  test('an issuer is asked for where one is configured', async () => {
    const verify = createJoinTokenVerifier(
      policy({ family: 'secret', secrets: [SECRET] }, { issuer: 'https://id.example' }),
    );
    assert.ok((await verify(await sign({ ...good, iss: 'https://id.example' }), ROOM, NOW)).ok);
    for (const token of [await sign(good), await sign({ ...good, iss: 'https://else.example' })]) {
      assert.deepEqual(await verify(token, ROOM, NOW), { ok: false, close: 'token-invalid' });
    }
  });

  test('even the wildcard’s own room does not open by it', async () => {
    assert.deepEqual(await bySecret(await sign({ ...good, room: '*' }), '*', NOW), {
      ok: false,
      close: 'forbidden',
    });
  });
});

test('two secrets, while one is being changed', async () => {
  const verify = createJoinTokenVerifier(policy({ family: 'secret', secrets: [OTHER, SECRET] }));
  for (const secret of [SECRET, OTHER])
    assert.ok((await verify(await sign(good, {}, bytes(secret)), ROOM, NOW)).ok);
  const stranger = await sign(good, {}, bytes('a secret nobody told the service about'));
  assert.deepEqual(await verify(stranger, ROOM, NOW), { ok: false, close: 'token-invalid' });
});

describe('public keys', () => {
  for (const alg of ['ES256', 'EdDSA'] as const) {
    test(`${alg}, inline`, async () => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
      const verify = createJoinTokenVerifier(policy({ family: 'jwks', jwks: { keys: [jwk] } }));
      assert.ok((await verify(await sign(good, { alg, kid: 'one' }, privateKey), ROOM, NOW)).ok);
      const strange = await generateKeyPair(alg);
      for (const token of [
        await sign(good, { alg, kid: 'one' }, strange.privateKey),
        await sign(good, { alg, kid: 'two' }, privateKey),
        // The classic: the public key, which everybody knows, taken for a shared secret.
        await sign(good, { alg: 'HS256', kid: 'one' }, bytes(JSON.stringify(jwk))),
        await sign(good, { alg: 'HS256', kid: 'one' }, base64url.decode(jwk.x ?? '')),
      ]) {
        assert.deepEqual(await verify(token, ROOM, NOW), { ok: false, close: 'token-invalid' });
      }
    });
  }

  test('a deployment with a secret takes no public-key token, and the other way round', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = createJoinTokenVerifier(
      policy({ family: 'jwks', jwks: { keys: [await exportJWK(publicKey)] } }),
    );
    const signed = await sign(good, { alg: 'ES256' }, privateKey);
    assert.ok((await keys(signed, ROOM, NOW)).ok);
    assert.deepEqual(await bySecret(signed, ROOM, NOW), { ok: false, close: 'token-invalid' });
    assert.deepEqual(await keys(await sign(good), ROOM, NOW), { ok: false, close: 'token-invalid' });
  });
});
