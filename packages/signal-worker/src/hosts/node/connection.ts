import { CLOSE, decodeClientMessage, type ClientMessage, type CloseName, type Of } from '@p2p-call/protocol';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { authenticate, type Authenticator } from '../../auth/authenticate.js';
import type { LimitName } from '../../metrics/catalogue.js';
import type { Meter } from '../../metrics/meter.js';
import type { AddressEntry } from './address-book.js';
import { errorFields, type Logger } from './logger.js';
import { Outbox } from './outbox.js';
import { textFrame } from './text-frame.js';
import { freshHex, type Rooms, type RoomSocket } from './rooms.js';

export interface ConnectionDeps {
  readonly rooms: Rooms;
  readonly auth: Authenticator;
  readonly log: Logger;
  readonly meter: Meter;
  /** How long a socket has for its hello, in ms. */
  readonly helloMs: number;
  /** Bytes that may wait for the other end to read. */
  readonly unsentBytes: number;
  /** ms since the epoch */
  readonly now: () => number;
}

/** Where a socket belongs. */
export interface ConnectionPlace {
  readonly room: string;
  /** The page's `Origin`, `null` where the upgrade had none. */
  readonly origin: string | null;
  readonly address: AddressEntry;
}

/** What may wait while a hello is being checked; more than an honest page ever sends. */
const QUEUE_FRAMES = 128;
const QUEUE_CHARACTERS = 256 * 1024;

/** Pings cost little, but not nothing: so many in so many ms are far more than anybody needs. */
const PINGS = 100;
const PINGS_MS = 10_000;

/** Whoever said no hello, and does not answer the close frame either, is given up after this, in ms. */
const STRANGER_CLOSE_MS = 750;

/** `new`: no hello yet; `checking`: one is being verified; `in`: its room knows it; `over`: closed, or being closed. */
type Stage = 'new' | 'checking' | 'in' | 'over';

/** Of so many relayed frames one is measured, the first of each socket among them. */
const MEASURED_OF = 8;

const NO_TEXTS: readonly string[] = [];

/** One socket: frames in, in their order; what its room says out, in its order. */
export class Connection implements RoomSocket {
  readonly id = freshHex();
  readonly outbox: Outbox;
  /** Last sign of life, on a clock that nobody sets: when the time of day is corrected, nobody was silent. */
  private heardAt = performance.now();
  private stage: Stage = 'new';
  private isKnownToRoom = false;
  private queue: readonly string[] = NO_TEXTS;
  private queued = 0;
  private pings = 0;
  private pingsSince = 0;
  private relayed = 0;
  /** Until the hello, or, if there was none, until the end. */
  private helloTimer: NodeJS.Timeout | null;

  constructor(
    private readonly socket: WebSocket,
    /** What the socket writes to. */
    private readonly line: Duplex,
    private readonly place: ConnectionPlace,
    private readonly deps: ConnectionDeps,
  ) {
    this.outbox = new Outbox(this);
    this.helloTimer = setTimeout(() => {
      this.hitLimit('hello');
      this.close('hello-timeout');
    }, deps.helloMs);
    this.helloTimer.unref();
    socket.on('message', (data, isBinary) => this.handleFrame(data, isBinary));
    socket.on('ping', () => this.countPing());
    socket.on('close', (code) => this.handleClose(code));
    // ws closes by itself with the right code (1002, 1007, 1008, 1009); without a listener the process would end.
    socket.on('error', (error) => deps.log.debug('socket-error', errorFields(error)));
  }

  get room(): string {
    return this.place.room;
  }

  /** For how long nothing was heard, in ms. */
  silenceMs(): number {
    return performance.now() - this.heardAt;
  }

  get isWelcomed(): boolean {
    return this.isKnownToRoom;
  }

