// Join tokens signed here and not by the product, so that a test can also make those that no issuer should.
import { createHmac } from 'node:crypto';

/** The test service's JOIN_SECRET. */
export const JOIN_SECRET = 'end-to-end-tests-only-32-bytes-or-more';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param claims over those of a good token for `room` */
export function signToken(room: string, claims: Record<string, unknown> = {}, secret = JOIN_SECRET): string {
  const now = Math.floor(Date.now() / 1000);
  const head = part({ alg: 'HS256', typ: 'p2p-join+jwt' });
  const body = part({
    aud: 'p2p-call',
    sub: `u-${now}-${++count}`,
    room,
    iat: now,
    exp: now + 300,
    ...claims,
  });
  return `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`;
}

let count = 0;
