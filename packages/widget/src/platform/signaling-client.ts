import {
  closeName,
  decodeServerMessage,
  encode,
  reconnectAfter,
  SUBPROTOCOL,
  type ClientMessage,
  type ServerMessage,
} from '@p2p-call/protocol';
import { CallError } from '../core/errors.js';
import type { SignalingInput } from '../core/inputs.js';
import type { TokenReason } from '../core/settings.js';
import type { SignalingPort, SignalingRequest } from '../session/ports.js';
import type { WaitKind } from './backoff.js';
import { Comeback, CONNECT_MS } from './comeback.js';
import { Heartbeat } from './heartbeat.js';
import type { LookoutDeps } from './lookout.js';
import { Outbox } from './outbox.js';
import { serviceUrls } from './signaling-url.js';
import { roomOfToken } from './token-source.js';

/** A socket may take this many times as long to open as a plain request took to be answered: it has more to say. */
const SLOWER = 4;
/** But no less than a second, and twice that with each socket, up to `CONNECT_MS`: where they open slowly, one gets the time. */
const OPEN_MS = 500;
const DOUBLINGS = 4;
/** A socket that lived this long shows that all is well: what failed before it counts no more, ms. */
const SETTLED_MS = 5_000;
/** No request of the service for patience is obeyed for longer, ms. */
const PATIENCE_MS = 300_000;
/** Our own code for a socket we gave up: not 1000, which would be a goodbye. */
const GIVEN_UP = 4000;

type Refusal = Extract<SignalingInput, { type: 'signaling-refused' }>;

export interface SignalingDeps extends LookoutDeps {
  readonly WebSocket: new (url: string, protocol: string) => WebSocket;
}

