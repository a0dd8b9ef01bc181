import {
  CLOSE,
  decodeClientMessage,
  encode,
  type ClientMessage,
  type IceCandidate,
  type IceServer,
  type ServerMessage,
} from '@p2p-call/protocol';
import { RoomDriver } from '../../../signal-worker/test/room-driver.js';
import type { TicketClaims } from '../../../signal-worker/src/room/index.js';
import type { LinkConfig } from '../core/effects.js';
import type { LinkNews } from '../core/inputs.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import { SignalingClient } from '../platform/signaling-client.js';
import type { CallSession } from '../session/api.js';
import { createCallSession } from '../session/call-session.js';
import type { ClockPort, LinkListener, LinkPort } from '../session/ports.js';
import { createFakePorts, FakeLink, FakePage } from './fake-ports.js';
import { ManualClock, settle } from './manual-clock.js';

/** How a line dies: both ends know; neither does; or both lines, since the service ends and forgets all it knew. */
export type Cut = 'cut' | 'silent' | 'crash';

/**
 * Two whole sessions, their signaling clients and the service's own room, with a network between them that moves one thing at a
 * time. Only the browser's part is played: sockets, and connections that open once each has all of the other's candidates.
 */
export class TwoPeople {
  readonly clock: ManualClock;
  readonly anna: Person;
  readonly ben: Person;
  driver = new RoomDriver();
  /** Can the service hand over what a page missed? */
  canReplay = true;
  iceServers: IceServer[] = [];
  moved = 0;
  readonly #tickets = new Map<string, TicketClaims>();
  readonly #queue: (() => void)[] = [];
  #told = 0;

  constructor(clock = new ManualClock()) {
    this.clock = clock;
    this.anna = new Person('anna', this);
    this.ben = new Person('ben', this);
  }

  /** The browser's part of a connection. */
  createLink(person: Person, config: LinkConfig, listener: LinkListener): LinkPort {
    const link = new BridgeLink(person, config, listener);
    person.links.push(link);
    return link;
  }

  other(person: Person): Person {
    return person === this.anna ? this.ben : this.anna;
  }

  later(run: () => void): void {
    this.#queue.push(run);
  }

  /** Moves one thing. @returns false if nothing moves by itself any more */
  async move(): Promise<boolean> {
    const next = this.#queue.shift();
    next?.();
    this.moved += 1;
    await settle();
    return next !== undefined;
  }

  /** Moves one thing; where none is left, time passes. */
  async moveOrWait(): Promise<void> {
    if (await this.move()) return;
    await this.clock.pass(250);
    this.driver.wait(250);
    this.tell();
  }

  /** Moves whatever moves, until time has passed. */
  async pass(ms: number): Promise<void> {
    for (const end = this.clock.now() + ms; this.clock.now() <= end;) await this.moveOrWait();
  }

  cut(person: Person, how: Cut): void {
    const victims = how === 'crash' ? [this.anna, this.ben] : [person];
    const sockets = victims.flatMap(({ socket }) => (socket?.readyState === 1 ? [socket] : []));
    for (const socket of sockets) socket.isDead = true;
    if (how === 'crash') this.driver = new RoomDriver();
    if (how === 'crash') this.#told = 0;
    if (how === 'silent') return;
    for (const socket of sockets) {
      if (how === 'cut') this.drop(socket.id, 1006);
      this.later(() => socket.end(1006));
    }
  }

  /** The path between the two is gone; only new descriptions find another. */
  losePath(): void {
    for (const { link } of [this.anna, this.ben]) link?.lose();
  }

  drop(socket: string, code: number, heardAt?: number): void {
    this.driver.drop(socket, code, heardAt);
    this.tell();
  }

  /** The service gets a frame. */
  receive(socket: BridgeSocket, text: string): void {
    if (text === 'ping') return socket.get('pong');
    const decoded = decodeClientMessage(text);
    if (!decoded.ok) throw new Error(`not a message: ${text}`);
    this.#handle(socket, decoded.message);
    this.tell();
  }