  sendText(text: string): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    this.line.write(textFrame(text));
    if (this.line.writableLength <= this.deps.unsentBytes) return;
    // They do not read. The close frame waits behind what they did not read; ws gives up on it after its own time.
    this.hitLimit('unsent');
    this.close('slow-consumer');
  }

  close(reason: CloseName): void {
    const isStranger = this.stage === 'new';
    this.stage = 'over';
    this.stopHelloTimer();
    this.queue = NO_TEXTS;
    this.socket.close(CLOSE[reason].code, reason);
    if (!isStranger) return;
    this.helloTimer = setTimeout(() => this.terminate(), STRANGER_CLOSE_MS);
    this.helloTimer.unref();
  }

  /** Something that was to be sent could not be made. */
  fail(error: unknown): void {
    this.deps.log.error('send-failed', errorFields(error));
    this.close('unavailable');
  }

  /** Ends a socket that was silent for too long. */
  dropSilent(): void {
    this.hitLimit('silent');
    this.terminate();
  }

  /** Ends a socket that no longer answers. */
  terminate(): void {
    this.socket.terminate();
  }

  private hitLimit(limit: LimitName): void {
    this.deps.meter.count('p2p_limits_hit_total', { limit });
  }

  private stopHelloTimer(): void {
    if (this.helloTimer !== null) clearTimeout(this.helloTimer);
    this.helloTimer = null;
  }

  private handleFrame(data: RawData, isBinary: boolean): void {
    if (this.stage === 'over') return;
    this.heardAt = performance.now();
    if (isBinary) {
      this.close('binary');
      return;
    }
    const text = textOf(data);
    if (text === 'ping') this.handlePing();
    else if (this.stage === 'checking') this.enqueue(text);
    else this.handleText(text);
  }

  private handlePing(): void {
    this.deps.meter.count('p2p_messages_total', { type: 'ping' });
    this.countPing();
    if (this.stage !== 'over') this.sendText('pong');
  }

  private countPing(): void {
    const now = performance.now();
    this.heardAt = now;
    if (now - this.pingsSince > PINGS_MS) {
      this.pingsSince = now;
      this.pings = 0;
    }
    this.pings += 1;
    if (this.pings <= PINGS || this.stage === 'over') return;
    this.hitLimit('messages');
    this.close('rate-limited');
  }

  /** Frames that arrive while the hello is being checked keep their place in the line. */
  private enqueue(text: string): void {
    this.queued += text.length;
    if (this.queue.length < QUEUE_FRAMES && this.queued <= QUEUE_CHARACTERS) {
      this.queue = [...this.queue, text];
      return;
    }
    this.hitLimit('messages');
    this.close('rate-limited');
  }

  private handleText(text: string): void {
    const decoded = decodeClientMessage(text);
    if (!decoded.ok) {
      this.close(decoded.why === 'too-large' ? 'too-large' : 'bad-message');
      return;
    }
    const { message } = decoded;
    this.deps.meter.count('p2p_messages_total', { type: message.type });
    const isHello = message.type === 'hello';
    // The first message is a hello, and no other is.
    if (isHello !== (this.stage === 'new')) this.close('bad-message');
    else if (isHello) this.handleHello(message);
    else this.handleMessage(message, text);
  }

  private handleHello(hello: Of<ClientMessage, 'hello'>): void {
    this.stage = 'checking';
    this.stopHelloTimer();
    this.enter(hello).catch((error: unknown) => {
      this.deps.log.error('hello-failed', errorFields(error));
      this.close('unavailable');
    });
  }

  private async enter(hello: Of<ClientMessage, 'hello'>): Promise<void> {
    const { room, origin, address } = this.place;
    const result = await authenticate(this.deps.auth, hello, { room, origin, now: this.deps.now() });
    // The socket may have closed meanwhile.
    if (this.stage !== 'checking') return;
    if (!result.ok) {
      this.deps.log.info('refused', { close: result.close });
      if (hello.ticket !== undefined) this.deps.meter.count('p2p_resumes_total', { result: 'refused' });
      this.close(result.close);
      return;
    }
    this.stage = 'in';
    this.isKnownToRoom = true;
    address.welcomed();
    this.deps.rooms.enter(room, this, {
      type: 'hello',
      socket: this.id,
      proof: result.proof,
      seen: hello.seen ?? null,
      join: hello.join === true,
      quiet: hello.quiet === true,
      trace: hello.trace ?? null,
      fresh: freshHex(),
    });
    const waiting = this.queue;
    this.queue = NO_TEXTS;
    for (const text of waiting) {
      // A frame before this one may have been the last.
      if (this.isIn()) this.handleText(text);
    }
  }

  private isIn(): boolean {
    return this.stage === 'in';
  }

  private handleMessage(message: Exclude<ClientMessage, { type: 'hello' }>, text: string): void {
    const { rooms, meter } = this.deps;
    const { room, id: socket } = this;
    switch (message.type) {
      case 'join':
        rooms.apply(room, { type: 'join', socket, quiet: message.quiet === true, fresh: freshHex() });
        return;
      case 'leave':
        rooms.apply(room, { type: 'leave', socket, fresh: freshHex() });
        return;
      case 'ice':
        rooms.apply(room, { type: 'ice', socket });
        return;
      case 'report':
        rooms.apply(room, { type: 'report', socket, metrics: message.metrics });
        return;
      default: {
        // Measuring costs more than much of what is measured: one frame of eight will do.
        const isMeasured = this.relayed % MEASURED_OF === 0;
        this.relayed += 1;
        const started = isMeasured ? performance.now() : 0;
        rooms.apply(room, { type: 'relay', socket, message, text });
        if (isMeasured) meter.observe('p2p_relay_seconds', (performance.now() - started) / 1000);
      }
    }
  }

  private handleClose(code: number): void {
    this.stage = 'over';
    this.stopHelloTimer();
    this.queue = NO_TEXTS;
    this.place.address.gone();
    this.deps.meter.count('p2p_closes_total', { code: String(code) });
    this.deps.log.debug('closed', { code });
    if (!this.isKnownToRoom) return;
    const socket = this.id;
    const heardAt = this.deps.now() - this.silenceMs();
    this.deps.rooms.exit(this.room, { type: 'closed', socket, code, heardAt, fresh: freshHex() });
  }
}

/** ws hands over one Buffer, since its `binaryType` is left alone; the other shapes are its types' business. */
function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}
