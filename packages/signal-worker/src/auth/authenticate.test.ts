import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { createJoinToken, type JoinTokenRequest } from '../token/index.js';
import { authenticate, createAuthenticator, type Authenticator } from './authenticate.js';
import { createTicketOffice } from './ticket.js';
import type { TokenClaim, UsedTokens } from './used-tokens.js';

const SECRET = 'a secret of the tests, long enough for HS256';
const NOW = 1_795_353_600_000;
const ROOM = 'support-42';
const ORIGIN = 'https://a.example';
const PLACE = { room: ROOM, origin: ORIGIN, now: NOW };

const policy = { keys: { family: 'secret', secrets: [SECRET] }, audience: 'p2p-call', issuer: null } as const;
const tickets = createTicketOffice([SECRET]);
const create = (usedTokens?: UsedTokens): Authenticator =>
  createAuthenticator(policy, {
    tickets,
    roomAgeMs: 3_600_000,
    ...(usedTokens === undefined ? {} : { usedTokens }),
  });

const mint = (request: Partial<JoinTokenRequest> = {}): Promise<string> =>
  createJoinToken({ room: ROOM, sub: 'anna', jti: 'j-1', ...request }, SECRET, NOW);

let auth: Authenticator;
beforeEach(() => (auth = create()));

/** `in`, or the name of the code to close with. */
async function say(hello: { token?: string; ticket?: string }, place = PLACE): Promise<string> {
  const result = await authenticate(auth, { type: 'hello', ...hello }, place);
  return result.ok ? 'in' : result.close;
}

describe('a single-use token', () => {
  test('1,000 at once: one is in, the rest are told that it was used', async () => {
    const token = await mint();
    const results = await Promise.all(Array.from({ length: 1_000 }, () => say({ token })));
    assert.equal(results.filter((result) => result === 'in').length, 1);
    assert.equal(results.filter((result) => result === 'token-replayed').length, 999);
  });

  test('stays used until it is over', async () => {
    const token = await mint({ ttl: 60 });
    assert.equal(await say({ token }), 'in');
    for (const after of [1, 30_000, 64_999]) {
      assert.equal(await say({ token }, { ...PLACE, now: NOW + after }), 'token-replayed');
    }
    assert.equal(await say({ token }, { ...PLACE, now: NOW + 65_000 }), 'token-expired');
  });

  test('is not used up by what is refused for another reason', async () => {
    const token = await mint({ org: ORIGIN });
    assert.equal(await say({ token }, { ...PLACE, room: 'support-43' }), 'forbidden');
    assert.equal(await say({ token }, { ...PLACE, origin: 'https://b.example' }), 'forbidden');
    assert.equal(await say({ token: `${token.slice(0, -4)}AAAA` }), 'token-invalid');
    assert.equal(await say({ token }, { ...PLACE, now: NOW - 60_000 }), 'token-invalid');
    assert.equal(await say({ token }), 'in');
  });

  test('is another one with another jti or issuer; without a jti it is good for any number', async () => {
    for (const token of [
      await mint(),
      await mint({ jti: 'j-2' }),
      await mint({ issuer: 'https://id.example' }),
    ]) {
      assert.equal(await say({ token }), 'in');
      assert.equal(await say({ token }), 'token-replayed');
    }
    const token = await createJoinToken({ room: ROOM, sub: 'anna' }, SECRET, NOW);
    for (let n = 0; n < 3; n += 1) assert.equal(await say({ token }), 'in');
  });

  test('is the same one in another room, or signed again', async () => {
    assert.equal(await say({ token: await mint() }), 'in');
    assert.equal(await say({ token: await mint({ name: 'Anna' }) }), 'token-replayed');
    const elsewhere = await mint({ room: 'support-43' });
    assert.equal(await say({ token: elsewhere }, { ...PLACE, room: 'support-43' }), 'token-replayed');
  });

  test('is not touched by a good ticket, and needed with a bad one', async () => {
    const token = await mint();
    const ticket = await tickets.sign({
      room: ROOM,
      sub: 'anna',
      id: 'p_1',
      name: null,
      relay: false,
      origins: null,
      seat: null,
      generation: 1,
      issuedAt: NOW - 1_000,
      endsAt: NOW + 60_000,
    });
    assert.equal(await say({ token, ticket }), 'in');
    assert.equal(await say({ token, ticket: 'spoilt' }), 'in');
    assert.equal(await say({ token, ticket: 'spoilt' }), 'token-replayed');
    assert.equal(await say({ token, ticket }), 'in');
    assert.equal(await say({ ticket }), 'in');
  });
});

describe('where used tokens are kept', () => {
  const answering = (claim: () => TokenClaim | Promise<TokenClaim>): Authenticator => create({ claim });

  test('a store that answers later is waited for', async () => {
    const claims: TokenClaim[] = ['first', 'used'];
    auth = answering(() => Promise.resolve(claims.shift() ?? 'unavailable'));
    const token = await mint();
    assert.deepEqual([await say({ token }), await say({ token })], ['in', 'token-replayed']);
  });

  test('one that cannot say lets nobody in', async () => {
    auth = answering(() => 'unavailable');
    assert.equal(await say({ token: await mint() }), 'unavailable');
  });

  test('one that fails is an error of the service, not of the token', async () => {
    auth = answering(() => Promise.reject(new Error('down')));
    await assert.rejects(say({ token: await mint() }), /down/);
  });
});

test('who comes by token: from when it is, and how long they may stay', async () => {
  const token = await mint({ smax: 60, name: 'Anna' });
  const result = await authenticate(
    auth,
    { type: 'hello', token, name: 'Somebody' },
    { ...PLACE, now: NOW + 500 },
  );
  assert.ok(result.ok && result.proof.by === 'token');
  const { key, ...identity } = result.proof.identity;
  assert.equal(key, await tickets.identify('anna'));
  assert.deepEqual(identity, {
    sub: 'anna',
    name: 'Anna',
    relay: false,
    origins: null,
    issuedAt: NOW,
    endsAt: NOW + 60_500,
  });
});
