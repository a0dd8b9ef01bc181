// A ping of the lab's own, over UDP: needs no program, and goes where calls go.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Sends back whatever comes. */
export async function startEcho(address: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => socket.send(data, from.port, from.address));
  socket.bind(port, address);
  await once(socket, 'listening');
}

export interface PingOptions {
  readonly address: string;
  readonly port: number;
  readonly count: number;
  /** 0: all at once */
  readonly everyMs: number;
  /** How long the last one is waited for. */
  readonly timeoutMs: number;
}
export interface Pings {
  readonly sent: number;
  readonly answered: number;
  /** ms; NaN if none was answered */
  readonly medianMs: number;
  /** The fastest one: what a busy machine adds is not in it. */
  readonly leastMs: number;
}

export async function ping({ address, port, count, everyMs, timeoutMs }: PingOptions): Promise<Pings> {
  const socket = createSocket('udp4');
  const times: number[] = [];
  socket.on('message', (data) => {
    times.push(performance.now() - data.readDoubleBE(0));
    if (times.length === count) socket.emit('all');
  });
  const all = once(socket, 'all');
  for (let sent = 0; sent < count; sent++) {
    const data = Buffer.alloc(64);
    data.writeDoubleBE(performance.now());
    socket.send(data, port, address);
    if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
  socket.close();
  return {
    sent: count,
    answered: times.length,
    medianMs: times.sort((a, b) => a - b)[times.length >> 1] ?? NaN,
    leastMs: times[0] ?? NaN,
  };
}
