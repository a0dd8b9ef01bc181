import type { Duplex } from 'node:stream';

const WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

/** How long the answer may take to be read, in ms. */
const READ_MS = 1_000;

/** Answers a request for an upgrade with an HTTP status and constant text, and closes. */
export function refuse(socket: Duplex, status: number, text: string): void {
  socket.on('error', () => socket.destroy());
  const lines = [
    `HTTP/1.1 ${status} ${WORDS[status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...(status === 429 || status === 503 ? ['Retry-After: 5'] : []),
    '',
    text,
  ];
  // Behind a reader that does not read, the answer would wait for ever.
  const late = setTimeout(() => socket.destroy(), READ_MS).unref();
  socket.on('close', () => clearTimeout(late));
  socket.end(lines.join('\r\n'), () => socket.destroy());
}
