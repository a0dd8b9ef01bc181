// One of the two homes: a browser, behind a router, behind a cable.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, firefox, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { newContext, type BrowserName } from '../../packages/widget/e2e/support/browsers.js';
import { installNegotiationLog } from '../../packages/widget/e2e/support/negotiations.js';
import { installProbe } from '../../packages/widget/e2e/support/probe.js';
import type { BrowserOptions } from '../inside/browser.js';
import type { PingOptions, Pings } from '../inside/echo.js';
import { Asking } from '../inside/questions.js';
import { ECHO_PORT, HOST_NAMES, NETWORKS, SERVER, wanGateway, type Side } from './addresses.js';
import type { Certificates } from './authority.js';
import { Cable, type CableCounts } from './cable.js';
import { end, type Namespaces } from './namespaces.js';
import { Router, type AddressKind, type Block, type Nat } from './router.js';
import { startInside } from './start-inside.js';

export interface HomeOptions {
  readonly browser: BrowserName;
  readonly nat?: Nat;
}

/** What a home's line is like. Delay, loss and rate are those of one direction, and hold for both unless they say which. */
export interface LineOptions {
  /** One way, ms: a round trip to the server takes twice that, and one to the other home their sum. */
  readonly delayMs?: number;
  readonly lossPercent?: number;
  /** kbit/s; 0: as fast as it goes. */
  readonly rateKbit?: number;
  /** Up: what this home sends. */
  readonly lossUpPercent?: number;
  readonly lossDownPercent?: number;
  readonly rateUpKbit?: number;
  readonly rateDownKbit?: number;
}

const HEALTHY: LineOptions = { delayMs: 0, lossPercent: 0, rateKbit: 0 };

export class Home {
  readonly side: Side;
  readonly browserName: BrowserName;
  readonly cable: Cable;
  readonly #router: Router;
  readonly #host: Asking;
  readonly #stop: () => Promise<void>;
  #line: LineOptions = HEALTHY;
  #browser: Browser | null = null;
  #context: BrowserContext | null = null;
  #page: Page | null = null;

  private constructor(parts: HomeParts) {
    this.side = parts.side;
    this.browserName = parts.browserName;
    this.cable = parts.cable;
    this.#router = parts.router;
    this.#host = parts.host;
    this.#stop = parts.stop;
  }

  static async open(
    namespaces: Namespaces,
    side: Side,
    { browser: browserName }: HomeOptions,
    { authority }: Certificates,
  ): Promise<Home> {
    const cable = await layCable(namespaces, side);
    const router = new Router(namespaces, side);
    router.setUp();
    const folder = join(namespaces.folder, `home-${side}`);
    mkdirSync(folder);
    const options: BrowserOptions = { name: browserName, folder, authority, hostNames: HOST_NAMES };
    const child = startInside(namespaces, `home-${side}`, 'browser.ts', options);
    const host = new Asking(child, `the browser of home ${side}`);
    const home = new Home({ side, browserName, cable, router, host, stop: () => end(child, 'SIGTERM') });
    await home.#startBrowser();
    return home;
  }

