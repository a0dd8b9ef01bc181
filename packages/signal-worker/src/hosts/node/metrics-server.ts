import { Hono } from 'hono';
import { metricsRoute, type MetricsText } from '../../http/metrics-route.js';
import { createHttpServer } from './http-server.js';
import { listen, ListenError } from './listen.js';
import { errorFields, type Logger } from './logger.js';

/** A server for `/metrics` and nothing else. */
export interface MetricsServer {
  readonly port: number;
  /** Resolves when nothing is open; a scrape that is under way is cut off. */
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Bearer; `null`: whoever reaches the port may read. */
  readonly token: string | null;
  readonly log: Logger;
}

/**
 * Serves `GET /metrics` on a port of its own.
 * @throws ListenError if the address is taken or not to be had
 */
export async function startMetricsServer(
  metrics: MetricsText,
  { host, port, token, log }: MetricsServerOptions,
): Promise<MetricsServer> {
  const app = new Hono();
  app.route('/', metricsRoute(metrics, token));
  app.notFound((c) => c.text('Not found', 404));
  app.onError((error, c) => {
    log.error('scrape-failed', errorFields(error));
    return c.text('Internal error', 500);
  });
  const server = createHttpServer({ fetch: (request) => app.fetch(request), log });
  const own = await listen(server, { host, port, orNext: false, onBusy: () => undefined }).catch(inOurWords);
  log.info('metrics-listening', { port: own });
  return {
    port: own,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same words name the setting of this port. */
function inOurWords(error: unknown): never {
  if (!(error instanceof ListenError)) throw error;
  throw new ListenError(error.message.replace(/\bPORT\b/, 'METRICS_PORT'), { cause: error.cause });
}
