import { once } from 'node:events';
import {
  decodeServerMessage,
  encode,
  type ClientMessage,
  type Of,
  type ServerMessage,
} from '@p2p-call/protocol';
import WebSocket from 'ws';

export const PAGE = 'https://www.example.com';

/** How long a test waits for what should come at once. */
const PATIENCE_MS = 5_000;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface ConnectOptions {
  readonly room?: string;
  readonly origin?: string | null;
  readonly protocols?: string[];
}

/** A page, as far as the service can see: a real socket, what came on it, and how it ended. */
export class Client {
  readonly closed: Promise<Closed>;
  private readonly inbox: (ServerMessage | 'pong')[] = [];
  private wake: () => void = () => undefined;
  private ended: Closed | null = null;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      this.inbox.push(text === 'pong' ? text : decoded(text));
      this.wake();
    });
    // An aborted handshake or a torn line is seen by its close.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.ended = { code, reason: reason.toString('utf8') };
        resolve(this.ended);
        this.wake();
      });
    });
  }

  send(message: ClientMessage): void {
    this.socket.send(encode(message));
  }

  /** The next message of this type; those before it are dropped. @throws if the socket closes first, or nothing comes */
  async next<Type extends ServerMessage['type']>(type: Type): Promise<Of<ServerMessage, Type>> {
    const message = await this.take((one) => one !== 'pong' && one.type === type, type);
    return message as Of<ServerMessage, Type>;
  }

  /** The type of the next message that has one of these. */
  async nextOf(...types: ServerMessage['type'][]): Promise<string> {
    const message = await this.take((one) => one !== 'pong' && types.includes(one.type), types.join(' or '));
    return message === 'pong' ? message : message.type;
  }

  async pong(): Promise<void> {
    this.socket.send('ping');
    await this.take((one) => one === 'pong', 'pong');
  }

  /** Types of what came and was not asked for. What the service sent before a pong is here when the pong is. */
  async rest(): Promise<string[]> {
    this.socket.send('ping');
    const seen: string[] = [];
    await this.take((one) => {
      if (one !== 'pong') seen.push(one.type);
      return one === 'pong';
    }, 'pong');
    return seen;
  }

  private async take(
    test: (one: ServerMessage | 'pong') => boolean,
    what: string,
  ): Promise<ServerMessage | 'pong'> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      for (let one = this.inbox.shift(); one !== undefined; one = this.inbox.shift())
        if (test(one)) return one;
      if (this.ended !== null) throw new Error(`closed ${this.ended.code} while waiting for ${what}`);
      if (Date.now() >= deadline) throw new Error(`no ${what} came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

function decoded(text: string): ServerMessage {
  const result = decodeServerMessage(text);
  if (!result.ok) throw new Error(`the service said something that is no message: ${text}`);
  return result.message;
}

function open(url: string, options: ConnectOptions): WebSocket {
  const { room = 'support-42', origin = PAGE, protocols = ['p2p-call.v1'] } = options;
  const address = `${url.replace(/^http/, 'ws')}/v1/rooms/${room}`;
  return new WebSocket(address, protocols, origin === null ? {} : { origin });
}

/** Connects, and waits until the socket is open. It may be closed again by then. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Client> {
  const socket = open(url, options);
  const client = new Client(socket);
  const isOpen = once(socket, 'open').then(() => true);
  if (await Promise.race([isOpen, client.closed.then(() => false)])) return client;
  throw new Error('not connected');
}

/** Tries to connect. @returns the HTTP status the service answers instead */
export function refusal(url: string, options: ConnectOptions = {}): Promise<number> {
  const socket = open(url, options);
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('the upgrade was accepted'));
    });
    socket.on('error', () => undefined);
  });
}
