// Serves the pages, mints join tokens for ours (a site's own server does that), and says what time it is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
}

export async function servePages(host, site, mint) {
  const answer = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://pages');
    if (pathname === '/clock') {
      response.setHeader('Cache-Control', 'no-store');
      return response.end(String(performance.timeOrigin + performance.now()));
    }
    if (pathname === '/token' && request.method === 'POST') {
      const { room } = await bodyOf(request);
      response.setHeader('Content-Type', 'application/json');
      return response.end(JSON.stringify({ token: await mint(room, searchParams.get('sub')) }));
    }
    const content = site.get(pathname.slice(1));
    if (content === undefined) return response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[extname(pathname)]);
    response.end(content);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
