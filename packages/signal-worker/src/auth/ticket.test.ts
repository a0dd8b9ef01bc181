import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SignJWT } from 'jose';
import type { TicketClaims } from '../room/state.js';
import { createTicketOffice } from './ticket.js';

const SECRET = 'a secret of the tests, long enough for HS256';
const OTHER = 'another secret of the tests, also long enough';
const NOW = 1_795_353_600_000;

const lobby: TicketClaims = {
  room: 'support-42',
  sub: 'anna',
  id: 'p_1',
  name: null,
  relay: false,
  origins: null,
  seat: null,
  generation: 1,
  issuedAt: NOW - 1_000,
  endsAt: NOW + 1_500,
};
const seated: TicketClaims = {
  ...lobby,
  name: 'Anna',
  origins: ['https://a.example'],
  generation: 7,
  seat: {
    slot: 1,
    epoch: 3,
    callId: 'c_1',
    trace: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    quiet: false,
    peer: { id: 'p_2', key: 'k', name: null },
  },
};

const office = createTicketOffice([SECRET]);

describe('a ticket', () => {
  for (const claims of [lobby, seated]) {
    test(`comes back as it was made (${claims.seat === null ? 'lobby' : 'seat'})`, async () => {
      const ticket = await office.sign(claims);
      assert.deepEqual(await office.verify(ticket, 'support-42', NOW), { ok: true, claims });
    });
  }

  test('is good for its room and its time only', async () => {
    const ticket = await office.sign(seated);
    assert.deepEqual(await office.verify(ticket, 'support-43', NOW), { ok: false, close: 'forbidden' });
    assert.deepEqual(await office.verify(ticket, 'support-42', NOW + 10_000), {
      ok: false,
      close: 'token-expired',
    });
  });

  test('is good on another instance with the same secret, and while the secret is changed', async () => {
    const ticket = await office.sign(seated);
    assert.ok((await createTicketOffice([SECRET]).verify(ticket, 'support-42', NOW)).ok);
    assert.ok((await createTicketOffice([OTHER, SECRET]).verify(ticket, 'support-42', NOW)).ok);
    assert.deepEqual(await createTicketOffice([OTHER]).verify(ticket, 'support-42', NOW), {
      ok: false,
      close: 'token-invalid',
    });
  });

  test('ends to the millisecond, though its `exp` is in whole seconds', async () => {
    const endsAt = NOW + 500;
    const ticket = await office.sign({ ...seated, endsAt });
    assert.ok((await office.verify(ticket, 'support-42', endsAt - 1)).ok);
    const verdict = await office.verify(ticket, 'support-42', endsAt);
    assert.deepEqual(verdict, { ok: false, close: 'token-expired' });
  });

  test('is not to be made with the join secret itself, nor changed', async () => {
    const bytes = new TextEncoder().encode(SECRET);
    const forged = await new SignJWT({ ...seated })
      .setProtectedHeader({ alg: 'HS256', typ: 'p2p-ticket+jwt' })
      .setAudience('p2p-call-ticket')
      .setExpirationTime(NOW / 1000 + 60)
      .sign(bytes);
    const ticket = await office.sign(seated);
    const [head, , signature] = ticket.split('.');
    const changed = Buffer.from(JSON.stringify({ ...seated, sub: 'ben' })).toString('base64url');
    for (const bad of ['', 'x', '..', forged, `${head}.${changed}.${signature}`, ticket.slice(0, -2)]) {
      assert.deepEqual(await office.verify(bad, 'support-42', NOW), { ok: false, close: 'token-invalid' });
    }
  });

  test('with fields of another version is refused, not believed', async () => {
    for (const part of [
      { seat: { ...seated.seat, slot: 2 } },
      { seat: { ...seated.seat, peer: { id: 1 } } },
      { seat: 'x' },
      { generation: 0 },
      { origins: [1] },
      { name: 7 },
      { relay: 'no' },
    ]) {
      const ticket = await office.sign({ ...seated, ...part } as TicketClaims);
      assert.deepEqual(await office.verify(ticket, 'support-42', NOW), { ok: false, close: 'token-invalid' });
    }
  });
});

test('an identity is the same for the same person, another for another secret, and tells nothing', async () => {
  const anna = await office.identify('anna');
  assert.match(anna, /^[A-Za-z0-9_-]{22}$/);
  assert.equal(await createTicketOffice([SECRET]).identify('anna'), anna);
  assert.notEqual(await office.identify('ben'), anna);
  assert.notEqual(await createTicketOffice([OTHER]).identify('anna'), anna);
});
