import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { PAGE } from './client.js';

// What an attacker has: a TCP connection and no manners. The `ws` client would refuse to send most of it.

const PATIENCE_MS = 15_000;

export interface UpgradeOptions {
  readonly room?: string;
  readonly method?: string;
  /** Instead of, or besides, those of a browser; `null` leaves one out, a list sends it several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
}

/** The request that a browser would make, but for what is changed. */
export function upgradeRequest({
  room = 'support-42',
  method = 'GET',
  headers = {},
}: UpgradeOptions = {}): string {
  const all: Record<string, string | readonly string[] | null> = {
    Host: 'x',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: PAGE,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'p2p-call.v1',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    (value === null ? [] : typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}`),
  );
  return [`${method} /v1/rooms/${room} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

export interface FrameOptions {
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  /** What the header says, whatever the payload is. */
  readonly length?: bigint;
}

export const TEXT = 1;
export const CONTINUATION = 0;
export const BINARY = 2;
export const CLOSE_FRAME = 8;
export const PING = 9;

/** One WebSocket frame (RFC 6455, 5.2), or what is none. */
export function frame(opcode: number, payload: Uint8Array | string = '', options: FrameOptions = {}): Buffer {
  const { isLast = true, isMasked = true, reserved = 0 } = options;
  const data = Buffer.from(payload);
  const length = options.length ?? BigInt(data.length);
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const header =
    length < 126n
      ? Buffer.from([first, mask | Number(length)])
      : length < 65_536n
        ? Buffer.from([first, mask | 126, Number(length >> 8n), Number(length & 255n)])
        : Buffer.concat([Buffer.from([first, mask | 127]), bigEndian(length)]);
  if (!isMasked) return Buffer.concat([header, data]);
  const key = randomBytes(4);
  const masked = data.map((byte, n) => byte ^ (key[n % 4] ?? 0));
  return Buffer.concat([header, key, masked]);
}

function bigEndian(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

export interface Received {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** One raw connection: what is written goes out as it is, what comes is read frame by frame. */
export class RawSocket {
  /** When the service was done with it, on the clock of `performance.now()`. */
  goneAt = Infinity;
  readonly gone: Promise<void>;
  private received: Buffer = Buffer.alloc(0);
  private wake: () => void = () => undefined;

  private constructor(readonly tcp: Socket) {
    tcp.setNoDelay(true);
    tcp.on('data', (data: Buffer) => {
      this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data]);
      this.wake();
    });
    tcp.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      tcp.on('close', () => {
        this.goneAt = performance.now();
        resolve();
        this.wake();
      });
    });
  }

  /** @param from the local address to come from, such as another one of 127.0.0.0/8 */
  static async open(url: string, from?: string): Promise<RawSocket> {
    const { hostname, port } = new URL(url);
    const tcp = connectTcp({
      host: hostname,
      port: Number(port),
      ...(from === undefined ? {} : { localAddress: from }),
    });
    await once(tcp, 'connect');
    return new RawSocket(tcp);
  }

  write(data: Uint8Array | string): void {
    if (this.tcp.writable) this.tcp.write(data);
  }

  say(message: object): void {
    this.write(frame(TEXT, JSON.stringify(message)));
  }

  /** The status of an HTTP answer, which is then dropped with its headers. @throws if there is none */
  async status(): Promise<number> {
    await this.until(() => this.received.includes('\r\n\r\n'), 'an HTTP answer');
    const end = this.received.indexOf('\r\n\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(this.received.toString('latin1', 0, end))?.[1]);
    this.received = this.received.subarray(end + 4);
    return status;
  }

  /** All that came by now, as text. */
  text(): string {
    return this.received.toString('latin1');
  }

  /** Upgrades. @returns the HTTP status, 101 if that went well */
  upgrade(options: UpgradeOptions = {}): Promise<number> {
    this.write(upgradeRequest(options));
    return this.status();
  }

  /** The next frame. @throws if the connection ends first */
  async next(): Promise<Received> {
    for (;;) {
      const found = readFrame(this.received);
      if (found !== null) {
        this.received = this.received.subarray(found.size);
        return found;
      }
      const { length } = this.received;
      await this.until(() => this.received.length > length, 'a frame');
    }
  }

  /** The next message of this type, as it was sent; whatever comes before is dropped. */
  async message(type: string): Promise<string> {
    for (;;) {
      const { opcode, payload } = await this.next();
      const text = payload.toString('utf8');
      if (opcode === TEXT && text.startsWith(`{"type":"${type}"`)) return text;
      if (opcode === CLOSE_FRAME)
        throw new Error(`closed ${payload.readUInt16BE(0)} while waiting for ${type}`);
    }
  }

  /** The code it is closed with; `null` if it is just cut. */
  async closeCode(): Promise<number | null> {
    try {
      for (;;) {
        const { opcode, payload } = await this.next();
        if (opcode === CLOSE_FRAME) return payload.readUInt16BE(0);
      }
    } catch {
      return null;
    }
  }

  destroy(): void {
    this.tcp.destroy();
  }

  private async until(test: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!test()) {
      if (this.goneAt < Infinity) throw new Error(`the connection ended while waiting for ${what}`);
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`${what} did not come`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

function readFrame(bytes: Buffer): (Received & { readonly size: number }) | null {
  const short = (bytes[1] ?? 0) & 127;
  const headerSize = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < headerSize) return null;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const size = headerSize + length;
  if (bytes.length < size) return null;
  return { opcode: (bytes[0] ?? 0) & 15, payload: bytes.subarray(headerSize, size), size };
}
