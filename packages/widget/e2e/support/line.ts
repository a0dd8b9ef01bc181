// One person's line to the service: a TCP proxy on loopback that a test can cut, silence, close and open again.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Wire, type Cut, type Frame, type Side } from './wire.js';

/** A frame by which a test tells a moment. */
export interface Moment {
  readonly from: Side;
  readonly type: string;
  /** Of the candidates, the word that there are no more. */
  readonly isLast?: boolean;
}

interface Trap extends Moment {
  readonly how: Cut;
  readonly delivered: boolean;
  readonly caught: () => void;
}

export class Line {
  /** Where the service is. */
  upstream = 0;
  /** Frames of every socket so far, as they came, also those that went no further. */
  readonly frames: Frame[] = [];
  /** First lines of requests and upgrades. */
  readonly requests: string[] = [];
  /** Requests for such paths are reset. */
  refused: RegExp | null = null;
  readonly #port: number;
  readonly #wires = new Set<Wire>();
  #server: Server | null;
  #isSilent = false;
  #trap: Trap | null = null;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(): Promise<Line> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Line(server);
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Sockets opened so far: attempts at them, welcomed or not. */
  get attempts(): number {
    return this.requests.filter((line) => line.includes('/v1/rooms/')).length;
  }

  /** Ends what is open now. New connections pass. */
  cut(how: Cut): void {
    for (const wire of this.#wires) wire.cut(how);
  }

  /** From now on nobody listens: new connections are refused. */
  refuse(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** From now on nothing passes, and nobody is told: what is open stays open, and new connections too carry nothing. */
  silence(how: 'silent' | 'mute' | 'deaf' = 'silent'): void {
    this.#isSilent = true;
    this.cut(how);
  }

  /** New connections pass again. What was silenced stays so: its bytes are lost. */
  async open(): Promise<void> {
    this.#isSilent = false;
    if (this.#server !== null) return;
    const server = createServer((socket) => this.#accept(socket)).listen(this.#port, '127.0.0.1');
    this.#server = server;
    await once(server, 'listening');
  }

  /**
   * Cuts the socket at the next such frame: after it was delivered, or together with it.
   * @returns when that has happened
   */
  cutAt(moment: Moment, how: Cut, delivered: boolean): Promise<void> {
    return new Promise((caught) => (this.#trap = { ...moment, how, delivered, caught }));
  }

  /** Its frames, one to a line, without what they hold of people and addresses. */
  describe(): string {
    const [begin] = this.frames;
    return this.frames
      .map(({ from, at, type, body }) => {
        const { epoch, conn, neg, seq, code, action, reason } = body;
        const rest = JSON.stringify({ epoch, conn, neg, seq, code, action, reason });
        return `${String(at - (begin?.at ?? 0)).padStart(6)} from the ${from}: ${type} ${rest}`;
      })
      .join('\n');
  }

  /** As it was before the first page. */
  async reset(): Promise<void> {
    this.#trap = null;
    this.refused = null;
    for (const wire of this.#wires) wire.destroy();
    this.frames.length = 0;
    this.requests.length = 0;
    await this.open();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    await this.reset();
    this.refuse();
    if (server !== null) await once(server, 'close');
  }

  #accept(socket: Socket): void {
    const wire = new Wire(socket, this.upstream, {
      onRequest: (line) => {
        this.requests.push(line);
        return this.refused?.test(line) !== true;
      },
      onFrame: (from, frame, bytes) => this.#look(from, frame, bytes),
      onClosed: (closed) => this.#wires.delete(closed),
    });
    this.#wires.add(wire);
    if (this.#isSilent) wire.cut('silent');
  }

  #look(wire: Wire, frame: Frame, bytes: Buffer): boolean {
    this.frames.push(frame);
    const trap = this.#trap;
    if (trap === null || !isMoment(frame, trap)) return true;
    this.#trap = null;
    if (trap.delivered) wire.pass(frame.from, bytes);
    wire.cut(trap.how);
    trap.caught();
    return false;
  }
}

function isMoment({ from, type, body }: Frame, moment: Moment): boolean {
  if (from !== moment.from || type !== moment.type) return false;
  return moment.isLast !== true || body.candidate === '' || body.candidate === null;
}
