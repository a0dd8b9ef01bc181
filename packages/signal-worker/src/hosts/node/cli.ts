import type { Config } from '../../config.js';
import { VERSION } from '../../version.js';
import { check } from './check.js';
import { EXIT_CONFIG, usage, type CliIo } from './cli-io.js';
import { keys } from './cli-keys.js';
import { token } from './cli-token.js';
import { ListenError } from './listen.js';
import { loadConfig } from './load-config.js';
import { createLogger, errorFields } from './logger.js';
import { startService } from './service.js';

const HELP = `p2p-call-signal: the signaling service of <p2p-call>

Usage
  p2p-call-signal [serve]     start the service
  p2p-call-signal check       say what is wrong with the configuration, or that it is fine; and try the
                              STUN and TURN servers and the key set. 0: all is well, 78: the
                              configuration is wrong, 69: something does not work
  p2p-call-signal token --room <room> --sub <person> [--name <name>] [--ttl <seconds>]
                        [--once] [--relay] [--org <origin>]... [--smax <seconds>] [--key <file>]
                              print a join token, signed with JOIN_SECRET, or with the private key in
                              JOIN_PRIVATE_JWK or a file. --once: good for one use
  p2p-call-signal keys [--alg EdDSA|ES256]
                              print a new pair of keys for signing tokens, and what goes where
  p2p-call-signal --help | --version

Configuration is read from the environment; each secret also from a file named by <NAME>_FILE.
  HOST, PORT                  where to listen (127.0.0.1, 8787)
  JOIN_SECRET                 signs join tokens (HS256, at least 32 bytes; two, with a comma between, while it is changed)
  JOIN_JWKS, JOIN_JWKS_URL    or public keys (EdDSA, ES256): the key set itself, or where it is
  JOIN_ISSUER, JOIN_AUDIENCE  what tokens must name (any; p2p-call)
  TICKET_SECRET               signs tickets (derived from JOIN_SECRET; required with public keys)
  ALLOWED_ORIGINS             origins of the pages that may connect, comma-separated
  ALLOW_NO_ORIGIN             on: also clients that are no browser
  STUN_URLS, TURN_TTL         and one of
    TURN_URLS, TURN_SECRET    one's own TURN server (two secrets, new one first, while it is changed)
    CLOUDFLARE_TURN_KEY_ID, CLOUDFLARE_TURN_API_TOKEN
    TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
  ICE_SERVERS                 or all of it as JSON
  TRUSTED_PROXIES             addresses and networks whose X-Forwarded-For is believed
  SERVICE_KEY                 shows rooms and removes people, for whoever has it
  METRICS_PORT, METRICS_TOKEN where the metrics are, and for whom
  LIMIT_...                   how much, how often, how long
  LOG_LEVEL                   silent, error, warn, info or debug
  DEMO                        on: a demo page, and a token for whoever asks. On a loopback address only
All of them, with defaults and examples: docs/configuration.md
`;

const PROCESS_IO: CliIo = {
  environment: process.env,
  out: (line) => console.log(line),
  error: (line) => console.error(line),
};

/**
 * The command line. Sets `process.exitCode`; `serve` returns once the service has stopped.
 * @param argv arguments without node and script
 */
export async function main(argv: readonly string[], io: CliIo = PROCESS_IO): Promise<void> {
  process.exitCode = await run(argv, io);
}

async function run(argv: readonly string[], io: CliIo): Promise<number> {
  const [command = 'serve', ...rest] = argv;
  switch (command) {
    case '--help':
    case '-h':
    case 'help':
      io.out(HELP);
      return 0;
    case '--version':
      io.out(VERSION);
      return 0;
    case 'serve':
      return rest.length === 0
        ? serve(io)
        : usage(io, 'serve takes no arguments; it is configured by the environment');
    case 'check':
      return rest.length === 0
        ? checkAll(io)
        : usage(io, 'check takes no arguments; it looks at the environment');
    case 'token':
      return token(rest, io);
    case 'keys':
      return keys(rest, io);
    default:
      return usage(io, `there is no command "${command}"`);
  }
}

function readConfig(io: CliIo): Config | null {
  const result = loadConfig(io.environment);
  if (result.ok) return result.config;
  const { problems } = result;
  io.error(
    problems.length === 1
      ? 'One thing is wrong with the configuration:'
      : `${problems.length} things are wrong with the configuration:`,
  );
  for (const problem of problems) io.error(`  - ${problem}`);
  return null;
}

async function checkAll(io: CliIo): Promise<number> {
  const config = readConfig(io);
  return config === null ? EXIT_CONFIG : check(io, config);
}

async function serve(io: CliIo): Promise<number> {
  const config = readConfig(io);
  if (config === null) return EXIT_CONFIG;
  const log = createLogger(config.logLevel);
  // One forgotten promise must not take everybody's call with it.
  process.on('unhandledRejection', (error) => log.error('unhandled-rejection', errorFields(error)));
  try {
    const service = await startService(config, {
      log,
      ...(config.demo
        ? { onPortBusy: (busy, next) => io.out(`Port ${busy} is in use; trying ${next}.`) }
        : {}),
    });
    if (config.demo) announceDemo(io, service.url);
    await untilStopped();
    if (config.demo) io.out('\nStopping.');
    await service.close();
    return 0;
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    io.error(error.message);
    return 1;
  }
}

function announceDemo(io: CliIo, url: string): void {
  const room = crypto.randomUUID().replaceAll('-', '').slice(0, 12);
  io.out('');
  io.out('  p2p-call is running. Open this address in two tabs, and you are in a call:');
  io.out('');
  io.out(`  ${url}/?room=${room}`);
  io.out('');
  io.out('  Ctrl-C stops it.');
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const handle = (): void => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve();
    };
    process.on('SIGTERM', handle);
    process.on('SIGINT', handle);
  });
}