  /** The page of this trial: its context is fresh, and `e2eProbe` is in it. */
  get page(): Page {
    if (this.#page === null) throw new Error(`home ${this.side} has no page yet: lab.fresh() opens one`);
    return this.#page;
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** How many ms this home's line delays, each way. */
  get delayMs(): number {
    return this.#line.delayMs ?? 0;
  }

  get nat(): Nat {
    return this.#router.nat;
  }

  /** Another profile and an empty page; what was open before is closed. */
  async fresh(): Promise<Page> {
    await this.closePage();
    this.#context = await newContext(this.#browser ?? (await this.#startBrowser()));
    // What tsx compiles (`npm run netlab`) calls this helper, in a page too; Playwright's own compiler has none.
    await this.#context.addInitScript('globalThis.__name ??= (it) => it');
    await this.#context.addInitScript(installProbe);
    await this.#context.addInitScript(installNegotiationLog);
    return (this.#page = await this.#context.newPage());
  }

  async closePage(): Promise<void> {
    await this.#context?.close();
    this.#context = this.#page = null;
  }

  /** Ends the whole browser, as a crash would: its page says goodbye to nobody. `fresh` starts another. */
  async kill(): Promise<void> {
    this.#browser = this.#context = this.#page = null;
    await this.#host.ask('kill');
  }

  /** The browser stands still, as on a machine that sleeps, and its sockets stay. Nothing can be asked of its page. */
  async pause(): Promise<void> {
    await this.#host.ask('pause');
  }

  async resume(): Promise<void> {
    await this.#host.ask('resume');
  }

  async #startBrowser(): Promise<Browser> {
    const endpoint = String(await this.#host.ask('start'));
    return (this.#browser = await { chromium, firefox }[this.browserName].connect(endpoint));
  }

  /** Nothing passes any more, in neither direction or in one; what is under way is lost. Nobody is told. */
  async cut(which: 'both' | 'up' | 'down' = 'both'): Promise<void> {
    const cut = { cut: true };
    await this.cable.set({
      ...(which === 'down' ? {} : { up: cut }),
      ...(which === 'up' ? {} : { down: cut }),
    });
  }

  async mend(): Promise<void> {
    await this.cable.set({ up: { cut: false }, down: { cut: false } });
  }

  /** Changes the line; what is not named stays. */
  async set(options: LineOptions): Promise<void> {
    // The general name means both directions from now on, whatever was said of one of them before.
    const { lossUpPercent, lossDownPercent, rateUpKbit, rateDownKbit, ...kept } = this.#line;
    const ofLoss = options.lossPercent === undefined ? { lossUpPercent, lossDownPercent } : {};
    const ofRate = options.rateKbit === undefined ? { rateUpKbit, rateDownKbit } : {};
    const line = { ...kept, ...defined({ ...ofLoss, ...ofRate }), ...options };
    this.#line = line;
    const { delayMs = 0, lossPercent = 0, rateKbit = 0 } = line;
    await this.cable.set({
      up: {
        delayMs,
        lossPercent: line.lossUpPercent ?? lossPercent,
        rateKbit: line.rateUpKbit ?? rateKbit,
      },
      down: {
        delayMs,
        lossPercent: line.lossDownPercent ?? lossPercent,
        rateKbit: line.rateDownKbit ?? rateKbit,
      },
    });
  }

  /** The firewall of the router; running flows end too. */
  block(what: Block): void {
    this.#router.setBlock(what);
  }

  allowOnly443(): void {
    this.#router.setBlock('only443');
  }

  unblock(): void {
    this.#router.setBlock(null);
  }

  setNat(nat: Nat): void {
    this.#router.setNat(nat);
  }

  /** Another network: the address that the browser has, the one that others see, or both. The old ones are gone. */
  changeAddress(kind: AddressKind = 'both'): void {
    this.#router.changeAddress(kind);
  }

  /** Whether a message to the service came from here. */
  sentFrom(address: string): boolean {
    const last = Number(address.split('.')[3]);
    const { wan, firstWanHost } = NETWORKS[this.side];
    return address.startsWith(`${wan}.`) && last >= firstWanHost && last < firstWanHost + 100;
  }

  /** Round trips from the browser's host to the server's. */
  async ping(options: Partial<PingOptions> = {}): Promise<Pings> {
    const usual = { address: SERVER.service, port: ECHO_PORT, count: 20, everyMs: 5, timeoutMs: 1_000 };
    return (await this.#host.ask('ping', { ...usual, ...options })) as Pings;
  }

  counts(then: 'reset' | 'keep' = 'keep'): Promise<CableCounts> {
    return this.cable.counts(then);
  }

  /** A healthy network, and no page. */
  async reset(nat: Nat): Promise<void> {
    await this.closePage();
    await this.mend();
    await this.set(HEALTHY);
    this.#router.reset(nat);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#host.ask('close');
    await this.#stop();
  }
}

interface HomeParts {
  readonly side: Side;
  readonly browserName: BrowserName;
  readonly cable: Cable;
  readonly router: Router;
  readonly host: Asking;
  stop(): Promise<void>;
}

async function layCable(namespaces: Namespaces, side: Side): Promise<Cable> {
  const ends = [
    { place: `nat-${side}`, device: 'wan' },
    { place: 'internet', device: `to-${side}` },
  ] as const;
  const cable = await Cable.lay(namespaces, ...ends);
  namespaces.script(
    'internet',
    `ip addr add ${wanGateway(side)}/25 dev to-${side}\nip link set to-${side} up\n`,
  );
  return cable;
}

/** Without the fields that are `undefined`. */
function defined<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
