import { ROOM_PATTERN } from '@p2p-call/protocol';
import { Hono, type Context } from 'hono';
import { demoRoutes, type Demo } from './http/demo.js';
import type { TurnState } from './http/ice-servers.js';
import { metricsRoute, type MetricsText } from './http/metrics-route.js';
import { roomRoutes, type RoomOffice } from './http/room-routes.js';
import { decideUpgrade, type UpgradeDecision, type UpgradeRequest } from './http/upgrade.js';

/** What the routes need to know; a host gives it. */
export interface AppDeps {
  readonly version: string;
  /** May a page of this origin connect? `null`: the request names none. */
  readonly isOriginAllowed: (origin: string | null) => boolean;
  /** Is the service on its way out? Then nobody new is let in. */
  readonly isDraining: () => boolean;
  /** Is there TURN right now? */
  readonly turn: () => TurnState;
  /** ms since the epoch */
  readonly now: () => number;
  /** A route failed; the client only learns that. */
  readonly onError: (error: unknown) => void;
  /** `null` outside demo mode: then none of its routes exists. */
  readonly demo: Demo | null;
  /** `null`: no `/metrics` here, either because nobody has a token for it or because it has a port of its own. */
  readonly metrics: { readonly source: MetricsText; readonly token: string } | null;
  /** `null` without a service key: then nobody is told who is in a room, or can remove somebody. */
  readonly rooms: RoomOffice | null;
}

/** All that the service answers over HTTP, and whom it lets upgrade to a socket. */
export interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly decideUpgrade: (request: UpgradeRequest) => UpgradeDecision;
}

/** May the page that asks connect? A browser sends no `Origin` with a plain request to the page's own: there the host says it. */
function isPageAllowed(
  header: (name: string) => string | undefined,
  isOriginAllowed: AppDeps['isOriginAllowed'],
): boolean {
  const origin = header('origin');
  if (origin !== undefined || header('sec-fetch-site') !== 'same-origin')
    return isOriginAllowed(origin ?? null);
  const host = header('host') ?? '';
  return ['https', 'http'].some((scheme) => isOriginAllowed(`${scheme}://${host}`));
}

/** The routes of the service. Knows no runtime: a host passes requests in and does the sockets itself. */
export function createApp(deps: AppDeps): App {
  const app = new Hono();

  app.get('/healthz', (c) => text(c, 200, 'ok'));
  app.get('/readyz', (c) => (deps.isDraining() ? text(c, 503, 'draining') : text(c, 200, 'ready')));

  // For whoever embeds the element and wonders why it does not connect: open to every origin, and holds no secret.
  app.get('/v1/check', (c) => {
    c.header('Access-Control-Allow-Origin', '*');
    c.header('Cache-Control', 'no-store');
    c.header('Vary', 'Origin');
    return c.json({
      now: deps.now(),
      originAllowed: isPageAllowed((name) => c.req.header(name), deps.isOriginAllowed),
      version: deps.version,
      turn: deps.turn(),
    });
  });

  // Here only without an upgrade; with one, the host asks decideUpgrade.
  if (deps.rooms !== null) app.route('/', roomRoutes(deps.rooms));
  else app.get('/v1/rooms/:room', askForSocket);

  if (deps.metrics !== null) app.route('/', metricsRoute(deps.metrics.source, deps.metrics.token));
  if (deps.demo !== null) app.route('/', demoRoutes(deps.demo, deps.isOriginAllowed));
  app.notFound((c) => text(c, 404, 'Not found'));
  app.onError((error, c) => {
    deps.onError(error);
    return text(c, 500, 'Internal error');
  });

  return {
    fetch: (request) => app.fetch(request),
    decideUpgrade: (request) => decideUpgrade(request, deps),
  };
}

function askForSocket(c: Context): Response {
  if (!ROOM_PATTERN.test(c.req.param('room') ?? '')) return text(c, 400, 'Not a room name');
  c.header('Upgrade', 'websocket');
  return text(c, 426, 'Connect with WebSocket');
}

function text(c: Context, status: 200 | 400 | 404 | 426 | 500 | 503, words: string): Response {
  c.header('Cache-Control', 'no-store');
  c.header('X-Content-Type-Options', 'nosniff');
  return c.text(words, status);
}
