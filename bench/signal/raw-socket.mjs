// The load generator's WebSocket: just what RFC 6455 asks of a client, on a bare socket. A library would need as much of the
// processor as the servers that are measured, and the figures would be its own.
import { connect } from 'node:net';
import { HOST } from '../support/ports.mjs';

/** Everything that is received is dealt with before the next is read, so one place to put it is enough. */
const received = Buffer.allocUnsafe(256 * 1024);
const buffer = () => (process.platform === 'win32' ? Buffer.allocUnsafe(64 * 1024) : received);

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
export const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A client's frame: masked, as every client's must be. `headerBytes`: where its payload begins. */
export function clientFrame(payload, opcode = TEXT) {
  const { length } = payload;
  if (length > 0xffff) throw new Error('longer than anything that is sent here');
  const head = length < 126 ? [length | 0x80] : [126 | 0x80, length >> 8, length & 0xff];
  const frame = Buffer.concat([Buffer.from([0x80 | opcode, ...head]), MASK, payload]);
  const headerBytes = frame.length - length;
  for (let at = 0; at < length; at++) frame[headerBytes + at] ^= MASK[at & 3];
  return { frame, headerBytes };
}

/** What a browser says, since some servers keep it for as long as the socket lives. */
function upgradeRequest(port, path, protocol) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${HOST}:${port}`,
    'Connection: Upgrade',
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Upgrade: websocket',
    `Origin: ${ORIGIN}`,
    'Sec-WebSocket-Version: 13',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ...(protocol === null ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export const ORIGIN = 'https://bench.example';

/** @typedef {{onOpen(): void, onText(buffer: Buffer, start: number, end: number): void, onEnd(why: string): void}} Listener */

export class RawSocket {
  #socket;
  #listener;
  #isUpgraded = false;
  #rest = null;
  #why = 'the connection was cut';

  /** @param {Listener} listener `onText` must be done with the bytes when it returns */
  constructor({ port, path, protocol, localAddress }, listener) {
    this.#listener = listener;
    this.#socket = connect({
      host: HOST,
      port,
      noDelay: true,
      ...(localAddress === null ? {} : { localAddress }),
      onread: { buffer: buffer(), callback: (length, bytes) => this.#read(length, bytes) },
    });
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(port, path, protocol), 'latin1'));
    this.#socket.on('error', (error) => (this.#why = error.code ?? error.message));
    this.#socket.on('close', () => listener.onEnd(this.#why));
  }

  /** A frame that `clientFrame` made. */
  writeFrame(frame) {
    this.#socket.write(frame);
  }

  write(text) {
    this.writeFrame(clientFrame(Buffer.from(text)).frame);
  }

  /** Says goodbye, as a page that is left does; `onEnd` follows. */
  close(code = 1000) {
    this.writeFrame(clientFrame(Buffer.from([code >> 8, code & 0xff]), CLOSE).frame);
  }

  destroy() {
    this.#socket.destroy();
  }

  #read(length, bytes) {
    if (this.#rest === null) this.#consume(bytes, length);
    else {
      const all = Buffer.concat([this.#rest, bytes.subarray(0, length)]);
      this.#consume(all, all.length);
    }
    return true;
  }

  #consume(bytes, end) {
    let at = this.#isUpgraded ? 0 : this.#readUpgrade(bytes, end);
    while (at !== -1 && at < end) {
      const next = this.#readFrame(bytes, at, end);
      if (next === -1) break;
      at = next;
    }
    this.#rest = at === -1 || at < end ? Buffer.from(bytes.subarray(Math.max(0, at), end)) : null;
  }

  /** @returns where the first frame begins, or -1: not all there yet */
  #readUpgrade(bytes, end) {
    const head = bytes.toString('latin1', 0, end);
    const length = head.indexOf('\r\n\r\n');
    if (length === -1) return -1;
    if (!head.startsWith('HTTP/1.1 101 ')) {
      this.#why = `refused: ${head.slice(0, head.indexOf('\r\n'))}`;
      this.#socket.destroy();
      return end;
    }
    this.#isUpgraded = true;
    this.#listener.onOpen();
    return length + 4;
  }

  /** @returns where the next frame begins, or -1: this one is not all there yet */
  #readFrame(bytes, at, end) {
    if (end - at < 2) return -1;
    let length = bytes[at + 1];
    let start = at + 2;
    if (length === 126) {
      if (end - at < 4) return -1;
      length = bytes.readUInt16BE(at + 2);
      start = at + 4;
    } else if (length === 127) {
      if (end - at < 10) return -1;
      length = Number(bytes.readBigUInt64BE(at + 2));
      start = at + 10;
    }
    if (end - start < length) return -1;
    this.#handleFrame(bytes[at], bytes, start, start + length);
    return start + length;
  }

  #handleFrame(first, bytes, start, end) {
    if (first === (0x80 | TEXT)) this.#listener.onText(bytes, start, end);
    else if (first === (0x80 | CLOSE)) {
      this.#why = end - start >= 2 ? `closed ${bytes.readUInt16BE(start)}` : 'closed';
      // The server's goodbye, or its answer to ours: either way it ends the connection once it has one of its own back.
      this.#socket.end(clientFrame(Buffer.from(bytes.subarray(start, end)), CLOSE).frame);
    } else if (first === (0x80 | PING))
      this.writeFrame(clientFrame(Buffer.from(bytes.subarray(start, end)), PONG).frame);
    else throw new Error(`an unexpected frame: 0x${first.toString(16)}`);
  }
}
