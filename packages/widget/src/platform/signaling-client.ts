import {
  closeName,
  decodeServerMessage,
  encode,
  LIMITS,
  reconnectAfter,
  SUBPROTOCOL,
  type ClientMessage,
  type ServerMessage,
} from '@p2p-call/protocol';
import { CallError } from '../core/errors.js';
import type { SignalingInput } from '../core/inputs.js';
import type { TokenReason } from '../core/settings.js';
import type { ClockPort, SignalingPort, SignalingRequest } from '../session/ports.js';
import { backoff } from './backoff.js';
import { serviceUrls } from './signaling-url.js';
import { roomOfToken } from './token-source.js';

/** A socket that does not open, or is not welcomed, within this time is replaced, ms. */
const CONNECT_MS = 5_000;
/** How long the service may take to answer a plain request, ms. */
const HEALTH_MS = 3_000;
/** Our own code for a socket we gave up: not 1000, which would be a goodbye. */
const GIVEN_UP = 4000;

type Refusal = Extract<SignalingInput, { type: 'signaling-refused' }>;

export interface SignalingDeps {
  readonly clock: ClockPort;
  readonly WebSocket: new (url: string, protocol: string) => WebSocket;
  readonly fetch: typeof fetch;
}

/** The line to the service: one socket at a time, replaced when it dies, until told to close. */
export class SignalingClient implements SignalingPort {
  readonly #deps: SignalingDeps;
  #request: SignalingRequest | null = null;
  /** Counts attempts; whatever belongs to an earlier one is dropped. */
  #run = 0;
  #socket: WebSocket | null = null;
  #isWelcomed = false;
  #askedSeat = false;
  #ticket: string | null = null;
  /** A token that was asked for and not used yet: one that takes its time is waited for, not asked for again. */
  #token: Promise<string> | null = null;
  #seen = 0;
  #failures = 0;
  /** The service answered a plain request right before the present attempt. */
  #isThere = false;
  /** The one new token that a refused token or ticket is worth was asked for. */
  #isRenewing = false;
  #reason: TokenReason = 'join';
  #missedPongs = 0;
  #pace: number = LIMITS.pingElsewhereMs;
  #cancelTimer: () => void = () => undefined;
  #cancelPing: () => void = () => undefined;

  constructor(deps: SignalingDeps) {
    this.#deps = deps;
  }

  open(request: SignalingRequest): void {
    this.close();
    this.#request = request;
    this.#ticket = null;
    this.#token = null;
    this.#failures = 0;
    this.#isRenewing = false;
    this.#reason = 'join';
    void this.#connect();
  }

  send(message: ClientMessage): void {
    if (this.#isWelcomed && this.#socket?.readyState === 1) this.#socket.send(encode(message));
  }

  setPace(inCall: boolean): void {
    this.#pace = inCall ? LIMITS.pingInCallMs : LIMITS.pingElsewhereMs;
    if (this.#isWelcomed) this.#schedulePing();
  }

  close(): void {
    this.#drop(1000, 'bye');
    this.#request = null;
  }

  /** Lets go of the present socket, and of everything that waits for it. */
  #drop(code: number, reason: string): void {
    this.#run += 1;
    this.#cancelTimer();
    this.#cancelPing();
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
      const target = room ?? roomOfToken(await (token ?? ''));
      if (isStale()) return;
      if (target === null || signalingUrl === null) return this.#refuse('no-token');
      this.#openSocket(serviceUrls(signalingUrl, target).socket, token, run);
    } catch (error) {
      if (!isStale()) this.#handleNoToken(error);
    }
  }

  #openSocket(url: string, token: Promise<string> | null, run: number): void {
    const socket = new this.#deps.WebSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    this.#after(CONNECT_MS, () => this.#replace());
    socket.onopen = () => {
      // From here on the service says how long it waits for the hello.
      this.#cancelTimer();
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
    this.#drop(GIVEN_UP, 'no token');
    this.#retry('resume');
  }

