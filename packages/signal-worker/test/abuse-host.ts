import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { mintToken, type JoinTokenRequest } from '../src/auth/mint.js';
import { connect, PAGE, type Client, type ConnectOptions } from './client.js';
import { SECRET, type Host } from './conformance.js';
import { parsePrometheus, valueOf } from './prometheus-text.js';

/** A service under attack. */
export interface AbusedHost extends Host {
  /** The lines it logged by now. Without: it logs to where a test cannot look. */
  readonly log?: () => readonly string[];
}

export type StartAbused = (environment: Record<string, string>) => Promise<AbusedHost>;

/**
 * What some hosts cannot do, each with the reason:
 * - `tcp`: somebody else's HTTP server is in front, and raw bytes do not get through
 * - `addresses`: tests cannot come from several addresses
 * - `log`, `metrics`: cannot be read
 */
export type Cannot = Readonly<Partial<Record<'tcp' | 'addresses' | 'log' | 'metrics', string>>>;

export interface Abuse {
  readonly start: StartAbused;
  readonly cannot: Cannot;
}

export const METRICS_TOKEN = 'metrics-token-of-the-tests';
export const SERVICE_KEY = 'service-key-of-the-tests';

/** Of any service under attack. */
export const ENVIRONMENT = {
  JOIN_SECRET: SECRET,
  ALLOWED_ORIGINS: PAGE,
  METRICS_TOKEN,
  SERVICE_KEY,
  LOG_LEVEL: 'silent',
};

/** For tests of anything else than the limits per address: all the sockets come from one. */
export const ONE_ADDRESS = {
  LIMIT_SOCKETS_PER_ADDRESS: '100000',
  LIMIT_PENDING_PER_ADDRESS: '100000',
};

/** A service that ends with its test, whatever comes of it. */
export async function serve(
  t: TestContext,
  { start }: Abuse,
  environment: Record<string, string> = {},
): Promise<AbusedHost> {
  const host = await start({ ...ENVIRONMENT, ...environment });
  t.after(() => host.close());
  return host;
}

/** Why a test is not run; `false` if it is. */
export function lacks({ cannot }: Abuse, ...needs: (keyof Cannot)[]): string | false {
  for (const need of needs) {
    const reason = cannot[need];
    if (reason !== undefined) return reason;
  }
  return false;
}

/** Other addresses of one machine are there for nothing on Linux only. */
export const ADDRESSES_OF_LOOPBACK: Cannot =
  process.platform === 'linux' ? {} : { addresses: 'only Linux answers at all of 127.0.0.0/8' };

let rooms = 0;
/** A room that no other test uses. */
export function newRoom(): string {
  rooms += 1;
  return `abuse-${rooms}`;
}

type Claims = Partial<JoinTokenRequest>;

export const tokenFor = (room: string, sub: string, claims: Claims = {}): Promise<string> =>
  mintToken(SECRET, { room, sub, ...claims });

/** A page that said hello, and wants a seat. */
export async function enter(
  url: string,
  room: string,
  sub: string,
  claims: Claims = {},
  options: ConnectOptions = {},
): Promise<Client> {
  const client = await connect(url, { ...options, room });
  client.send({ type: 'hello', token: await tokenFor(room, sub, claims), join: true });
  return client;
}

/** Somebody who has a seat, and their ticket. */
export async function sit(url: string, room: string, sub: string, claims: Claims = {}) {
  const client = await enter(url, room, sub, claims);
  const welcome = await client.next('welcome');
  const joined = await client.next('joined');
  return { client, ticket: welcome.ticket, welcome, joined };
}

/** Two people in a call. */
export async function sitTogether(url: string, room = newRoom()) {
  const anna = await sit(url, room, 'anna');
  const ben = await sit(url, room, 'ben');
  await anna.client.next('peer-joined');
  const { ticket } = await anna.client.next('ticket');
  return { room, anna: { ...anna, ticket }, ben };
}

/** A real person still gets in. @returns how long that took, in ms, from nothing to a seat */
export async function timeToSit(url: string): Promise<number> {
  const started = performance.now();
  const { client } = await sit(url, newRoom(), 'somebody-real');
  const took = performance.now() - started;
  client.socket.close(1000);
  await client.closed;
  return took;
}

/** The value of a metric now. */
export async function metric(
  url: string,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  assert.equal(response.status, 200);
  const value = valueOf(parsePrometheus(await response.text()), name, labels);
  if (value === undefined) throw new Error(`there is no metric ${name}`);
  return value;
}

/** Waits until `test` holds. */
export async function eventually(
  test: () => Promise<boolean>,
  what: string,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Nobody is connected, as far as the service counts. */
export function nobodyLeft(url: string): Promise<void> {
  const none = async (state: string): Promise<boolean> => (await metric(url, 'p2p_sockets', { state })) === 0;
  return eventually(
    async () => (await none('pending')) && (await none('welcomed')),
    'sockets are counted as gone',
  );
}

/** @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** A number that the plan asks for: on the screen, whatever the runner's reporter does. */
export function figure(what: string, value: string): void {
  console.log(`  ${what}: ${value}`);
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
