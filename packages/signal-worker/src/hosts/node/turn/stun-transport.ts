import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { IceAddress } from '../../../http/ice/urls.js';
import { decodeStun, stunLength, type ReceivedMessage } from './stun-message.js';

/** A way to one server and back. */
export interface StunTransport {
  /** Does it lose nothing? Then nothing has to be sent twice. */
  readonly isReliable: boolean;
  send(bytes: Buffer): void;
  close(): void;
}

/** What comes back, and what went wrong: an error of the system or of TLS, with its code. */
export interface StunListener {
  readonly onMessage: (message: ReceivedMessage) => void;
  readonly onError: (error: Error) => void;
}

export interface TransportOptions {
  /** Certificates (PEM) that are believed instead of those Node knows. */
  readonly ca?: string;
  /** The address to speak from. */
  readonly localAddress?: string;
}

/** Connects by UDP, TCP or TLS, as the address says. @throws an error of DNS, of the system or of TLS, with its code */
export async function openTransport(
  server: IceAddress,
  listener: StunListener,
  signal: AbortSignal,
  options: TransportOptions = {},
): Promise<StunTransport> {
  const { address, family } = await Promise.race([lookup(server.host), whenAborted(signal)]);
  if (server.transport === 'udp' && !server.isTls) {
    return openUdp({ address, family, port: server.port }, listener, options);
  }
  return openStream(server, address, listener, signal, options);
}

/** DNS alone may take longer than anybody wants to wait, and cannot be stopped. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new DOMException('took too long', 'TimeoutError'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function openUdp(
  { address, family, port }: { address: string; family: number; port: number },
  listener: StunListener,
  { localAddress }: TransportOptions,
): Promise<StunTransport> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.on('error', listener.onError);
  socket.on('message', (bytes) => {
    const message = decodeStun(bytes);
    if (message !== null) listener.onMessage(message);
  });
  await new Promise<void>((resolve) => socket.bind({ address: localAddress, port: 0 }, resolve));
  // Connected, because only then a port where nobody listens is told.
  await new Promise<void>((resolve, reject) => {
    socket.connect(port, address, (error?: Error) => (error === undefined ? resolve() : reject(error)));
  });
  return { isReliable: false, send: (bytes) => socket.send(bytes), close: () => socket.close() };
}

async function openStream(
  { host, port, isTls }: IceAddress,
  address: string,
  listener: StunListener,
  signal: AbortSignal,
  { ca, localAddress }: TransportOptions,
): Promise<StunTransport> {
  const to = { host: address, port, localAddress };
  const socket: Socket = isTls
    ? connectTls({ ...to, ca, minVersion: 'TLSv1.2', ...(isIP(host) === 0 ? { servername: host } : {}) })
    : connectTcp(to);
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      socket.destroy();
      reject(new DOMException('took too long', 'TimeoutError'));
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(closed()));
  });
  socket.on('error', listener.onError);
  socket.on('close', () => listener.onError(closed()));
  readFrames(socket, listener);
  return { isReliable: true, send: (bytes) => socket.write(bytes), close: () => socket.destroy() };
}

const closed = (): Error => Object.assign(new Error('the server hung up'), { code: 'ECONNRESET' });

/** On a stream a message ends where its own length says. */
function readFrames(socket: Socket, listener: StunListener): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const length = stunLength(rest);
      if (length === null || length > rest.length) return;
      const message = decodeStun(rest.subarray(0, length));
      if (message === null) {
        listener.onError(Object.assign(new Error('that is no STUN'), { code: 'NO_STUN' }));
        socket.destroy();
        return;
      }
      rest = rest.subarray(length);
      listener.onMessage(message);
    }
  });
}
