import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { LIMITS } from '@p2p-call/protocol';
import { errorFields, type Logger } from './logger.js';
import { refuse } from './refuse.js';

/** More headers than any browser or proxy sends; Node itself would take 2,000. */
const MAX_HEADERS = 100;

export interface HttpServerOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** An upgrade that has no more headers than it should. Without this, every upgrade is refused. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly log: Logger;
}

/** An HTTP server that lets nobody take their time: half a request is closed within six seconds. */
export function createHttpServer({ fetch, onUpgrade, log }: HttpServerOptions): Server {
  const listener = getRequestListener(fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      log.error('request-failed', errorFields(error));
      return new Response('Internal error', { status: 500 });
    },
  });
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: LIMITS.helloMs,
      requestTimeout: LIMITS.helloMs,
      // Node looks for late headers only every 30 s unless told otherwise.
      connectionsCheckingInterval: 500,
    },
    (request, response) => {
      if (hasTooManyHeaders(request)) {
        response.writeHead(431, { Connection: 'close' }).end();
        return;
      }
      listener(request, response).catch((error: unknown) => {
        log.error('request-failed', errorFields(error));
        response.destroy();
      });
    },
  );
  // Whoever does not read the answers. (A socket that upgraded is no business of the server's any more.)
  server.setTimeout(LIMITS.helloMs);
  server.on('upgrade', (request, socket, head) => {
    if (hasTooManyHeaders(request)) refuse(socket, 431, 'Too many headers');
    else if (onUpgrade === undefined) refuse(socket, 404, 'Not found');
    else onUpgrade(request, socket, head);
  });
  return server;
}

function hasTooManyHeaders(request: IncomingMessage): boolean {
  // Names and values in turn.
  return request.rawHeaders.length > 2 * MAX_HEADERS;
}
