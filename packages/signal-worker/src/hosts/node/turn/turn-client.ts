import { createHash, randomBytes } from 'node:crypto';
import type { IceAddress } from '../../../http/ice/urls.js';
import { decodeEndpoint, encodeEndpoint, type Endpoint } from './stun-address.js';
import { ATTRIBUTE, encodeStun, isSignedWith, METHOD, valueOf } from './stun-message.js';
import type { Attribute, ReceivedMessage } from './stun-message.js';
import { openTransport, type StunTransport, type TransportOptions } from './stun-transport.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A server's answer that is an error, by its number (RFC 8489, 14.8, and RFC 8656, 19). */
export class StunError extends Error {
  override readonly name = 'StunError';

  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(`${status} ${reason}`);
  }
}

/** The server's answer is not signed with the password it was asked with, or holds not what it should. */
export class StunAnswerError extends Error {
  override readonly name = 'StunAnswerError';
}

/** UDP (17): the one kind of relay that calls use. */
const UDP = Buffer.from([17, 0, 0, 0]);
const V6 = Buffer.from([2, 0, 0, 0]);
/** RFC 8489, 6.2.1: then twice as long each time. */
const FIRST_RETRY_MS = 500;

interface Waiting {
  resolve(answer: ReceivedMessage): void;
  reject(error: Error): void;
}

interface Session {
  readonly credentials: Credentials;
  readonly realm: Buffer;
  readonly nonce: Buffer;
  readonly key: Buffer;
}

/** A client of one STUN or TURN server. Carries no data: it finds out what the server would let somebody do. */
export class TurnClient {
  private readonly waiting = new Map<string, Waiting>();
  private session: Session | null = null;
  private transport: StunTransport | null = null;
  private broken: Error | null = null;

  private constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.fail(new DOMException('no answer in time', 'TimeoutError')));
  }

  /**
   * @param signal ends everything that this client waits for
   * @throws an error of DNS, of the system or of TLS, with its code; a `TimeoutError`
   */
  static async connect(
    server: IceAddress,
    signal: AbortSignal,
    options: TransportOptions = {},
  ): Promise<TurnClient> {
    const client = new TurnClient(signal);
    const listener = {
      onMessage: (message: ReceivedMessage) => client.take(message),
      onError: (error: Error) => client.fail(error),
    };
    client.transport = await openTransport(server, listener, signal, options);
    return client;
  }

  /** The address that the server sees. @throws StunError; StunAnswerError; what `connect` throws */
  async bind(): Promise<Endpoint> {
    const answer = await this.ask(METHOD.binding, []);
    return readEndpoint(answer, ATTRIBUTE.mapped);
  }

  /**
   * Asks for a relayed address, first without a name, as browsers do.
   * @param credentials `null`: with nothing but the first question
   * @throws StunError: 401 without credentials or with wrong ones, 486 over the quota; and as `bind`
   */
  async allocate(credentials: Credentials | null, family: 4 | 6 = 4): Promise<Endpoint> {
    const wish: Attribute[] = [{ type: ATTRIBUTE.transport, value: UDP }];
    if (family === 6) wish.push({ type: ATTRIBUTE.addressFamily, value: V6 });
    try {
      return readEndpoint(await this.ask(METHOD.allocate, wish), ATTRIBUTE.relayed);
    } catch (error) {
      if (credentials === null || !(error instanceof ChallengeError)) throw error;
      this.session = newSession(credentials, error);
    }
    return readEndpoint(await this.ask(METHOD.allocate, wish), ATTRIBUTE.relayed);
  }

  /** May the allocation speak with this address? @throws StunError: 403 if not; and as `bind` */
  async permit(peer: string): Promise<void> {
    await this.ask(METHOD.createPermission, (transaction) => [
      { type: ATTRIBUTE.peer, value: encodeEndpoint({ address: peer, port: 0 }, transaction) },
    ]);
  }

  /** The same by way of a channel (0x4000 to 0x4fff). @throws StunError: 403 if not; and as `bind` */
  async bindChannel(channel: number, peer: Endpoint): Promise<void> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(channel, 0);
    await this.ask(METHOD.channelBind, (transaction) => [
      { type: ATTRIBUTE.channelNumber, value: number },
      { type: ATTRIBUTE.peer, value: encodeEndpoint(peer, transaction) },
    ]);
  }

  /** Gives the allocation back. @throws as `bind` */
  async release(): Promise<void> {
    await this.ask(METHOD.refresh, [{ type: ATTRIBUTE.lifetime, value: Buffer.alloc(4) }]);
  }

  /** Without this, the process stays alive. */
  close(): void {
    this.transport?.close();
    this.transport = null;
    this.fail(new Error('closed'));
  }

  private async ask(
    method: number,
    attributes: Attribute[] | ((transaction: Buffer) => Attribute[]),
  ): Promise<ReceivedMessage> {
    for (let attempt = 1; ; attempt += 1) {
      const { session } = this;
      const transaction = randomBytes(12);
      const own = typeof attributes === 'function' ? attributes(transaction) : attributes;
      const message = {
        method,
        kind: 'request',
        transaction,
        attributes: [...own, ...signatureOf(session)],
      } as const;
      const answer = await this.exchange(transaction, encodeStun(message, session?.key ?? null));
      const problem = readError(answer);
      if (problem === null) {
        if (session !== null && !isSignedWith(answer, session.key))
          throw new StunAnswerError('the answer is not signed with the password');
        return answer;
      }
      // 438: the nonce is too old; the answer brings a new one.
      const isStale = problem.status === 438 && session !== null && problem instanceof ChallengeError;
      if (!isStale || attempt > 2) throw problem;
      this.session = newSession(session.credentials, problem);
    }
  }

  private exchange(transaction: Buffer, bytes: Buffer): Promise<ReceivedMessage> {
    const id = transaction.toString('hex');
    let retry: NodeJS.Timeout | undefined;
    return new Promise<ReceivedMessage>((resolve, reject) => {
      if (this.broken !== null) {
        reject(this.broken);
        return;
      }
      this.waiting.set(id, { resolve, reject });
      const send = (nextMs: number): void => {
        this.transport?.send(bytes);
        if (this.transport?.isReliable === false) retry = setTimeout(() => send(nextMs * 2), nextMs);
      };
      send(FIRST_RETRY_MS);
    }).finally(() => {
      clearTimeout(retry);
      this.waiting.delete(id);
    });
  }

  private take(message: ReceivedMessage): void {
    if (message.kind !== 'success' && message.kind !== 'error') return;
    this.waiting.get(message.transaction.toString('hex'))?.resolve(message);
  }

  private fail(error: Error): void {
    this.broken ??= error;
    for (const { reject } of this.waiting.values()) reject(this.broken);
  }
}

