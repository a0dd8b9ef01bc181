import type { IceServer } from '@p2p-call/protocol';
import { Breaker, type Attempt } from './breaker.js';
import type { IceGrant, TurnState } from './grant.js';
import { Permits } from './permits.js';
import { readJson } from './read-json.js';

/** How one managed TURN service is asked for credentials (always by POST), and how its answer is read. */
export interface ManagedApi {
  readonly name: 'cloudflare' | 'twilio';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `null`: that is not what it should answer. */
  readonly read: (answer: Readonly<Record<string, unknown>>) => readonly IceServer[] | null;
}

/** Why there were no credentials. Holds no address, key or text of an answer, so that it may be logged. */
export interface IceProblem {
  readonly source: ManagedApi['name'];
  /** `refused`: it does not take the key. `failed`: it answered another error. `nonsense`: not what it should answer. */
  readonly what: 'timeout' | 'unreachable' | 'refused' | 'failed' | 'nonsense';
  /** The HTTP status, if there was one. */
  readonly status: number | null;
}

export interface ManagedDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** ms since the epoch */
  readonly now: () => number;
  readonly onProblem: (problem: IceProblem) => void;
  /** How long somebody waits for credentials, in ms. */
  readonly patienceMs: number;
}

/** Somebody waits for a `welcome` meanwhile: no longer than this, in ms. */
export const PATIENCE_MS = 2_000;
/** Requests under way at once; further people wait for one of these to end. */
const MAX_UNDER_WAY = 32;
/** An answer is about 1 KB. */
const MAX_ANSWER_BYTES = 32 * 1024;
/** Seconds after which somebody without a relay may ask again: STUN alone does not expire. */
const ASK_AGAIN_SECONDS = 60;

/** Thrown inside only. */
class AskFailed extends Error {
  constructor(
    readonly what: IceProblem['what'],
    readonly status: number | null = null,
  ) {
    super(what);
  }
}

/** Credentials of a service that makes them on request, one request a person; STUN only while it does not answer. */
export class ManagedSource {
  private readonly breaker = new Breaker();
  private readonly permits = new Permits(MAX_UNDER_WAY);

  constructor(
    private readonly api: ManagedApi,
    private readonly config: { readonly stunUrls: readonly string[]; readonly ttlSeconds: number },
    private readonly deps: ManagedDeps,
  ) {}

  /** What the latest request that ended says; before the first one, that all is well. */
  turn(): TurnState {
    return this.breaker.isBroken ? 'unavailable' : 'ok';
  }

  async grant(): Promise<IceGrant> {
    const { stunUrls, ttlSeconds } = this.config;
    const stun: IceServer[] = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
    const servers = await this.ask();
    if (servers === null) {
      return { iceServers: stun, iceTtl: Math.min(ttlSeconds, ASK_AGAIN_SECONDS), turn: 'unavailable' };
    }
    return { iceServers: [...stun, ...servers], iceTtl: ttlSeconds, turn: 'ok' };
  }

  /** `null`: there are none now. The time spent waiting for one's turn counts too. */
  private async ask(): Promise<readonly IceServer[] | null> {
    const attempt = this.breaker.begin(this.deps.now());
    if (attempt === null) return null;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), this.deps.patienceMs);
    try {
      return await this.permits.run(() => this.attempt(attempt, timeout.signal), timeout.signal);
    } catch {
      // Too many came at once. That is not the service's fault; but somebody else has to try, if this one was to.
      if (this.breaker.isBroken) this.breaker.failed(attempt, this.deps.now());
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  private async attempt(attempt: Attempt, signal: AbortSignal): Promise<readonly IceServer[] | null> {
    // Those that waited behind a failure need not make the same one.
    if (!this.breaker.isCurrent(attempt)) return null;
    try {
      const servers = await this.request(signal);
      this.breaker.succeeded(attempt);
      return servers;
    } catch (error) {
      const failure = error instanceof AskFailed ? error : new AskFailed('unreachable');
      const { what, status } = signal.aborted ? new AskFailed('timeout') : failure;
      // Of many that fail together, one tells.
      if (this.breaker.failed(attempt, this.deps.now()))
        this.deps.onProblem({ source: this.api.name, what, status });
      return null;
    }
  }

  private async request(signal: AbortSignal): Promise<readonly IceServer[]> {
    const { url, headers, body, read } = this.api;
    // A redirect would carry the key to somewhere else; as an answer it is a failure.
    const init = { method: 'POST', headers: { Accept: 'application/json', ...headers }, body };
    const response = await this.deps.fetch(url, { ...init, redirect: 'manual', signal });
    const { status } = response;
    if (!response.ok) {
      await response.body?.cancel();
      throw new AskFailed(status === 401 || status === 403 ? 'refused' : 'failed', status);
    }
    const answer = await readJson(response, MAX_ANSWER_BYTES);
    const servers = answer === null ? null : read(answer);
    if (servers === null) throw new AskFailed('nonsense', status);
    return servers;
  }
}
