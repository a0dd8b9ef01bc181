import { ROOM_PATTERN } from '@p2p-call/protocol';
import { Hono } from 'hono';

/** A file of the demo page. */
export interface DemoFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What the demo needs from its host. */
export interface Demo {
  /** The file of that name, read anew for each request so that a rebuilt widget shows; `null` if there is none. */
  readonly file: (name: string) => Promise<DemoFile | null>;
  /** A join token for a room and a person. */
  readonly mint: (room: string, sub: string) => Promise<string>;
  /** A random room name. */
  readonly newRoom: () => string;
  /** A random person. */
  readonly newSub: () => string;
}

/** Everything from here, nothing from elsewhere; no inline script or style. */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self' ws: wss:",
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self)',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
} as const;

/** Letters, digits, a dot and a dash between: no path ever leaves the folder. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;
const SUB = /^[A-Za-z0-9_-]{8,64}$/;
const MAX_BODY = 1024;

/** The demo page with its files, and tokens for whoever asks. Only for a service that listens on a loopback address. */
export function demoRoutes(demo: Demo, isOriginAllowed: (origin: string | null) => boolean): Hono {
  const app = new Hono();

  const serve = async (name: string): Promise<Response> => {
    const file = FILE_NAME.test(name) ? await demo.file(name) : null;
    if (file === null) return new Response('Not found', { status: 404, headers: HEADERS });
    return new Response(file.body, { headers: { ...HEADERS, 'Content-Type': file.type } });
  };

  app.get('/', (c) => {
    const room = c.req.query('room');
    if (room !== undefined && ROOM_PATTERN.test(room)) return serve('index.html');
    const query = new URLSearchParams(c.req.query());
    query.set('room', demo.newRoom());
    return c.redirect(`/?${query.toString()}`, 302);
  });

  app.post('/v1/demo/token', async (c) => {
    c.header('Cache-Control', 'no-store');
    // A page from elsewhere must not fetch tokens through its visitor's browser. curl has no Origin, and is welcome.
    const origin = c.req.header('origin') ?? null;
    if (origin !== null && !isOriginAllowed(origin)) return c.json({ error: 'Origin not allowed' }, 403);
    if (c.req.header('content-type')?.split(';')[0]?.trim() !== 'application/json') {
      return c.json({ error: 'Send JSON' }, 415);
    }
    const asked = readRequest(await c.req.text(), c.req.query('sub') ?? null);
    if (asked === null) return c.json({ error: 'Send {"room": "…"}' }, 400);
    const { room, sub } = asked;
    return c.json({ token: await demo.mint(room, sub ?? demo.newSub()) });
  });

  app.get('/:name', (c) => serve(c.req.param('name')));
  return app;
}

/** What is asked for, or `null`. A page names the `sub` it had before, so that a reload is the same person. */
function readRequest(body: string, sub: string | null): { room: string; sub: string | null } | null {
  if (body.length > MAX_BODY) return null;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { room } = value as Record<string, unknown>;
  if (typeof room !== 'string' || !ROOM_PATTERN.test(room)) return null;
  if (sub !== null && !SUB.test(sub)) return null;
  return { room, sub };
}
