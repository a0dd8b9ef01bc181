// A website of somebody's own that embeds the element: another origin than the service's, as it is for its users.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { TestService } from './service.js';

const BUNDLE = new URL('../../dist/p2p-call.iife.min.js', import.meta.url);

export interface Embed {
  /** Of `<p2p-call>`; `signaling-url` is the test service unless given. */
  readonly attributes?: Record<string, string>;
  /** How the page is reached. The service was told of `localhost` only, and no browser calls `plain.test` secure. */
  readonly host?: 'localhost' | '127.0.0.1' | 'plain.test';
  /** How many elements, each with attributes of its own. */
  readonly elements?: readonly Record<string, string>[];
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const element = (attributes: Record<string, string>): string =>
  `<p2p-call ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(' ')}></p2p-call>`;

export class HostSite {
  readonly #server: Server;
  readonly #pages = new Map<string, string>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<HostSite> {
    const bundle = await readFile(BUNDLE);
    const server = createServer();
    const site = new HostSite(server);
    server.on('request', ({ url = '' }, response) => {
      const page = site.#pages.get(url);
      if (page !== undefined) response.setHeader('content-type', 'text/html').end(page);
      else if (url === '/p2p-call.js') response.setHeader('content-type', 'text/javascript').end(bundle);
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return site;
  }

  /** The origin that the service is told of. */
  get origin(): string {
    return this.#at('localhost');
  }

  #at(host: string): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Opens a page with the element (or several) in it. */
  async open(page: Page, service: TestService, embed: Embed): Promise<void> {
    const { attributes = {}, elements = [{}], host = 'localhost' } = embed;
    const usual = { 'signaling-url': service.url, resolution: '360p', 'frame-rate': '15', ...attributes };
    const path = `/${randomUUID()}`;
    this.#pages.set(
      path,
      `<!doctype html><meta charset="utf-8"><title>embed</title>
<style>p2p-call { width: 640px; height: 400px }</style><script src="/p2p-call.js" defer></script>
${elements.map((own) => element({ ...usual, ...own })).join('\n')}`,
    );
    await page.goto(`${this.#at(host)}${path}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