  #handle(socket: BridgeSocket, message: ClientMessage): void {
    const { driver } = this;
    switch (message.type) {
      case 'hello': {
        const claims = this.#tickets.get(message.ticket ?? '');
        const seen = message.seen === undefined || !this.canReplay ? {} : { seen: message.seen };
        const options = { join: message.join ?? false, ...seen };
        if (claims) return driver.resume(socket.id, claims, options);
        return driver.hello(socket.id, socket.person.name, options);
      }
      case 'join':
        return driver.join(socket.id);
      case 'leave':
        return driver.leave(socket.id);
      case 'ice':
      case 'report':
        return;
      default:
        return driver.send(socket.id, message);
    }
  }

  /** Puts what the room said on its way. */
  protected tell(): void {
    for (const effect of this.driver.effects.slice(this.#told)) {
      if (!('to' in effect)) continue;
      const socket = this.anna.sockets.get(effect.to) ?? this.ben.sockets.get(effect.to);
      const get = (message: ServerMessage) => socket?.get(encode(message));
      if (effect.type === 'relay') socket?.get(effect.text);
      if (effect.type === 'send') get(effect.message);
      if (effect.type === 'ticket') get({ type: 'ticket', ticket: this.#sign(effect.claims) });
      if (effect.type === 'close') this.later(() => socket?.end(CLOSE[effect.reason].code));
      if (effect.type === 'welcome')
        get({
          ...effect.message,
          ...{ iceServers: this.iceServers, iceTtl: 3600, ticket: this.#sign(effect.ticket) },
          turn: this.iceServers.length > 0 ? 'ok' : 'none',
        });
    }
    this.#told = this.driver.effects.length;
  }

  #sign(claims: TicketClaims): string {
    const ticket = `${claims.sub}-${claims.generation}`;
    this.#tickets.set(ticket, claims);
    return ticket;
  }
}

/** One of the two: their session, and what the test counts. */
export class Person {
  readonly session: CallSession;
  readonly sockets = new Map<string, BridgeSocket>();
  readonly links: BridgeLink[] = [];
  readonly facts: string[] = [];
  readonly page = new FakePage();
  readonly clock: CountingClock;
  socket: BridgeSocket | null = null;
  #isCutOff = false;

  constructor(
    readonly name: string,
    readonly world: TwoPeople,
  ) {
    const clock = new CountingClock(world.clock);
    this.clock = clock;
    this.session = createCallSession({
      ...createFakePorts(),
      ...{ clock, page: this.page },
      signaling: new SignalingClient({
        clock,
        isOnline: () => true,
        areSocketsFresh: false,
        fetch: () =>
          this.isCutOff ? Promise.reject(new TypeError('no network')) : Promise.resolve(new Response()),
        WebSocket: socketsOf(this),
      }),
      createLink: (config, listener) => world.createLink(this, config, listener),
    });
    this.session.subscribe({ fact: ({ type }) => this.facts.push(type) });
    this.session.configure({
      ...DEFAULT_SETTINGS,
      signalingUrl: 'http://s.example',
      room: 'support-42',
      token: name,
    });
  }

  get link(): BridgeLink | undefined {
    return this.links.at(-1);
  }

  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** No way to the service: the present line is cut, and no new one comes about. */
  set isCutOff(isCutOff: boolean) {
    this.#isCutOff = isCutOff;
    if (isCutOff) this.world.cut(this, 'cut');
  }

  /** The same, where neither end notices. */
  fallSilent(): void {
    this.world.cut(this, 'silent');
    this.#isCutOff = true;
  }
}

/** A page's own view of the clock: how much does it wait for? */
class CountingClock implements ClockPort {
  pending = 0;

  constructor(private readonly clock: ClockPort) {}

  now(): number {
    return this.clock.now();
  }

  wall(): number {
    return this.clock.wall();
  }

  random(): number {
    return this.clock.random();
  }

  after(ms: number, run: () => void): () => void {
    let isPending = true;
    const settle = () => {
      if (isPending) this.pending -= 1;
      isPending = false;
    };
    this.pending += 1;
    const cancel = this.clock.after(ms, () => {
      settle();
      run();
    });
    return () => {
      settle();
      cancel();
    };
  }
}

/** What a page of this person opens as `new WebSocket(…)`. */
function socketsOf(person: Person): new (url: string, protocol: string) => WebSocket {
  return class extends BridgeSocket {
    constructor() {
      super(person, `${person.name}-${person.sockets.size + 1}`);
      person.sockets.set(this.id, this);
      person.socket = this;
    }
  } as unknown as new (url: string, protocol: string) => WebSocket;
}

/** A socket whose other end is the room. */
export class BridgeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readyState = 0;
  /** Nothing passes any more, in either direction. */
  isDead = false;

  constructor(
    readonly person: Person,
    readonly id: string,
  ) {
    person.world.later(() => {
      if (this.readyState !== 0) return;
      if (person.isCutOff) return this.end(1006);
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(text: string): void {
    const { world } = this.person;
    if (!this.isDead) world.later(() => !this.isDead && world.receive(this, text));
  }

  /** A frame is on its way to the page. */
  get(data: string): void {
    this.person.world.later(() => {
      if (!this.isDead && this.readyState === 1) this.onmessage?.({ data });
    });
  }

  close(code: number): void {
    const { world } = this.person;
    this.readyState = 3;
    if (this.isDead) return;
    world.later(() => {
      if (!this.isDead) world.drop(this.id, code);
      this.isDead = true;
    });
  }

  end(code: number): void {
    if (this.readyState === 3) return;
    this.isDead = true;
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** A connection that opens when the two descriptions are each other's, and no candidate is missing. */
class BridgeLink extends FakeLink implements LinkPort {
  /** What it offered or took, by which the two ends know each other. */
  offered = '';
  answered = '';
  isOpen = false;
  readonly got = new Set<string>();
  #bytes = 0;

  constructor(
    readonly person: Person,
    config: FakeLink['config'],
    listener: LinkListener,
  ) {
    super(config, listener);
  }

  override offer(neg: number, iceRestart: boolean): void {
    super.offer(neg, iceRestart);
    this.#later(() => {
      this.offered = `offer ${this.person.name} ${this.person.links.length} ${neg}`;
      this.#describe('offer', neg, this.offered);
    });
  }

  override acceptOffer(neg: number, sdp: string): void {
    super.acceptOffer(neg, sdp);
    this.#later(() => {
      this.offered = sdp;
      this.answered = `answer to ${sdp}`;
      this.#describe('answer', neg, this.answered);
    });
  }

  override acceptAnswer(neg: number, sdp: string): void {
    super.acceptAnswer(neg, sdp);
    this.#later(() => {
      this.answered = sdp;
      this.#tell({ type: 'link-settled', neg });
      this.#meet();
    });
  }

  override addCandidate(candidate: IceCandidate | ''): void {
    if (candidate === '') return;
    this.got.add(candidate.candidate);
    this.#meet();
  }

  lose(): void {
    this.isOpen = false;
    this.offered = this.answered = '';
    this.got.clear();
  }

  override send(text: string): void {
    if (this.isOpen) this.#later(() => this.#peer?.listener.message(text));
  }

  override measure(): void {
    if (this.isOpen) this.#bytes += 100;
    this.#later(() => this.#tell({ type: 'link-bytes', bytes: this.#bytes }));
  }

  get #peer(): BridgeLink | undefined {
    return this.person.world.other(this.person).link;
  }

  #describe(kind: 'offer' | 'answer', neg: number, sdp: string): void {
    this.#tell({ type: 'link-described', kind, neg, sdp });
    for (const n of [1, 2])
      this.#later(() =>
        this.#tell({ type: 'link-candidate', candidate: { candidate: `${kind} ${neg} ${n}` } }),
      );
    this.#later(() => this.#tell({ type: 'link-candidate', candidate: '' }));
  }

  #meet(): void {
    const peer = this.#peer;
    if (this.isOpen || !peer || !this.offered || this.offered !== peer.offered) return;
    if (!this.answered || this.answered !== peer.answered || this.got.size < 2 || peer.got.size < 2) return;
    for (const end of [this, peer]) {
      end.isOpen = true;
      end.#later(() => end.#tell({ type: 'link-ice' }));
      end.#later(() => end.#tell({ type: 'link-transport', transport: 'connected' }));
      end.#later(() => end.#tell({ type: 'link-channel', open: true }));
    }
  }

  #later(run: () => void): void {
    this.person.world.later(run);
  }

  /** As the real one: nothing is told once it is closed. */
  #tell(news: LinkNews): void {
    if (!this.done.includes('close')) this.listener.news(news);
  }
}
