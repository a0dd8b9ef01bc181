// What an element tells of a call, and whether anything in it gives a person away.
import type { Page } from '@playwright/test';
import type { LogRecord, MetricRecord, SpanRecord } from '../../src/core/facts.js';

/** One event, as a page collects it. */
export interface Told {
  readonly type: string;
  readonly detail: unknown;
  /** `performance.now()` */
  readonly at: number;
}

declare global {
  interface Window {
    e2eTold: Told[];
    /** Frames of the page's sockets, in order. */
    e2eFrames: { from: 'page' | 'service'; text: string; at: number }[];
  }
}

/** Runs in the page, after the probe: listens as a site does, once more with a listener that always throws. */
export function collectTelemetry(): void {
  window.e2eTold = [];
  window.e2eFrames = [];
  const types = ['log', 'metric', 'span', 'stats', 'connected'];
  for (const type of types.map((name) => `p2p-${name}`)) {
    document.addEventListener(type, (event) => {
      const detail: unknown = JSON.parse(JSON.stringify((event as CustomEvent<unknown>).detail));
      window.e2eTold.push({ type, detail, at: performance.now() });
    });
    document.addEventListener(type, () => {
      throw new Error('a listener of the page');
    });
  }
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args: ConstructorParameters<typeof WebSocket>) {
      const socket = new target(...args);
      socket.addEventListener('message', ({ data }) =>
        window.e2eFrames.push({ from: 'service', text: String(data), at: performance.now() }),
      );
      const send = socket.send.bind(socket);
      socket.send = (data) => {
        window.e2eFrames.push({ from: 'page', text: String(data), at: performance.now() });
        send(data);
      };
      return socket;
    },
  });
}

export const toldBy = (page: Page): Promise<Told[]> => page.evaluate(() => window.e2eTold);

const detailsOf = async <T>(page: Page, type: string): Promise<T[]> =>
  (await toldBy(page)).filter((told) => told.type === type).map(({ detail }) => detail as T);

export const logsOf = (page: Page) => detailsOf<LogRecord>(page, 'p2p-log');
export const metricsOf = (page: Page) => detailsOf<MetricRecord>(page, 'p2p-metric');
export const spansOf = (page: Page) => detailsOf<SpanRecord>(page, 'p2p-span');

/** What nobody may learn from it: names of a kind, and values. */
export type Secrets = Map<string, Set<string>>;

/** Everything of this page that is somebody's, or opens something. */
export async function secretsOf(page: Page): Promise<[kind: string, value: string][]> {
  return page.evaluate(async () => {
    const secrets: [string, string][] = [];
    for (const { label, deviceId, groupId } of await navigator.mediaDevices.enumerateDevices())
      secrets.push(['device label', label], ['device id', deviceId], ['device group', groupId]);
    for (const { text } of window.e2eFrames) {
      const { ticket } = (text.startsWith('{') ? JSON.parse(text) : {}) as { ticket?: string };
      if (ticket !== undefined) secrets.push(['ticket', ticket]);
    }
    for (const connection of window.e2eProbe.connections) {
      // Firefox does not give out the descriptions of a closed one.
      if (connection.signalingState === 'closed') continue;
      const { localDescription, remoteDescription } = connection;
      const sdp = `${localDescription?.sdp ?? ''}${remoteDescription?.sdp ?? ''}`;
      const find = (kind: string, pattern: RegExp) => {
        for (const [, value = ''] of sdp.matchAll(pattern)) secrets.push([kind, value.trim()]);
      };
      find('ufrag', /a=ice-ufrag:(.*)/g);
      find('pwd', /a=ice-pwd:(.*)/g);
      find('fingerprint', /a=fingerprint:\S+ (.*)/g);
      find('address', /a=candidate:\S+ \d+ \S+ \d+ (\S+)/g);
      find('related address', /raddr (\S+)/g);
      find('track', /a=msid:\S+ (.*)/g);
      find('cname', /cname:(.*)/g);
    }
    return secrets.filter(([, value]) => value.length > 3 && value !== '0.0.0.0');
  });
}

/** A value as it may have been put: its parts in base64 are those that do not depend on what stands around it. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const inBase64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(
      shift === 0 ? 0 : shift + 1,
      bytes.length + shift > 2 && (bytes.length + shift) % 3 ? -1 : undefined,
    );
  });
  const forms = [value, encodeURIComponent(value), bytes.toString('hex')].map((form) => form.toLowerCase());
  const coded = inBase64.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
  return [...new Set([...forms, ...coded])].filter((form) => form.length > 3);
}

/** Ids that the service or the element made up, and which therefore may look like anything. */
const RANDOM = /^([0-9a-f]{16}|[0-9a-f]{32}|[cp]_[0-9a-f]{20})$/;

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string' && !RANDOM.test(value)) yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield key;
    yield* textsIn(inner);
  }
}

/** Secrets that can be read in what was told, each as `kind in text`. */
export function leaksIn(
  told: unknown,
  secrets: readonly (readonly [kind: string, value: string])[],
): string[] {
  const forms = secrets.map(([kind, value]) => [kind, formsOf(value)] as const);
  return [...new Set(textsIn(told))].flatMap((text) =>
    forms
      .filter(([, ways]) => ways.some((way) => text.includes(way) || text.toLowerCase().includes(way)))
      .map(([kind]) => `${kind} in ${text}`),
  );
}
