import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { decodeProtectedHeader } from 'jose';
import { createJoinTokenVerifier, type JoinKeys } from '../auth/join-token.js';
import { mintToken } from '../auth/mint.js';
import { createJoinToken, createKeyPair, type JoinTokenRequest, type SigningKey } from './index.js';

const SECRET = 'a secret of the tests, long enough for HS256';
const NOW = 1_795_353_600_000;
const ROOM = 'support-42';
const REQUEST = { room: ROOM, sub: 'anna' };

const EVERYTHING: JoinTokenRequest = {
  ...REQUEST,
  name: 'Änna "A" ✓',
  ttl: 600,
  relay: true,
  org: ['https://a.example', 'http://localhost:3000'],
  smax: 3600,
  jti: 'j-1',
  audience: 'ours',
  issuer: 'https://id.example',
};

async function keysOf(algorithm: string): Promise<{ key: SigningKey; keys: JoinKeys }> {
  if (algorithm === 'HS256') return { key: SECRET, keys: { family: 'secret', secrets: [SECRET] } };
  const { privateJwk, jwks } = await createKeyPair(algorithm === 'EdDSA' ? 'EdDSA' : 'ES256');
  return { key: privateJwk, keys: { family: 'jwks', jwks: { keys: jwks.keys.map((one) => ({ ...one })) } } };
}

for (const algorithm of ['HS256', 'EdDSA', 'ES256']) {
  test(`${algorithm}: the verifier takes a token, and reads all that was put into it`, async () => {
    const { key, keys } = await keysOf(algorithm);
    const token = await createJoinToken(EVERYTHING, key, NOW + 999);
    assert.equal(decodeProtectedHeader(token).alg, algorithm);
    const verify = createJoinTokenVerifier({ keys, audience: 'ours', issuer: 'https://id.example' });
    const verdict = await verify(token, ROOM, NOW);
    assert.ok(verdict.ok);
    const { singleUse, ...claims } = verdict.claims;
    assert.equal(singleUse?.expiresAt, NOW + 605_000);
    assert.deepEqual(claims, {
      sub: 'anna',
      room: ROOM,
      name: 'Änna "A" ✓',
      relay: true,
      origins: ['https://a.example', 'http://localhost:3000'],
      longestSession: 3600,
      issuedAt: NOW,
    });
  });

  test(`${algorithm}: with the least, it lives 5 minutes from now`, async () => {
    const { key, keys } = await keysOf(algorithm);
    const verify = createJoinTokenVerifier({ keys, audience: 'p2p-call', issuer: null });
    const token = await createJoinToken(REQUEST, key);
    assert.ok((await verify(token, ROOM, Date.now())).ok);
    assert.equal((await verify(token, ROOM, Date.now() + 306_000)).ok, false);
  });
}

test('mintToken makes the same, by secret', async () => {
  assert.equal(await mintToken(SECRET, EVERYTHING, NOW), await createJoinToken(EVERYTHING, SECRET, NOW));
});

