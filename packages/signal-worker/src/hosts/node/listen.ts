import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How many ports after a busy one are tried. */
const NEXT_PORTS = 20;

/** The service could not listen; the message is in plain words. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Take the next port if this one is busy. */
  readonly orNext: boolean;
  readonly onBusy: (port: number, next: number) => void;
}

/** Starts to listen. @returns the port. @throws ListenError */
export async function listen(server: Server, options: ListenOptions): Promise<number> {
  const { host, port, orNext, onBusy } = options;
  const last = orNext && port !== 0 ? Math.min(65_535, port + NEXT_PORTS) : port;
  for (let at = port; ; at += 1) {
    try {
      return await listenOnce(server, host, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      if (code !== 'EADDRINUSE' || at >= last)
        throw new ListenError(explain(code, host, at), { cause: error });
      onBusy(at, at + 1);
    }
  }
}

function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function explain(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another program. Stop that one, or set PORT to a free port.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Set HOST to one that is, such as 127.0.0.1.`;
    default:
      return `Cannot listen on ${host}, port ${port} (${code}).`;
  }
}
