import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, describe, test, after } from 'node:test';
import { createJoinToken, createKeyPair, type KeyPair } from '../src/token/index.js';
import { connect } from './client.js';
import { SECRET } from './conformance.js';
import { newRoom, sit, tokenFor, type Abuse, type AbusedHost } from './abuse-host.js';
import { PAGE } from './client.js';

const ISSUER = 'https://issuer.example';
const HEADER = { alg: 'HS256', typ: 'p2p-join+jwt' };
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given, which `createJoinToken` would not. */
function forge(header: object, claims: object, secret: string | Buffer | null = SECRET): string {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${secret === null ? '' : createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** What a good token says. */
function claimsOf(room: string): Record<string, unknown> {
  const iat = Math.floor(Date.now() / 1000);
  return { aud: 'p2p-call', iss: ISSUER, sub: 'anna', room, iat, exp: iat + 60 };
}

type Make = (room: string) => string | Promise<string>;
type Row = readonly [what: string, code: number, reason: string, make: Make];

const changed =
  (part: object): Make =>
  (room) =>
    forge(HEADER, { ...claimsOf(room), ...part });

const seconds = (): number => Math.floor(Date.now() / 1000);

const WITH_A_SECRET: readonly Row[] = [
  ['nonsense', 4401, 'token-invalid', () => 'nonsense'],
  ['alg none', 4401, 'token-invalid', (room) => forge({ ...HEADER, alg: 'none' }, claimsOf(room), null)],
  ['alg None', 4401, 'token-invalid', (room) => forge({ ...HEADER, alg: 'None' }, claimsOf(room), null)],
  ['no signature', 4401, 'token-invalid', (room) => forge(HEADER, claimsOf(room), null)],
  ['another secret', 4401, 'token-invalid', (room) => forge(HEADER, claimsOf(room), 'x'.repeat(40))],
  ['an empty secret', 4401, 'token-invalid', (room) => forge(HEADER, claimsOf(room), '')],
  ['another typ', 4401, 'token-invalid', (room) => forge({ alg: 'HS256', typ: 'JWT' }, claimsOf(room))],
  ['no typ', 4401, 'token-invalid', (room) => forge({ alg: 'HS256' }, claimsOf(room))],
  ['another aud', 4401, 'token-invalid', changed({ aud: 'else' })],
  ['another iss', 4401, 'token-invalid', changed({ iss: 'https://evil.example' })],
  ['no exp', 4401, 'token-invalid', changed({ exp: undefined })],
  ['no sub', 4401, 'token-invalid', changed({ sub: undefined })],
  ['an hour of life', 4401, 'token-invalid', (room) => changed({ exp: seconds() + 3600 })(room)],
  ['a room that is an object', 4401, 'token-invalid', changed({ room: { $ne: '' } })],
  ['a room that is a list', 4401, 'token-invalid', (room) => changed({ room: [room] })(room)],
  [
    'a critical extension',
    4401,
    'token-invalid',
    (room) => forge({ ...HEADER, crit: ['x'] }, claimsOf(room)),
  ],
  [
    'expired 6 s ago',
    4402,
    'token-expired',
    (room) => changed({ iat: seconds() - 66, exp: seconds() - 6 })(room),
  ],
  ['another room', 4403, 'forbidden', changed({ room: 'another' })],
  ['a wildcard room', 4403, 'forbidden', changed({ room: '*' })],
  ['every room', 4403, 'forbidden', changed({ room: '' })],
  ['for another origin', 4403, 'forbidden', changed({ org: `${PAGE}.evil.test` })],
];

/** Says hello with each token twice: what one learns from the answer is the same each time. */
async function isRefused(host: AbusedHost, [what, code, reason, make]: Row): Promise<void> {
  const room = newRoom();
  const token = await make(room);
  for (let n = 0; n < 2; n += 1) {
    const client = await connect(host.url, { room });
    client.send({ type: 'hello', token });
    assert.deepEqual(await client.closed, { code, reason }, what);
  }
}

export function tokens(abuse: Abuse): void {
  describe('tokens, with a secret', () => {
    let host: AbusedHost;
    before(async () => {
      host = await abuse.start({
        JOIN_SECRET: SECRET,
        JOIN_ISSUER: ISSUER,
        ALLOWED_ORIGINS: PAGE,
        LOG_LEVEL: 'silent',
      });
    });
    after(() => host.close());

    for (const row of WITH_A_SECRET) test(`${row[0]}: ${row[1]}`, () => isRefused(host, row));

    test('a token for a ticket: 4401; a ticket for a token: 4401', async () => {
      const room = newRoom();
      const { ticket } = await sit(host.url, room, 'anna', { issuer: ISSUER });
      const token = await tokenFor(room, 'ben', { issuer: ISSUER });
      for (const hello of [{ ticket: token }, { token: ticket }]) {
        const client = await connect(host.url, { room });
        client.send({ type: 'hello', ...hello });
        assert.deepEqual(await client.closed, { code: 4401, reason: 'token-invalid' });
      }
    });

    test('what all these are made from is a good token', async () => {
      const room = newRoom();
      const client = await connect(host.url, { room });
      client.send({ type: 'hello', token: forge(HEADER, claimsOf(room)) });
      await client.next('welcome');
    });
  });

  describe('tokens, with public keys', () => publicKeys(abuse));
}

function publicKeys(abuse: Abuse): void {
  let host: AbusedHost;
  let own: KeyPair;
  let foreign: KeyPair;
  before(async () => {
    [own, foreign] = [await createKeyPair('EdDSA'), await createKeyPair('EdDSA')];
    host = await abuse.start({
      JOIN_JWKS: JSON.stringify(own.jwks),
      TICKET_SECRET: SECRET,
      ALLOWED_ORIGINS: PAGE,
      LOG_LEVEL: 'silent',
    });
  });
  after(() => host.close());

  const [kid, x] = [() => own.jwks.keys[0].kid, () => own.jwks.keys[0].x];
  const symmetric = (header: object, secret: () => string | Buffer): Make => {
    return (room) => forge({ ...HEADER, kid: kid(), ...header }, claimsOf(room), secret());
  };
  const rows: readonly Row[] = [
    ['HS256 with the public key, as text', 4401, 'token-invalid', symmetric({}, x)],
    ['the same, as bytes', 4401, 'token-invalid', symmetric({}, () => Buffer.from(x(), 'base64url'))],
    ['the same, as JWKS', 4401, 'token-invalid', symmetric({}, () => JSON.stringify(own.jwks))],
    ['the same, as JWK', 4401, 'token-invalid', symmetric({}, () => JSON.stringify(own.jwks.keys[0]))],
    ['HS256 that says EdDSA', 4401, 'token-invalid', symmetric({ alg: 'EdDSA' }, x)],
    [
      'alg none',
      4401,
      'token-invalid',
      (room) => forge({ ...HEADER, alg: 'none', kid: kid() }, claimsOf(room), null),
    ],
    [
      'a foreign key with our kid',
      4401,
      'token-invalid',
      (room) => createJoinToken({ room, sub: 'anna' }, { ...foreign.privateJwk, kid: kid() }),
    ],
    [
      'a foreign key',
      4401,
      'token-invalid',
      (room) => createJoinToken({ room, sub: 'anna' }, foreign.privateJwk),
    ],
    ['its own key in the header (jwk)', 4401, 'token-invalid', (room) => withOwnKey(foreign, room, 'jwk')],
    ['where its key is (jku)', 4401, 'token-invalid', (room) => withOwnKey(foreign, room, 'jku')],
  ];
  for (const row of rows) test(`${row[0]}: ${row[1]}`, () => isRefused(host, row));

  test('a token of the right key is good', async () => {
    const room = newRoom();
    const client = await connect(host.url, { room });
    client.send({ type: 'hello', token: await createJoinToken({ room, sub: 'anna' }, own.privateJwk) });
    await client.next('welcome');
  });
}

/** A token that brings the key it is signed with. */
async function withOwnKey({ privateJwk, jwks }: KeyPair, room: string, by: 'jwk' | 'jku'): Promise<string> {
  const algorithm = { name: 'Ed25519' };
  const key = await crypto.subtle.importKey('jwk', { ...privateJwk, key_ops: ['sign'] }, algorithm, false, [
    'sign',
  ]);
  const header = by === 'jwk' ? { jwk: jwks.keys[0] } : { jku: 'http://127.0.0.1:1/keys.json' };
  const text = `${base64url({ ...HEADER, alg: 'EdDSA', ...header })}.${base64url(claimsOf(room))}`;
  const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}
