import type { MiddlewareHandler } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Lets only those in who send `Authorization: Bearer <secret>`; anybody else gets 401, however wrong they are, and in the same time.
 * Hono's own bearerAuth answers 400 to some and knows fewer characters than a secret may have.
 */
export function requireBearer(secret: string): MiddlewareHandler {
  return async (c, next) => {
    const given = BEARER.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (await timingSafeEqual(secret, given)) return next();
    c.header('WWW-Authenticate', 'Bearer');
    c.header('Cache-Control', 'no-store');
    return c.json({ error: 'Unauthorized' }, 401);
  };
}
