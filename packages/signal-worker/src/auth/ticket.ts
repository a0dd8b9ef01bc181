import type { CloseName } from '@p2p-call/protocol';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { TicketClaims, TicketPeer, TicketSeat } from '../room/state.js';
import { base64url, utf8 } from './bytes.js';

const TICKET_TYPE = 'p2p-ticket+jwt';
const AUDIENCE = 'p2p-call-ticket';

/** What a ticket proves, or the name of the code to close with. */
export type TicketVerdict =
  | { readonly ok: true; readonly claims: TicketClaims }
  | {
      readonly ok: false;
      readonly close: Extract<CloseName, 'token-invalid' | 'token-expired' | 'forbidden'>;
    };

/** Signs and checks tickets, and hashes identities: all that a service does with its ticket secret. */
export interface TicketOffice {
  /** @returns a compact JWS (HS256) */
  sign(claims: TicketClaims): Promise<string>;
  /** @param now ms since the epoch. Never throws for a bad ticket. */
  verify(ticket: string, room: string, now: number): Promise<TicketVerdict>;
  /** A keyed hash of `sub` (22 characters, base64url): the same on every instance, and says nothing about `sub`. */
  identify(sub: string): Promise<string>;
}

/**
 * @param secrets of at least 32 bytes: the first one signs, all of them are good for checking. TICKET_SECRET where it is set,
 * else JOIN_SECRET: what is used here is derived (HKDF, RFC 5869) and is neither.
 */
export function createTicketOffice(secrets: readonly [string, ...string[]]): TicketOffice {
  const keys = Promise.all(secrets.map((secret) => derive(secret, 'p2p-call ticket v1')));
  const identityKey = derive(secrets[0], 'p2p-call identity v1');
  return {
    async sign(claims) {
      const [key] = await keys;
      if (key === undefined) throw new Error('a ticket office has a secret');
      const { sub, endsAt, ...rest } = claims;
      // In whole seconds, rounded up, as JWT wants it; `endsAt` is kept to the millisecond beside it.
      return new SignJWT({ ...rest, endsAt })
        .setProtectedHeader({ alg: 'HS256', typ: TICKET_TYPE })
        .setSubject(sub)
        .setAudience(AUDIENCE)
        .setExpirationTime(Math.ceil(endsAt / 1000))
        .sign(key);
    },
    async verify(ticket, room, now) {
      for (const key of await keys) {
        try {
          const { payload } = await jwtVerify(ticket, key, {
            algorithms: ['HS256'],
            typ: TICKET_TYPE,
            audience: AUDIENCE,
            requiredClaims: ['exp', 'sub', 'room'],
            currentDate: new Date(now),
          });
          return judge(payload, room, now);
        } catch (error) {
          if (error instanceof errors.JWTExpired) return { ok: false, close: 'token-expired' };
          if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
        }
      }
      return { ok: false, close: 'token-invalid' };
    },
    async identify(sub) {
      return base64url(await crypto.subtle.sign('HMAC', await identityKey, utf8(sub))).slice(0, 22);
    },
  };
}

async function derive(secret: string, purpose: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveKey']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: utf8('p2p-call'), info: utf8(purpose) };
  return crypto.subtle.deriveKey(hkdf, base, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, [
    'sign',
    'verify',
  ]);
}

function judge(payload: JWTPayload, room: string, now: number): TicketVerdict {
  const claims = readClaims(payload);
  if (claims === null) return { ok: false, close: 'token-invalid' };
  // `exp` is in whole seconds, rounded up: this is to the millisecond.
  if (claims.endsAt <= now) return { ok: false, close: 'token-expired' };
  return claims.room === room ? { ok: true, claims } : { ok: false, close: 'forbidden' };
}

// We signed it, but perhaps an older or newer version of us did: so each field is looked at.

function readClaims(payload: JWTPayload): TicketClaims | null {
  const { sub, room, id, relay, generation, issuedAt, endsAt } = payload;
  const name = readName(payload.name);
  const origins = readOrigins(payload.origins);
  const seat = readSeat(payload.seat);
  if (typeof sub !== 'string' || typeof room !== 'string' || typeof id !== 'string') return null;
  if (typeof relay !== 'boolean' || !isCount(generation)) return null;
  if (!isCount(issuedAt) || !isCount(endsAt)) return null;
  if (name === undefined || origins === undefined || seat === undefined) return null;
  return { sub, room, id, name, relay, origins, seat, generation, issuedAt, endsAt };
}

function readSeat(value: unknown): TicketSeat | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { slot, epoch, callId, trace, quiet } = value;
  const peer = readPeer(value.peer);
  if ((slot !== 0 && slot !== 1) || !isCount(epoch) || typeof callId !== 'string') return undefined;
  if (typeof trace !== 'string' || typeof quiet !== 'boolean' || peer === undefined) return undefined;
  return { slot, epoch, callId, trace, quiet, peer };
}

function readPeer(value: unknown): TicketPeer | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { id, key } = value;
  const name = readName(value.name);
  if (typeof id !== 'string' || typeof key !== 'string' || name === undefined) return undefined;
  return { id, key, name };
}

function readName(value: unknown): string | null | undefined {
  return value === null || typeof value === 'string' ? value : undefined;
}

function readOrigins(value: unknown): readonly string[] | null | undefined {
  if (value === null) return null;
  if (!Array.isArray(value)) return undefined;
  const list: unknown[] = value;
  return list.every((item): item is string => typeof item === 'string') ? list : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
