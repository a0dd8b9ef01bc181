// A page of somebody's own, on the service's origin, that embeds the element by a script tag.
import type { Page } from '@playwright/test';
import type { TestService } from './service.js';

export interface Embed {
  /** Of `<p2p-call>`; `signaling-url` is the test service unless given. */
  readonly attributes: Record<string, string>;
  /** What the page's host name is; `localhost` is a secure context, others are not. */
  readonly host?: string;
  /** Instead of one element. */
  readonly body?: string;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** One element as HTML. */
export const element = (attributes: Record<string, string>): string =>
  `<p2p-call ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(' ')}></p2p-call>`;

/** Opens a page that embeds the element. */
export async function openEmbed(page: Page, service: TestService, embed: Embed): Promise<void> {
  const url = new URL(service.url);
  if (embed.host !== undefined) url.hostname = embed.host;
  const attributes = {
    'signaling-url': url.origin,
    resolution: '360p',
    'frame-rate': '15',
    ...embed.attributes,
  };
  const html = `<!doctype html><meta charset="utf-8"><title>embed</title><style>p2p-call{width:640px;height:400px}</style>
<script src="/p2p-call.iife.min.js" defer></script>${embed.body ?? element(attributes)}`;
  await page.route('**/embed', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${url.origin}/embed`);
}