  #handleFrame(data: unknown): void {
    if (typeof data !== 'string') return;
    this.#missedPongs = 0;
    if (data === 'pong') return;
    const decoded = decodeServerMessage(data);
    // A newer service may say what we do not know; the rest still holds.
    if (!decoded.ok) return;
    this.#note(decoded.message);
    this.#request?.handle({ type: 'message', message: decoded.message, askedSeat: this.#askedSeat });
  }

  /** What concerns the line itself. */
  #note(message: ServerMessage): void {
    if ('seq' in message) this.#seen = message.seq;
    if (message.type === 'ticket') this.#ticket = message.ticket;
    if (message.type !== 'welcome') return;
    this.#ticket = message.ticket;
    this.#isWelcomed = true;
    this.#isRenewing = false;
    this.#reason = 'reconnect';
    this.#isThere = false;
    this.#failures = 0;
    this.#seen = 0;
    this.#cancelTimer();
    this.#schedulePing();
  }

  #schedulePing(): void {
    this.#cancelPing();
    this.#missedPongs = 0;
    const ping = () => {
      // Two unanswered: OPEN as it may call itself, the socket is dead.
      if (this.#missedPongs >= 2) return this.#replace();
      this.#missedPongs += 1;
      this.#socket?.send('ping');
      this.#cancelPing = this.#deps.clock.after(this.#pace, ping);
    };
    this.#cancelPing = this.#deps.clock.after(this.#pace, ping);
  }

  #handleClose(code: number): void {
    const wasTicket = this.#ticket !== null && !this.#isWelcomed;
    this.#drop(GIVEN_UP, 'closed');
    let reconnect = reconnectAfter(code);
    const name = closeName(code);
    // A ticket that is no longer good is worth one try with a token.
    if (name === 'token-invalid' && wasTicket) reconnect = 'new-token';
    if (reconnect === 'new-token' && !this.#isRenewing) {
      this.#isRenewing = true;
      this.#ticket = null;
      this.#reason = wasTicket ? 'reconnect' : 'expired';
      return void this.#connect();
    }
    if (reconnect === 'new-token' || reconnect === 'never') return this.#refuse(name);
    this.#retry(reconnect);
  }

  #replace(): void {
    this.#drop(GIVEN_UP, 'no answer');
    this.#retry('resume');
  }

  #retry(kind: 'resume' | 'wait'): void {
    const wait = backoff(kind, this.#failures, this.#deps.clock.random());
    this.#failures += 1;
    const run = this.#run;
    this.#request?.handle({ type: 'signaling-lost' });
    if (run !== this.#run) return;
    this.#after(wait, () => void this.#tryAgain());
  }

  /**
   * Firefox holds back WebSocket attempts for up to 10 s after a few refusals, and plain requests are exempt: so after a
   * failure the service is asked whether it is there, and the socket is opened when it is.
   */
  async #tryAgain(): Promise<void> {
    const urls = this.#urls();
    if (this.#failures < 2 || urls === null) return this.#connect();
    const run = this.#run;
    // It was there and yet refused: it may not want this page.
    const isRefused = this.#isThere && (await this.#isOriginRefused(urls.check));
    if (run !== this.#run) return;
    if (isRefused) return this.#refuse('origin');
    this.#isThere = (await this.#ask(urls.health, 'no-cors')) !== null;
    if (run !== this.#run) return;
    if (!this.#isThere) return this.#retry('resume');
    await this.#connect();
  }

  #urls() {
    const { room, signalingUrl } = this.#request?.settings() ?? {};
    return signalingUrl && room ? serviceUrls(signalingUrl, room) : null;
  }

  async #ask(url: string, mode: RequestMode): Promise<Response | null> {
    const abort = new AbortController();
    const cancel = this.#deps.clock.after(HEALTH_MS, () => abort.abort());
    try {
      return await this.#deps.fetch(url, {
        mode,
        cache: 'no-store',
        credentials: 'omit',
        signal: abort.signal,
      });
    } catch {
      return null;
    } finally {
      cancel();
    }
  }

  async #isOriginRefused(url: string): Promise<boolean> {
    const body: unknown = await (await this.#ask(url, 'cors'))?.json().catch(() => null);
    return (
      typeof body === 'object' && body !== null && 'originAllowed' in body && body.originAllowed === false
    );
  }

  #refuse(why: Refusal['why'], cause?: unknown): void {
    this.#drop(GIVEN_UP, 'refused');
    const request = this.#request;
    this.#request = null;
    request?.handle({ type: 'signaling-refused', why, cause });
  }

  #after(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#deps.clock.after(ms, run);
  }
}
