// A page's browser, as far as a proxy with TLS can see.
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { connect as connectTls } from 'node:tls';
import WebSocket from 'ws';
import { Client, PAGE } from './client.js';
import { SITE } from './deploy-files.js';
import type { Proxy } from './deploy-proxy.js';

export interface Visit {
  readonly room?: string;
  readonly origin?: string;
  readonly protocols?: string[];
  /** The address it comes from. */
  readonly from?: string;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

const toLoopback: LookupFunction = (_name, options, answer) => {
  const found = { address: '127.0.0.1', family: 4 };
  if (options.all === true) answer(null, [found]);
  else answer(null, found.address, found.family);
};

function open({ port, ca }: Proxy, visit: Visit): WebSocket {
  const { room = 'support-42', origin = PAGE, protocols = ['p2p-call.v1'], from, headers = {} } = visit;
  return new WebSocket(`wss://${SITE}:${port}/v1/rooms/${room}`, protocols, {
    ca,
    origin,
    headers,
    lookup: toLoopback,
    ...(from === undefined ? {} : { localAddress: from }),
  });
}

/** Connects by wss. @throws if it is refused */
export async function visit(proxy: Proxy, options: Visit = {}): Promise<Client> {
  const socket = open(proxy, options);
  const client = new Client(socket);
  const refused = new Promise<never>((_resolve, reject) => {
    socket.on('unexpected-response', (asked, { statusCode }) => {
      asked.destroy();
      reject(new Error(`refused with ${statusCode}`));
    });
    socket.on('error', reject);
  });
  await Promise.race([once(socket, 'open'), refused]);
  return client;
}

/** Asks for a socket. @returns the status that comes instead; 101 if it was granted */
export function knock(proxy: Proxy, options: Visit = {}): Promise<number> {
  const socket = open(proxy, options);
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (asked, { statusCode = 0 }) => {
      asked.destroy();
      resolve(statusCode);
    });
    socket.on('error', () => undefined);
  });
}

/** Asks by https. @returns status and text */
export async function ask(
  { port, ca }: Proxy,
  path: string,
  options: RequestOptions = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const asked = request({ host: SITE, port, path, ca, lookup: toLoopback, agent: false, ...options }).end();
  const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }];
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(response, 'end');
  return { status: response.statusCode ?? 0, text };
}

/** Asks for exactly this path, dots and all, which a client of manners would tidy up first. @returns the status */
export async function askRaw({ port, ca }: Proxy, path: string, header = ''): Promise<number> {
  const socket = connectTls({ host: '127.0.0.1', port, ca, servername: SITE, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${SITE}\r\n${header}Connection: close\r\n\r\n`);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
}
