import { parseIceUrl } from '../../http/ice/urls.js';
import { createIceSource, type IceConfig } from '../../http/ice-servers.js';
import { wordsOfProbe, wordsOfService } from './check-words.js';
import { TurnClient, type Credentials } from './turn/turn-client.js';

/** What was tried, and how it went, in words. */
export interface Finding {
  readonly subject: string;
  readonly isFine: boolean;
  readonly words: string;
}

/** For each address, from its name to the last answer. */
const PATIENCE_MS = 3_000;

/** Tries every STUN and TURN URL that people would be given, all at the same time. Never rejects. */
export async function probeIce(config: IceConfig): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const source = createIceSource(config, {
    onProblem: (problem) =>
      findings.push({ subject: config.source, isFine: false, words: wordsOfService(problem) }),
  });
  // Whoever reads the TURN server's log sees who it was.
  const { iceServers } = await source.serversFor('check', Date.now());
  const probes = iceServers.flatMap(({ urls, username, credential }) => {
    const credentials =
      username === undefined || credential === undefined ? null : { username, password: credential };
    return [urls].flat().map((url) => probeUrl(url, credentials));
  });
  return [...findings, ...(await Promise.all(probes))];
}

async function probeUrl(url: string, credentials: Credentials | null): Promise<Finding> {
  const finding = (isFine: boolean, words: string): Finding => ({ subject: url, isFine, words });
  const server = parseIceUrl(url);
  if (server === null) return finding(false, 'is no STUN or TURN URL');
  if (server.isTls && server.transport === 'udp')
    return finding(false, 'is TURN over DTLS, which browsers do not use; write ?transport=tcp');
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), PATIENCE_MS);
  let client: TurnClient | null = null;
  try {
    client = await TurnClient.connect(server, timeout.signal);
    if (server.kind === 'stun') {
      await client.bind();
      return finding(true, 'answers');
    }
    await client.allocate(credentials);
    await client.release();
    return finding(true, 'relays: an allocation was made');
  } catch (error) {
    return finding(false, wordsOfProbe(error));
  } finally {
    clearTimeout(timer);
    client?.close();
  }
}
