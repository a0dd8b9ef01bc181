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
  socket.end(lines.join('\r\n'), () => socket.destroy());
}
