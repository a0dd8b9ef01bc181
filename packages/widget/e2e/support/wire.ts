// One TCP connection between a page and the service. Bytes pass as they are; frames are looked at on the way, and a connection
// can end in every way that real ones do.
import { connect, type Socket } from 'node:net';
import { CLOSE, FrameReader, TEXT, type WsFrame } from './ws-frames.js';

export type Side = 'page' | 'service';

/** A WebSocket frame that came by. */
export interface Frame {
  readonly from: Side;
  /** ms since 1970 */
  readonly at: number;
  /** The message's `type`; `ping` and `pong` of the heartbeat; `close`. */
  readonly type: string;
  /** The message; of a close frame its code. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * How a connection ends. `end`: closed as when a program exits; `reset`: with a TCP reset; `silent`: it stays open and
 * carries nothing any more, in no direction; `mute`: the service hears nothing any more, `deaf`: the page.
 */
export type Cut = 'end' | 'reset' | 'silent' | 'mute' | 'deaf';

export interface WireWatcher {
  /** The first line of a plain request or an upgrade. @returns whether it may pass */
  onRequest(line: string): boolean;
  /** @returns whether it is passed on as usual */
  onFrame(wire: Wire, frame: Frame, bytes: Buffer): boolean;
  onClosed(wire: Wire): void;
}

const END_OF_HEAD = '\r\n\r\n';
const REQUEST = /^[A-Z]+ \/\S* HTTP\/1\.1\r\n/;

export class Wire {
  /** Carries frames: the service has agreed to the upgrade. */
  isSocket = false;
  readonly #sockets: Readonly<Record<Side, Socket>>;
  readonly #watcher: WireWatcher;
  readonly #readers = { page: new FrameReader(), service: new FrameReader() };
  /** Whose bytes are swallowed. */
  readonly #swallowed = { page: false, service: false };
  #wantsUpgrade = false;
  #head = Buffer.alloc(0);

  /** @param port of the service */
  constructor(page: Socket, port: number, watcher: WireWatcher) {
    this.#watcher = watcher;
    this.#sockets = { page, service: connect(port, '127.0.0.1') };
    for (const side of ['page', 'service'] as const) {
      const socket = this.#sockets[side].setNoDelay(true);
      socket.on('data', (piece) => this.#handle(side, piece));
      // An error is followed by 'close'.
      socket.on('error', () => undefined);
      socket.on('close', (isBroken) => this.#handleClosed(side, isBroken));
    }
  }

  /** Passes bytes on to the other side. */
  pass(from: Side, bytes: Buffer): void {
    const to = this.#sockets[from === 'page' ? 'service' : 'page'];
    if (!this.#swallowed[from] && to.writable) to.write(bytes);
  }

  cut(how: Cut): void {
    if (how !== 'deaf') this.#swallowed.page = true;
    if (how !== 'mute') this.#swallowed.service = true;
    for (const socket of Object.values(this.#sockets)) {
      if (how === 'end') socket.end();
      if (how === 'reset') socket.resetAndDestroy();
    }
  }

  destroy(): void {
    for (const socket of Object.values(this.#sockets)) socket.destroy();
  }

  #handle(from: Side, piece: Buffer): void {
    if (this.#swallowed[from]) return;
    if (this.isSocket) return this.#handleFrames(from, piece);
    if (from === 'page') {
      const line = REQUEST.exec(piece.toString('latin1'))?.[0].trim();
      if (line !== undefined && !this.#watcher.onRequest(line)) return this.cut('reset');
      this.#wantsUpgrade ||= /^upgrade: *websocket\r$/im.test(piece.toString('latin1'));
    } else if (this.#wantsUpgrade) {
      return this.#handleAnswer(piece);
    }
    this.pass(from, piece);
  }

  #handleAnswer(piece: Buffer): void {
    this.#head = Buffer.concat([this.#head, piece]);
    const end = this.#head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#head.subarray(0, end + END_OF_HEAD.length);
    const rest = this.#head.subarray(head.length);
    this.pass('service', head);
    this.isSocket = / 101 /.test(head.subarray(0, 16).toString('latin1'));
    if (this.isSocket) this.#handleFrames('service', rest);
    else this.pass('service', rest);
  }

  #handleFrames(from: Side, piece: Buffer): void {
    for (const frame of this.#readers[from].read(piece)) {
      if (this.#watcher.onFrame(this, decode(from, frame), frame.bytes)) this.pass(from, frame.bytes);
    }
  }

  /** What is swallowed in one direction leaves that side open: it does not hear of the end either. */
  #handleClosed(side: Side, isBroken: boolean): void {
    const other = this.#sockets[side === 'page' ? 'service' : 'page'];
    if (!this.#swallowed[side]) {
      if (isBroken) other.resetAndDestroy();
      else other.end();
    }
    if (this.#sockets.page.destroyed && this.#sockets.service.destroyed) this.#watcher.onClosed(this);
  }
}

function decode(from: Side, { opcode, payload }: WsFrame): Frame {
  const at = Date.now();
  if (opcode === CLOSE) {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    return { from, at, type: 'close', body: { code } };
  }
  const text = payload.toString();
  if (opcode !== TEXT || !text.startsWith('{')) return { from, at, type: text, body: {} };
  const body = JSON.parse(text) as Record<string, unknown>;
  return { from, at, type: String(body.type), body };
}