/** An error that says by what name and nonce to ask again. */
class ChallengeError extends StunError {
  constructor(
    status: number,
    reason: string,
    readonly realm: Buffer,
    readonly nonce: Buffer,
  ) {
    super(status, reason);
  }
}

function newSession(credentials: Credentials, { realm, nonce }: ChallengeError): Session {
  const { username, password } = credentials;
  const key = createHash('md5')
    .update(Buffer.concat([Buffer.from(`${username}:`), realm, Buffer.from(`:${password}`)]))
    .digest();
  return { credentials, realm, nonce, key };
}

function signatureOf(session: Session | null): Attribute[] {
  if (session === null) return [];
  return [
    { type: ATTRIBUTE.username, value: Buffer.from(session.credentials.username) },
    { type: ATTRIBUTE.realm, value: session.realm },
    { type: ATTRIBUTE.nonce, value: session.nonce },
  ];
}

function readError(answer: ReceivedMessage): StunError | null {
  if (answer.kind !== 'error') return null;
  const value = valueOf(answer, ATTRIBUTE.errorCode);
  if (value === null || value.length < 4) return new StunError(500, 'an error without a number');
  const status = (value.readUInt8(2) & 7) * 100 + value.readUInt8(3);
  const reason = value.subarray(4).toString('utf8');
  const [realm, nonce] = [valueOf(answer, ATTRIBUTE.realm), valueOf(answer, ATTRIBUTE.nonce)];
  return realm === null || nonce === null
    ? new StunError(status, reason)
    : new ChallengeError(status, reason, realm, nonce);
}

function readEndpoint(answer: ReceivedMessage, type: number): Endpoint {
  const value = valueOf(answer, type);
  const endpoint = value === null ? null : decodeEndpoint(value, answer.transaction);
  if (endpoint === null) throw new StunAnswerError('the answer holds no address');
  return endpoint;
}
