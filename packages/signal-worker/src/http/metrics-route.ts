import { Hono } from 'hono';
import { requireBearer } from './bearer.js';

/** Numbers as text, for whoever scrapes them. */
export interface MetricsText {
  readonly contentType: string;
  /** The present numbers. */
  text(): Promise<string>;
}

/** `GET /metrics`. @param token bearer; `null`: anybody who reaches the route may read */
export function metricsRoute(metrics: MetricsText, token: string | null): Hono {
  const app = new Hono();
  if (token !== null) app.use('/metrics', requireBearer(token));
  app.get('/metrics', async (c) => {
    const body = await metrics.text();
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    return c.body(body, 200, { 'Content-Type': metrics.contentType });
  });
  return app;
}
