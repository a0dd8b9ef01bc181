// Runs in the server's namespace: ends TLS in front of the signaling service, as a reverse proxy does, and writes down every
// message that comes by; answers pings; and says whether the servers beside it are up. Argument: AgentOptions as JSON.
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import { TurnClient } from '../../packages/signal-worker/src/hosts/node/turn/turn-client.js';
import { Wire, type Cut, type Frame } from '../../packages/widget/e2e/support/wire.js';
import { startEcho } from './echo.js';
import { answerQuestions } from './questions.js';

export interface AgentOptions {
  readonly address: string;
  readonly echoPort: number;
  readonly servicePort: number;
  /** PEM files. */
  readonly cert: string;
  readonly key: string;
}
/** A message between a page and the service, and the address that the page had. */
export interface LabFrame extends Frame {
  readonly address: string;
}
/** What the process says without being asked. */
export interface FrameNotice {
  readonly frame: LabFrame;
}

const options = JSON.parse(process.argv[2] ?? '') as AgentOptions;
const secureContext = createSecureContext({
  cert: readFileSync(options.cert),
  key: readFileSync(options.key),
});
const wires = new Set<Wire>();

function accept(raw: Socket): void {
  const address = raw.remoteAddress ?? '';
  const page = new TLSSocket(raw, { isServer: true, secureContext });
  // Node resets only what is bare TCP.
  page.resetAndDestroy = () => {
    raw.resetAndDestroy();
    return page;
  };
  raw.on('error', () => undefined);
  const wire = new Wire(page, options.servicePort, {
    onRequest: () => true,
    onFrame: (_wire, frame) => {
      process.send?.({ frame: { ...frame, address } } satisfies FrameNotice);
      return true;
    },
    onClosed: (closed) => wires.delete(closed),
  });
  wires.add(wire);
}

async function answersTurn({
  host,
  port,
  transport,
}: {
  host: string;
  port: number;
  transport: 'udp' | 'tcp';
}) {
  let client: TurnClient | null = null;
  try {
    const turn = { kind: 'stun', isTls: false, host, port, transport } as const;
    client = await TurnClient.connect(turn, AbortSignal.timeout(1_000));
    await client.bind();
    return true;
  } catch {
    return false;
  } finally {
    client?.close();
  }
}

async function answersService(): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${options.servicePort}/healthz`)).ok;
  } catch {
    return false;
  }
}

await startEcho(options.address, options.echoPort);
await new Promise<void>((resolve) => createServer(accept).listen(443, options.address, resolve));
answerQuestions({
  ready: () => true,
  answersTurn,
  answersService,
  /** Ends the sockets that are open now. */
  cut: (how: Cut) => wires.forEach((wire) => wire.cut(how)),
});