test('each pair of keys is new, and its public half holds no secret', async () => {
  const [one, two] = [await createKeyPair(), await createKeyPair()];
  assert.notEqual(one.privateJwk.kid, two.privateJwk.kid);
  assert.notEqual(one.privateJwk.d, two.privateJwk.d);
  const [shown] = one.jwks.keys;
  assert.deepEqual(Object.keys(shown).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  assert.equal(shown.kid, one.privateJwk.kid);
  // @ts-expect-error what a caller without types may try
  await assert.rejects(createKeyPair('RS256'), TypeError);
});

type Bad = Record<string, unknown>;

describe('what no service takes is refused in words', () => {
  const rows: readonly (readonly [string, typeof RangeError | typeof TypeError, RegExp, Bad])[] = [
    ['no room', TypeError, /"room" is a string/, { room: undefined }],
    ['a bad room', RangeError, /A room is/, { room: 'a b' }],
    ['a wildcard room', RangeError, /A room is/, { room: '*' }],
    ['no sub', TypeError, /"sub" is a string/, { sub: undefined }],
    ['an empty sub', RangeError, /1 to 255/, { sub: '' }],
    ['a long sub', RangeError, /1 to 255/, { sub: 'x'.repeat(256) }],
    ['a long life', RangeError, /1 to 600 seconds/, { ttl: 601 }],
    ['half a second', RangeError, /1 to 600 seconds/, { ttl: 0.5 }],
    ['a word as life', TypeError, /"ttl" is a number/, { ttl: '300' }],
    ['a number as name', TypeError, /"name" is a string/, { name: 7 }],
    ['a word as relay', TypeError, /"relay" is true or false/, { relay: 'true' }],
    ['no time', RangeError, /more than 0/, { smax: 0 }],
    ['a word as smax', TypeError, /"smax" is a number/, { smax: '60' }],
    ['an empty jti', RangeError, /1 to 128/, { jti: '' }],
    ['a long jti', RangeError, /1 to 128/, { jti: 'x'.repeat(129) }],
    ['an origin with a path', RangeError, /not an exact origin/, { org: 'https://a.example/' }],
    ['a host as origin', RangeError, /not an exact origin/, { org: ['https://a.example', 'b.example'] }],
    ['no origin at all', RangeError, /1 to 32 origins/, { org: [] }],
    ['a number as origin', TypeError, /"org" is a string/, { org: [7] }],
    ['an empty audience', RangeError, /"audience" is empty/, { audience: '' }],
    ['an empty issuer', RangeError, /"issuer" is empty/, { issuer: '' }],
    ['more than a token may hold', RangeError, /the service takes 8192/, { name: 'x'.repeat(8000) }],
  ];
  for (const [what, type, message, bad] of rows) {
    test(what, () => {
      // Callers in plain JavaScript can write anything.
      const request = { ...REQUEST, ...bad } as JoinTokenRequest;
      return assert.rejects(
        createJoinToken(request, SECRET),
        (error) => error instanceof type && message.test(error.message),
      );
    });
  }
});

test('a key that signs nothing a service takes is refused in words, and never repeated', async () => {
  const { privateJwk } = await createKeyPair('ES256');
  const { privateJwk: ed25519 } = await createKeyPair();
  const { d: _d, ...shown } = privateJwk;
  const { kid: _kid, ...nameless } = privateJwk;
  const rows: readonly (readonly [unknown, typeof RangeError | typeof TypeError, RegExp])[] = [
    ['short', RangeError, /fewer than 32 bytes/],
    [null, TypeError, /a secret \(string\) or a private key/],
    [7, TypeError, /a secret \(string\) or a private key/],
    [{ kty: 'RSA', d: 'x', kid: 'x' }, RangeError, /Ed25519 and P-256 keys only/],
    [{ ...privateJwk, crv: 'P-384' }, RangeError, /Ed25519 and P-256 keys only/],
    [shown, TypeError, /public key/],
    [nameless, TypeError, /no "kid"/],
    [{ ...privateJwk, y: undefined }, TypeError, /not complete/],
    [{ ...privateJwk, x: privateJwk.y }, TypeError, /do not fit/],
    [{ ...ed25519, d: 'AAAA' }, TypeError, /do not fit/],
  ];
  for (const [key, type, message] of rows) {
    await assert.rejects(createJoinToken(REQUEST, key as SigningKey), (error) => {
      assert.ok(error instanceof type && message.test(error.message), String(error));
      assert.ok(privateJwk.d === undefined || !error.message.includes(privateJwk.d));
      return true;
    });
  }
});

describe('it brings nothing along', () => {
  test('its sources import each other and the protocol only', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const files = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
    assert.ok(files.length >= 5);
    for (const file of files) {
      const imports = readFileSync(`${folder}${file}`, 'utf8').matchAll(/\bfrom '([^']+)'/g);
      for (const [, from = ''] of imports) assert.match(from, /^(\.\/|@p2p-call\/protocol$)/, file);
    }
  });

  test('built for a runtime that has nothing but web standards, it is whole', async () => {
    const entryPoint = fileURLToPath(new URL('index.ts', import.meta.url));
    const { outputFiles, metafile } = await build({
      entryPoints: [entryPoint],
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      write: false,
      metafile: true,
    });
    const [file] = outputFiles;
    assert.ok(file);
    assert.deepEqual(
      Object.values(metafile.outputs).flatMap(({ imports }) => imports),
      [],
    );
    assert.doesNotMatch(file.text, /\b(require|process|Buffer|node:)\b/);
  });

  test('and so is the file that is published', () => {
    const text = readFileSync(new URL('../../dist/token.mjs', import.meta.url), 'utf8');
    assert.doesNotMatch(text, /^\s*import\b|\bimport\(|\bfrom ["']|\brequire\(|\bBuffer\b/m);
    assert.match(text, /export \{[^}]*createJoinToken/);
  });
});
