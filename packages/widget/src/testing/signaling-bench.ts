import type { SignalingInput } from '../core/inputs.js';
import { DEFAULT_SETTINGS, type CallSettings, type TokenReason } from '../core/settings.js';
import { SignalingClient } from '../platform/signaling-client.js';
import { FakeSocket } from './fake-socket.js';
import { welcome } from './machine-player.js';
import { ManualClock, settle } from './manual-clock.js';

/** A signaling client whose clock, sockets, service and page are the test's. */
export class SignalingBench {
  readonly clock = new ManualClock();
  readonly inputs: SignalingInput[] = [];
  readonly reasons: TokenReason[] = [];
  readonly fetched: string[] = [];
  /** When sockets were opened. */
  readonly opened: number[] = [];
  settings: CallSettings = {
    ...DEFAULT_SETTINGS,
    signalingUrl: 'https://signal.example/base/',
    room: 'r-1',
    displayName: 'Anna',
  };
  wantsSeat = false;
  isOnline = true;
  /** The browser refuses to open sockets at all. */
  isForbidden = false;
  /** What the page's token source does. */
  giveToken: (reason: TokenReason) => Promise<string> = () => Promise.resolve(`token-${this.reasons.length}`);
  /** What plain requests to the service answer; `null`: refused at once; `silence`: nothing is heard of them. */
  health: { originAllowed: boolean } | 'silence' | null = { originAllowed: true };
  /** How long an answer takes, ms. */
  answerMs = 0;
  /** The most plain requests at a time that were neither answered nor called off. */
  mostAsking = 0;
  readonly #asking = new Set<AbortSignal>();
  readonly client: SignalingClient;

  /** @param areSocketsFresh as in Chromium */
  constructor(areSocketsFresh = false) {
    FakeSocket.all = [];
    const { clock, opened } = this;
    const isForbidden = () => this.isForbidden;
    this.client = new SignalingClient({
      clock,
      isOnline: () => this.isOnline,
      areSocketsFresh,
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocol: string) {
          if (isForbidden()) throw new DOMException('', 'SecurityError');
          super(url, protocol);
          opened.push(clock.now());
        }
      } as unknown as new (url: string, protocol: string) => WebSocket,
      fetch: (url, init) => this.#fetch(String(url), init?.signal ?? new AbortController().signal),
    });
  }

  /** Plain requests that were neither answered nor called off. */
  get asking(): number {
    return [...this.#asking].filter(({ aborted }) => !aborted).length;
  }

  async #fetch(url: string, signal: AbortSignal): Promise<Response> {
    const { health, answerMs, clock } = this;
    this.fetched.push(url);
    if (health === null) throw new TypeError('refused');
    this.#asking.add(signal);
    this.mostAsking = Math.max(this.mostAsking, this.asking);
    try {
      if (answerMs > 0 || health === 'silence')
        await new Promise<void>((resolve, reject) => {
          const cancel = health === 'silence' ? () => undefined : clock.after(answerMs, resolve);
          signal.addEventListener('abort', () => {
            cancel();
            reject(new DOMException('', 'AbortError'));
          });
        });
      return { json: () => Promise.resolve(health) } as Response;
    } finally {
      this.#asking.delete(signal);
    }
  }

  open(): Promise<void> {
    this.client.open({
      settings: () => this.settings,
      token: (reason) => {
        this.reasons.push(reason);
        return this.giveToken(reason);
      },
      wantsSeat: () => this.wantsSeat,
      handle: (input) => this.inputs.push(input),
    });
    return settle();
  }

  /** Opens it, and is welcomed. */
  async reach(): Promise<FakeSocket> {
    await this.open();
    FakeSocket.last.open();
    await settle();
    FakeSocket.last.say(welcome());
    return FakeSocket.last;
  }

  /** The next attempt, whatever it waits for; `null` where none follows within ten minutes. */
  async next(): Promise<FakeSocket | null> {
    const before = FakeSocket.all.length;
    for (let n = 0; n < 6_000 && FakeSocket.all.length === before; n++) {
      if (this.clock.pending === 0) await settle();
      if (this.clock.pending === 0 && FakeSocket.all.length === before) return null;
      await this.clock.pass(100);
    }
    if (FakeSocket.all.length === before) return null;
    FakeSocket.last.open();
    await settle();
    return FakeSocket.last;
  }

  /** The same, where one must follow. */
  async comeBack(): Promise<FakeSocket> {
    const before = FakeSocket.all.length;
    const socket = await this.next();
    if (socket === null || FakeSocket.all.length !== before + 1) throw new Error('it did not come back once');
    return socket;
  }

  hello(): Record<string, unknown> {
    return JSON.parse(FakeSocket.last.sent[0] ?? '{}') as Record<string, unknown>;
  }

  kinds(): string[] {
    return this.inputs.map((input) => (input.type === 'message' ? input.message.type : input.type));
  }

  refusal() {
    return this.inputs.find((input) => input.type === 'signaling-refused');
  }
}