/** The line to the service: one socket at a time, replaced when it dies, until told to close. */
export class SignalingClient implements SignalingPort {
  readonly #deps: SignalingDeps;
  readonly #heartbeat: Heartbeat;
  readonly #comeback: Comeback;
  readonly #outbox: Outbox;
  #request: SignalingRequest | null = null;
  /** Counts attempts; whatever belongs to an earlier one is dropped. */
  #run = 0;
  #socket: WebSocket | null = null;
  #isWelcomed = false;
  #welcomedAt = 0;
  #askedSeat = false;
  /** As far as we know: a seat is held for us, or will be. */
  #hasSeat = false;
  #graceMs = 0;
  /** Until when attempts are made at all: where we only come back to give our seat up, as long as it is held. */
  #until = Infinity;
  /** The room's name, learnt from the first token where the page names none. */
  #room: string | null = null;
  #ticket: string | null = null;
  /** A token that was asked for and not used yet: one that takes its time is waited for, not asked for again. */
  #token: Promise<string> | null = null;
  /** The number of the last relayed frame we got. */
  #seen = 0;
  /** The one new token that a refused token or ticket is worth was asked for. */
  #isRenewing = false;
  #reason: TokenReason = 'join';
  /** For how long the service wants to be left alone if it closes now, ms. */
  #retryAfterMs = 0;
  #openedAt = 0;
  /** How long the last socket took to open, ms; 0 before the first. */
  #tookMs = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(deps: SignalingDeps) {
    this.#deps = deps;
    this.#heartbeat = new Heartbeat(
      deps.clock,
      () => this.#socket?.send('ping'),
      () => this.#comeback.doubt(),
      () => this.#replace(),
    );
    this.#outbox = new Outbox(deps.clock, (text) => this.#socket?.send(text));
    this.#comeback = new Comeback(deps, {
      urls: () => this.#urls(),
      connect: () => void this.#connect(),
      missed: () => this.#tellLost(),
      refused: () => this.#refuse('origin'),
      answered: (tookMs) => this.#handleAnswer(tookMs),
    });
  }

  open(request: SignalingRequest): void {
    this.#end();
    this.#request = request;
    this.#hasSeat = false;
    this.#room = this.#ticket = this.#token = null;
    this.#comeback.reset();
    this.#retryAfterMs = 0;
    this.#isRenewing = false;
    this.#outbox.slowDown(0);
    this.#reason = 'join';
    void this.#connect();
  }

  send(message: ClientMessage): void {
    if (!this.#isWelcomed) return;
    if (message.type === 'join' || message.type === 'leave') this.#hasSeat = message.type === 'join';
    this.#outbox.push(encode(message));
  }

  setPace(inCall: boolean): void {
    this.#heartbeat.setPace(inCall);
  }

  check(): void {
    if (this.#isWelcomed) this.#heartbeat.suspect();
    else this.#comeback.hurry();
  }

  drop(): void {
    if (this.#socket) this.#handleClose(1006);
  }

  close(): void {
    const { clock } = this.#deps;
    const settings = this.#request?.settings();
    const isOwed = this.#until === Infinity && this.#hasSeat && this.#ticket !== null && !this.#isWelcomed;
    const { earliest } = this.#comeback;
    this.#end();
    if (!settings || !isOwed) return;
    // The service holds our seat and knows nothing of our going: it is told as soon as it can be reached.
    this.#until = clock.now() + this.#graceMs;
    this.#request = {
      settings: () => ({ ...settings, room: this.#room }),
      token: () => Promise.reject(new CallError('token-expired')),
      wantsSeat: () => false,
      handle: ({ type }) => {
        if (type === 'message' && this.#isWelcomed) this.#end();
      },
    };
    this.#comeback.beginAt(earliest);
  }

  #end(): void {
    this.#comeback.stop();
    this.#drop(1000, 'bye');
    this.#request = null;
    this.#until = Infinity;
  }

  /** Lets go of the present socket, and of everything that waits for it. */
  #drop(code: number, reason: string): void {
    this.#run += 1;
    this.#cancelTimer();
    this.#comeback.pause();
    this.#heartbeat.stop();
    this.#outbox.clear();
    if (this.#isWelcomed && this.#deps.clock.now() - this.#welcomedAt >= SETTLED_MS) {
      this.#comeback.attempts = 0;
      this.#isRenewing = false;
    }
    this.#isWelcomed = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code, reason);
  }

  async #connect(): Promise<void> {
    const request = this.#request;
    if (!request) return;
    const run = ++this.#run;
    const { room, signalingUrl } = request.settings();
    const token = this.#ticket === null ? (this.#token ??= request.token(this.#reason)) : null;
    // A rejection is dealt with where the token is needed; until then it must not count as unhandled.
    token?.catch(() => undefined);
    const isStale = () => run !== this.#run;
    try {
      const target = room ?? this.#room ?? roomOfToken(await (token ?? ''));
      if (isStale()) return;
      if (target === null || signalingUrl === null) return this.#refuse('no-token');
      this.#room = target;
      this.#openSocket(serviceUrls(signalingUrl, target).socket, token, run);
    } catch (error) {
      if (!isStale()) this.#handleNoToken(error);
    }
  }

  #openSocket(url: string, token: Promise<string> | null, run: number): void {
    const { WebSocket, clock } = this.#deps;
    const patience = this.#comeback.open(this.#tookMs);
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, SUBPROTOCOL);
    } catch {
      // No fault of the token's: it is kept for the next attempt.
      return this.#replace();
    }
    this.#socket = socket;
    this.#openedAt = clock.now();
    this.#after(patience, () => this.#replace());
    socket.onopen = () => {
      this.#tookMs = Math.max(1, clock.now() - this.#openedAt);
      // From here on the service says how long it waits for the hello.
      this.#cancelTimer();
      this.#comeback.trust();
      void this.#hello(socket, token, run);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#handleFrame(data);
    socket.onclose = ({ code }) => this.#handleClose(code);
  }

  async #hello(socket: WebSocket, token: Promise<string> | null, run: number): Promise<void> {
    const request = this.#request;
    if (!request) return;
    try {
      const credential =
        this.#ticket === null ? { token: (await token) ?? '' } : { ticket: this.#ticket, seen: this.#seen };
      if (run !== this.#run) return;
      this.#token = null;
      const { displayName } = request.settings();
      this.#askedSeat = request.wantsSeat() && this.#ticket === null;
      const hello: ClientMessage = {
        type: 'hello',
        ...credential,
        ...(this.#askedSeat ? { join: true } : {}),
        ...(displayName === null ? {} : { name: displayName }),
      };
      socket.send(encode(hello));
      this.#after(CONNECT_MS, () => this.#replace());
    } catch (error) {
      if (run === this.#run) this.#handleNoToken(error);
    }
  }

  /** `CallError`: the page has none to give. Anything else: its server may answer later. */
  #handleNoToken(error: unknown): void {
    this.#token = null;
    if (error instanceof CallError)
      return this.#refuse(error.code === 'token-expired' ? 'token-expired' : 'no-token', error);
    if (!this.#socket) this.#comeback.attempts += 1;
    this.#drop(GIVEN_UP, 'no token');
    this.#retry('resume');
  }

  #handleFrame(data: unknown): void {
    if (typeof data !== 'string') return;
    this.#heartbeat.heard();
    this.#comeback.trust();
    if (data === 'pong') return;
    const decoded = decodeServerMessage(data);
    // A newer service may say what we do not know; the rest still holds.
    if (!decoded.ok) return;
    const { message } = decoded;
    if ('seq' in message) {
      // Got before the line was cut, and sent again after it.
      if (message.seq <= this.#seen) return;
      this.#seen = message.seq;
    }
    this.#note(message);
    this.#request?.handle({ type: 'message', message, askedSeat: this.#askedSeat });
  }

  /** What concerns the line itself. */
  #note(message: ServerMessage): void {
    const now = this.#deps.clock.now();
    if (message.type === 'ticket') this.#ticket = message.ticket;
    if (message.type === 'error' || message.type === 'going-away')
      this.#retryAfterMs = Math.min(message.retryAfterMs ?? 0, PATIENCE_MS);
    if (message.type === 'error' && message.code === 'rate-warning')
      this.#outbox.slowDown(this.#retryAfterMs);
    if (message.type !== 'welcome') return;
    this.#ticket = message.ticket;
    this.#isWelcomed = true;
    this.#hasSeat = message.seat !== undefined || this.#askedSeat;
    this.#graceMs = message.graceMs;
    this.#welcomedAt = now;
    this.#reason = 'reconnect';
    this.#comeback.settle();
    this.#retryAfterMs = 0;
    // The numbers go on where they were only if what was missed follows.
    if (!message.seat || message.resync) this.#seen = 0;
    this.#cancelTimer();
    this.#heartbeat.start();
  }

  #handleClose(code: number): void {
    const wasTicket = this.#ticket !== null && !this.#isWelcomed;
    this.#drop(GIVEN_UP, 'closed');
    let reconnect = reconnectAfter(code);
    const name = closeName(code);
    // A ticket that is no longer good is worth one try with a token.
    if (name === 'token-invalid' && wasTicket) reconnect = 'new-token';
    const mayRenew = reconnect === 'new-token' && !this.#isRenewing;
    if (reconnect === 'never' || (reconnect === 'new-token' && !mayRenew)) return this.#refuse(name);
    if (mayRenew) {
      this.#isRenewing = true;
      this.#comeback.attempts = 0;
      this.#ticket = null;
      this.#reason = wasTicket ? 'reconnect' : 'expired';
    }
    const isAsked = name === 'restart' || name === 'rate-limited';
    this.#retry(reconnect === 'wait' ? 'wait' : 'resume', isAsked ? this.#askedWait() : 0);
  }

  /** Never less than the service asked for, and spread, since it asked many at the same time; ms. */
  #askedWait(): number {
    const random = this.#deps.clock.random();
    return this.#retryAfterMs * (1 + 0.3 * random) + 1_000 * random;
  }

  /** @param isThere the service is not away: it answers elsewhere */
  #replace(isThere = false): void {
    this.#drop(GIVEN_UP, 'no answer');
    this.#comeback.isThere = isThere;
    this.#retry('resume', 0, true);
  }

  /** @param asked the service asked for this much, ms */
  #retry(reason: WaitKind, asked = 0, isSilent = false): void {
    const run = this.#run;
    this.#tellLost();
    if (run === this.#run) this.#comeback.begin(reason, asked, isSilent);
  }

  #tellLost(): void {
    if (this.#deps.clock.now() >= this.#until) this.#end();
    else this.#request?.handle({ type: 'signaling-lost' });
  }

  /** Nothing was heard of our socket yet, but the service answered a plain request. */
  #handleAnswer(tookMs: number): void {
    // Sooner than the ping that was sent before it.
    if (this.#isWelcomed) return this.#replace(true);
    const patience = Math.max(SLOWER * tookMs, OPEN_MS * 2 ** Math.min(this.#comeback.attempts, DOUBLINGS));
    this.#after(this.#openedAt + patience - this.#deps.clock.now(), () => this.#replace(true));
  }

  #urls(): ReturnType<typeof serviceUrls> | null {
    const { signalingUrl } = this.#request?.settings() ?? {};
    return signalingUrl ? serviceUrls(signalingUrl, '') : null;
  }

  #refuse(why: Refusal['why'], cause?: unknown): void {
    this.#drop(GIVEN_UP, 'refused');
    const request = this.#request;
    this.#end();
    request?.handle({ type: 'signaling-refused', why, cause });
  }

  #after(ms: number, run: () => unknown): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#deps.clock.after(Math.max(ms, 0), run);
  }
}
