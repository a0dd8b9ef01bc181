import { CLOSE, decodeClientMessage, type ClientMessage, type CloseName, type Of } from '@p2p-call/protocol';
import type { RawData, WebSocket } from 'ws';
import { authenticate, type Authenticator } from '../../auth/authenticate.js';
import { errorFields, type Logger } from './logger.js';
import { Outbox } from './outbox.js';
import { freshHex, type Rooms, type RoomSocket } from './rooms.js';

export interface ConnectionDeps {
  readonly rooms: Rooms;
  readonly auth: Authenticator;
  readonly log: Logger;
  /** How long a socket has for its hello, in ms. */
  readonly helloMs: number;
  /** ms since the epoch */
  readonly now: () => number;
}

/** What may wait while a hello is being checked; more than an honest page ever sends. */
const QUEUE_FRAMES = 128;
const QUEUE_CHARACTERS = 256 * 1024;

/** `new`: no hello yet; `checking`: one is being verified; `in`: its room knows it; `over`: closed, or being closed. */
type Stage = 'new' | 'checking' | 'in' | 'over';

/** One socket: frames in, in their order; what its room says out, in its order. */
export class Connection implements RoomSocket {
  readonly id = freshHex();
  readonly outbox: Outbox;
  /** Last sign of life, ms since the epoch. */
  heardAt: number;
  private stage: Stage = 'new';
  private isKnownToRoom = false;
  private queue: string[] = [];
  private queued = 0;
  private readonly helloTimer: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    readonly room: string,
    private readonly origin: string | null,
    private readonly deps: ConnectionDeps,
  ) {
    this.heardAt = deps.now();
    this.outbox = new Outbox((error) => {
      deps.log.error('send-failed', errorFields(error));
      this.close('unavailable');
    });
    this.helloTimer = setTimeout(() => this.close('hello-timeout'), deps.helloMs);
    this.helloTimer.unref();
    socket.on('message', (data, isBinary) => this.handleFrame(data, isBinary));
    socket.on('pong', () => (this.heardAt = deps.now()));
    socket.on('close', (code) => this.handleClose(code));
    // ws closes by itself with the right code (1002, 1007, 1008, 1009); without a listener the process would end.
    socket.on('error', (error) => deps.log.debug('socket-error', errorFields(error)));
  }

  sendText(text: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  close(reason: CloseName): void {
    this.stage = 'over';
    clearTimeout(this.helloTimer);
    this.queue = [];
    this.socket.close(CLOSE[reason].code, reason);
  }

  /** Ends a socket that no longer answers. */
  terminate(): void {
    this.socket.terminate();
  }

  private handleFrame(data: RawData, isBinary: boolean): void {
    if (this.stage === 'over') return;
    this.heardAt = this.deps.now();
    if (isBinary) {
      this.close('binary');
      return;
    }
    const text = textOf(data);
    if (text === 'ping') this.sendText('pong');
    else if (this.stage === 'checking') this.enqueue(text);
    else this.handleText(text);
  }

  /** Frames that arrive while the hello is being checked keep their place in the line. */
  private enqueue(text: string): void {
    this.queued += text.length;
    if (this.queue.length >= QUEUE_FRAMES || this.queued > QUEUE_CHARACTERS) this.close('rate-limited');
    else this.queue.push(text);
  }

  private handleQueued(text: string): void {
    // A frame before this one may have been the last.
    if (this.stage === 'in') this.handleText(text);
  }

  private handleText(text: string): void {
    const decoded = decodeClientMessage(text);
    if (!decoded.ok) {
      this.close(decoded.why === 'too-large' ? 'too-large' : 'bad-message');
      return;
    }
    const { message } = decoded;
    const isHello = message.type === 'hello';
    // The first message is a hello, and no other is.
    if (isHello !== (this.stage === 'new')) this.close('bad-message');
    else if (isHello) this.handleHello(message);
    else this.handleMessage(message, text);
  }

  private handleHello(hello: Of<ClientMessage, 'hello'>): void {
    this.stage = 'checking';
    clearTimeout(this.helloTimer);
    this.enter(hello).catch((error: unknown) => {
      this.deps.log.error('hello-failed', errorFields(error));
      this.close('unavailable');
    });
  }

  private async enter(hello: Of<ClientMessage, 'hello'>): Promise<void> {
    const place = { room: this.room, origin: this.origin, now: this.deps.now() };
    const result = await authenticate(this.deps.auth, hello, place);
    // The socket may have closed meanwhile.
    if (this.stage !== 'checking') return;
    if (!result.ok) {
      this.deps.log.info('refused', { close: result.close });
      this.close(result.close);
      return;
    }
    this.stage = 'in';
    this.isKnownToRoom = true;
    this.deps.rooms.enter(this.room, this, {
      type: 'hello',
      socket: this.id,
      proof: result.proof,
      join: hello.join === true,
      quiet: hello.quiet === true,
      trace: hello.trace ?? null,
      fresh: freshHex(),
    });
    const waiting = this.queue;
    this.queue = [];
    for (const text of waiting) this.handleQueued(text);
  }

  private handleMessage(message: Exclude<ClientMessage, { type: 'hello' }>, text: string): void {
    const { rooms } = this.deps;
    const socket = this.id;
    switch (message.type) {
      case 'join':
        rooms.apply(this.room, { type: 'join', socket, quiet: message.quiet === true, fresh: freshHex() });
        return;
      case 'leave':
        rooms.apply(this.room, { type: 'leave', socket, fresh: freshHex() });
        return;
      case 'ice':
        rooms.apply(this.room, { type: 'ice', socket });
        return;
      case 'report':
        // Taken, so that widgets may send it; there are no metrics yet that it could feed.
        return;
      default:
        rooms.apply(this.room, { type: 'relay', socket, message, text });
    }
  }

  private handleClose(code: number): void {
    this.stage = 'over';
    clearTimeout(this.helloTimer);
    this.queue = [];
    this.deps.log.debug('closed', { code });
    if (!this.isKnownToRoom) return;
    this.deps.rooms.exit(this.room, {
      type: 'closed',
      socket: this.id,
      code,
      heardAt: this.heardAt,
      fresh: freshHex(),
    });
  }
}

/** ws hands over one Buffer, since its `binaryType` is left alone; the other shapes are its types' business. */
function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}
