import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answer, candidate, offer, RoomDriver, START, state, type Seen } from '../../test/room-driver.js';
import {
  createRoom,
  DEFAULT_ROOM_LIMITS,
  hasSocket,
  nextDeadline,
  type Effect,
  type RelayedMessage,
  type RoomLimits,
  type RoomState,
  type TicketClaims,
} from './index.js';

const RUNS = Number(process.env.FC_RUNS ?? 500);
const SUBS = ['anna', 'ben', 'cleo'] as const;
const SOCKETS = 8;

type Action =
  | { do: 'hello'; sub: number; join: boolean; quiet: boolean; relay: boolean }
  | { do: 'resume'; ticket: number; join: boolean }
  | { do: 'join'; socket: number; quiet: boolean }
  | { do: 'leave'; socket: number }
  | { do: 'say'; socket: number; seated: boolean; what: number; epochs: number }
  | { do: 'drop'; socket: number; code: number; silent: number }
  /** The line is dead, and neither end knows. */
  | { do: 'deafen'; socket: number }
  /** A page comes back with all that it knows: its newest ticket, and the last frame it got. */
  | { do: 'comeback'; page: number; join: boolean }
  | { do: 'remove'; sub: number }
  | { do: 'wait'; ms: number }
  | { do: 'crash' };

const index = fc.nat(SOCKETS - 1);
/** Mostly yes: a story in which nobody ever sits down together tells little. */
const mostly = fc.oneof(
  { arbitrary: fc.constant(true), weight: 4 },
  { arbitrary: fc.constant(false), weight: 1 },
);
const rarely = mostly.map((yes) => !yes);
const some = <What extends Action>(weight: number, arbitrary: fc.Arbitrary<What>) => ({ weight, arbitrary });

const action: fc.Arbitrary<Action> = fc.oneof(
  some(
    4,
    fc.record({
      do: fc.constant('hello'),
      sub: fc.nat(SUBS.length - 1),
      join: mostly,
      quiet: rarely,
      relay: rarely,
    }),
  ),
  some(3, fc.record({ do: fc.constant('resume'), ticket: fc.nat(20), join: fc.boolean() })),
  some(2, fc.record({ do: fc.constant('join'), socket: index, quiet: rarely })),
  some(1, fc.record({ do: fc.constant('leave'), socket: index })),
  some(
    16,
    fc.record({
      do: fc.constant('say'),
      socket: index,
      seated: mostly,
      what: fc.nat(6),
      epochs: fc.constantFrom(0, 0, 0, 0, -1, 1),
    }),
  ),
  some(
    2,
    fc.record({
      do: fc.constant('drop'),
      socket: index,
      code: fc.constantFrom(1000, 1001, 1005, 1006, 1012, 4400),
      silent: fc.nat(40_000),
    }),
  ),
  some(2, fc.record({ do: fc.constant('deafen'), socket: index })),
  some(5, fc.record({ do: fc.constant('comeback'), page: fc.nat(4), join: fc.boolean() })),
  some(1, fc.record({ do: fc.constant('wait'), ms: fc.nat(100_000) })),
  some(1, fc.record({ do: fc.constant('crash') })),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove'), sub: fc.nat(SUBS.length - 1) }) },
);

/** Mostly the limits as they are; sometimes so tight that stories run into them. */
const limits: fc.Arbitrary<RoomLimits> = mostly.map((usual) =>
  usual
    ? DEFAULT_ROOM_LIMITS
    : { ...DEFAULT_ROOM_LIMITS, lobby: 2, socketsPerSub: 2, messagesBurst: 12, offersPerMinute: 3 },
);

/** What is true of any room at any time. */
function checkRoom(room: RoomState): void {
  const sockets = [
    ...room.lobby.map((one) => one.socket),
    ...room.seats.flatMap((seat) => seat?.socket ?? []),
  ];
  assert.equal(new Set(sockets).size, sockets.length, 'a socket is in one place');
  const pages = [
    ...room.lobby.map((one) => one.person.id),
    ...room.seats.flatMap((seat) => seat?.person.id ?? []),
  ];
  assert.equal(new Set(pages).size, pages.length, 'a page is in one place');
  const keys = room.seats.flatMap((seat) => (seat === null ? [] : [seat.person.key]));
  assert.ok(keys.length <= 2);
  assert.equal(new Set(keys).size, keys.length, 'one person has one seat');
  assert.equal(room.callId === null, keys.length === 0, 'there is a call id while somebody is seated');
  assert.ok(keys.length === 0 || room.epoch >= 1);
  for (const seat of room.seats) {
    assert.ok((seat?.offer?.candidates.length ?? 0) <= 64);
    assert.ok((seat?.missed.length ?? 0) <= 2);
    assert.ok((seat?.replay.frames.length ?? 0) <= 64);
    if (keys.length === 2) assert.equal(seat?.offer, null, 'an offer is kept for a lone seat only');
    if (seat !== null) assert.ok(seat.person.used <= seat.person.issued + 1);
  }
  assert.ok(room.ended.length <= 32);
  assert.equal(new Set(room.allowances.map((one) => one.key)).size, room.allowances.length);
  assert.deepEqual(JSON.parse(JSON.stringify(room)), room);
}

/** The epoch rises when somebody in a seat is no longer in it, and only then (or to what a ticket tells of a lost room). */
function checkEpoch(before: RoomState, after: RoomState): void {
  const people = (room: RoomState) => room.seats.flatMap((seat) => seat?.person.id ?? []);
  const gone = people(before).filter((id) => !people(after).includes(id)).length;
  const isConfirmed = before.seats.some((seat) => seat?.confirmed === true);
  if (gone > 0 && after.seats.some((seat) => seat !== null))
    assert.ok(after.epoch > before.epoch, 'the epoch rises');
  else if (gone === 0 && isConfirmed) assert.equal(after.epoch, before.epoch, 'the epoch stays');
  assert.ok(after.epoch >= before.epoch, 'epochs never fall');
}

/** Who comes back with their newest ticket is where it says, or in a later pairing; never in an earlier one, nor in another call unawares. */
function checkComeback({ seat: was }: TicketClaims, seen: readonly Seen[]): void {
  const seat = seen.find((one) => one.type === 'welcome')?.seat;
  if (was === null || seat === undefined || seat.epoch > was.epoch) return;
  assert.deepEqual([seat.epoch, seat.slot, seat.callId], [was.epoch, was.slot, was.callId], 'the same place');
}

/** A room and its sockets, checked after each step. */
class Model {
  readonly driver: RoomDriver;
  private readonly pages = new Pages();
  private readonly open: string[] = [];
  private readonly tickets: TicketClaims[] = [];
  /** Pages that came with another ticket than their newest. */
  private readonly astray = new Set<string>();
  /** The last `n` each socket got from each sender, and the last `seq`. */
  private readonly lastFrom = new Map<string, number>();
  private readonly lastSeq = new Map<string, number>();
  private said = 0;
  private sockets = 0;

  constructor(private readonly limits: RoomLimits = DEFAULT_ROOM_LIMITS) {
    this.driver = new RoomDriver(createRoom('support-42', START, limits));
  }

  act(what: Action): void {
    const before = this.driver.room;
    deepFreeze(before);
    const from = this.driver.effects.length;
    const speaker = this.pick(what);
    if (what.do === 'crash') {
      this.crash();
      return;
    }
    this.perform(what, speaker);
    this.pages.follow(this.driver.effects.slice(from), before, this.driver.room);
    this.follow(this.driver.effects.slice(from), before, what.do === 'say' ? speaker : undefined);
    checkRoom(this.driver.room);
    for (const socket of this.open)
      assert.ok(hasSocket(this.driver.room, socket), 'who is connected is somewhere');
    checkEpoch(before, this.driver.room);
    if (what.do === 'wait') this.checkDeadline();
  }

  /** The service is killed: the sockets are gone and the room is new. The tickets live on. */
  crash(): void {
    this.open.length = 0;
    this.pages.cut();
    this.driver.room = createRoom('support-42', this.driver.now, this.limits);
  }

  /** Everybody goes, and time passes: the room must end by itself. */
  finish(): void {
    for (const socket of [...this.open]) this.driver.drop(socket, 1006);
    this.open.length = 0;
    for (let ticks = 0; ticks < 10; ticks += 1) {
      const from = this.driver.effects.length;
      this.driver.wait(Math.max(0, nextDeadline(this.driver.room) - this.driver.now));
      checkRoom(this.driver.room);
      if (this.driver.effects.slice(from).some((effect) => effect.type === 'dispose')) return;
    }
    assert.fail('a room without anybody ends within a few deadlines');
  }

  private perform(what: Exclude<Action, { do: 'crash' }>, speaker: string | undefined): void {
    const { driver } = this;
    if (what.do === 'wait') driver.wait(what.ms);
    else if (what.do === 'hello' || what.do === 'resume') this.arrive(what);
    else if (what.do === 'comeback') this.comeBack(what);
    else if (what.do === 'remove') this.remove(SUBS[what.sub] ?? 'anna');
    else if (speaker === undefined) return;
    else if (what.do === 'join') driver.join(speaker, what.quiet);
    else if (what.do === 'leave') driver.leave(speaker);
    else if (what.do === 'deafen') this.pages.deafen(speaker);
    else if (what.do === 'say')
      driver.send(speaker, this.sentence(what.what, driver.room.epoch + what.epochs));
    else {
      this.open.splice(this.open.indexOf(speaker), 1);
      this.pages.cut(speaker);
      driver.drop(speaker, what.code, driver.now - what.silent);
    }
  }

  private arrive(what: Extract<Action, { do: 'hello' | 'resume' }>): void {
    if (this.open.length >= SOCKETS) return;
    if (what.do === 'hello') {
      this.driver.hello(this.newSocket(), SUBS[what.sub] ?? 'anna', what);
      return;
    }
    const ticket = this.tickets[this.tickets.length - 1 - what.ticket];
    if (ticket === undefined) return;
    this.pages.forget(ticket.id);
    const isNewest = ticket === this.tickets.filter((one) => one.id === ticket.id).at(-1);
    // The newest ticket of a page that went back to an older one says nothing of what the page knows.
    if (!isNewest) this.astray.add(ticket.id);
    const socket = this.newSocket();
    this.driver.resume(socket, ticket, what);
    if (!this.astray.has(ticket.id)) checkComeback(ticket, this.driver.take(socket));
  }

  private comeBack(what: Extract<Action, { do: 'comeback' }>): void {
    const back = this.pages.pick(what.page);
    if (back === null || this.open.length >= SOCKETS) return;
    this.driver.resume(this.newSocket(), back.ticket, { join: what.join, seen: back.seen });
  }

  private remove(sub: string): void {
    const { driver } = this;
    driver.apply({ type: 'remove', key: `key-${sub}`, fresh: driver.fresh() });
    const here = [...driver.room.seats, ...driver.room.lobby];
    assert.ok(!here.some((one) => one?.person.sub === sub), 'who is removed is gone');
    const stranger = this.newSocket();
    driver.resume(stranger, { ...REMOVED, sub, issuedAt: driver.now });
    assert.ok(!hasSocket(driver.room, stranger), 'and does not come back with what they had');
  }

  /** The socket an action is about: any open one, or for what is said mostly one with a seat. */
  private pick(what: Action): string | undefined {
    if (!('socket' in what)) return undefined;
    const seated = this.driver.room.seats.flatMap((seat) => seat?.socket ?? []);
    const among = what.do === 'say' && what.seated && seated.length > 0 ? seated : this.open;
    return among[what.socket % Math.max(1, among.length)];
  }

  private newSocket(): string {
    this.sockets += 1;
    const socket = `s${this.sockets}`;
    this.open.push(socket);
    return socket;
  }

  private sentence(what: number, epoch: number): RelayedMessage {
    this.said += 1;
    const n = this.said;
    const at = { epoch: Math.max(1, epoch), conn: 1, neg: n };
    const all: RelayedMessage[] = [
      offer(at),
      answer(at),
      candidate('candidate:1 1 udp 1 192.0.2.1 9 typ host', at),
      state(n),
      { type: 'recover', epoch: at.epoch, conn: n, action: 'restart', reason: 'stall' },
      { type: 'probe', n },
      { type: 'probe-ack', n },
    ];
    return all[what] ?? { type: 'probe', n };
  }

  /** Looks at what the host was asked to do. */
  private follow(effects: readonly Effect[], before: RoomState, speaker: string | undefined): void {
    for (const effect of effects) {
      if (!('to' in effect)) continue;
      assert.ok(this.open.includes(effect.to), `${effect.type} to a socket that is gone`);
      if (effect.type === 'close') this.open.splice(this.open.indexOf(effect.to), 1);
      else if (effect.type !== 'send' || effect.message.type !== 'error')
        assert.ok(
          hasSocket(this.driver.room, effect.to) || hasSocket(before, effect.to),
          'no message to strangers',
        );
      if (effect.type === 'welcome') this.tickets.push(effect.ticket);
      if (effect.type === 'ticket') this.tickets.push(effect.claims);
      if (effect.type === 'relay') this.checkRelay(effect.to, effect.text, speaker);
    }
  }

  private checkRelay(to: string, text: string, speaker: string | undefined): void {
    const frame = JSON.parse(text) as {
      from: string;
      seq: number;
      n?: number;
      neg?: number;
      rev?: number;
      conn?: number;
    };
    assert.notEqual(to, speaker, 'nobody hears themselves');
    const seats = this.driver.room.seats;
    assert.ok(
      seats.some((seat) => seat?.socket === to),
      'frames go to seats only',
    );
    const sender = seats.find((seat) => seat !== null && seat.socket !== to);
    assert.equal(frame.from, sender?.person.id, 'from is who sent it');
    const owner = seats.find((seat) => seat?.socket === to)?.person.id ?? '';
    assert.ok(frame.seq > (this.lastSeq.get(to) ?? 0), `seq of ${owner} rises`);
    this.lastSeq.set(to, frame.seq);
    const said =
      frame.n ?? frame.rev ?? (frame.neg === undefined || frame.neg === 1 ? frame.conn : frame.neg) ?? 0;
    const key = `${frame.from} ${to}`;
    assert.ok(said >= (this.lastFrom.get(key) ?? 0), 'order is kept per sender');
    this.lastFrom.set(key, said);
  }

  private checkDeadline(): void {
    const isDisposed = this.driver.effects.at(-1)?.type === 'dispose';
    if (isDisposed) this.crash();
    assert.ok(nextDeadline(this.driver.room) > this.driver.now, 'after a tick no deadline is in the past');
  }
}

const REMOVED: TicketClaims = {
  room: 'support-42',
  sub: '',
  id: 'p_removed',
  name: null,
  relay: false,
  origins: null,
  seat: null,
  generation: 1,
  issuedAt: START,
  endsAt: START * 2,
};

/** What one page knows. */
interface Page {
  socket: string | null;
  ticket: TicketClaims;
  seen: number;
  /** What was said to it in this epoch (or since it had to start anew), and what of that it got. */
  expected: string[];
  got: string[];
}

/** The pages, each with what it got over lines that may be dead: nothing is lost and nothing comes twice, unless `resync` says so. */
class Pages {
  private readonly pages = new Map<string, Page>();
  private readonly deaf = new Set<string>();

  deafen(socket: string): void {
    this.deaf.add(socket);
  }

  /** The line of one socket, or of all, is gone. */
  cut(socket?: string): void {
    for (const page of this.pages.values())
      if (socket === undefined || page.socket === socket) page.socket = null;
  }

  /** This page goes its own ways from here on. */
  forget(id: string): void {
    this.pages.delete(id);
  }

  /** A page whose line is dead. */
  pick(index: number): { ticket: TicketClaims; seen: number } | null {
    const cut = [...this.pages.values()].filter(({ socket }) => socket === null || this.deaf.has(socket));
    return cut[index % Math.max(1, cut.length)] ?? null;
  }

  follow(effects: readonly Effect[], before: RoomState, after: RoomState): void {
    this.expect(before, after);
    const resynced = new Set<string>();
    for (const effect of effects) {
      if (!('to' in effect) || this.deaf.has(effect.to)) continue;
      if (effect.type === 'welcome') this.welcome(effect);
      const page = this.on(effect.to);
      if (page === null) continue;
      if (effect.type === 'welcome' && effect.message.resync !== true) page.expected = worthSaying(page);
      if (effect.type === 'ticket') page.ticket = effect.claims;
      if (effect.type === 'welcome' && effect.message.resync === true) resynced.add(effect.to);
      if (effect.type === 'relay') this.hear(page, effect.text);
      // A page that starts anew expects what follows its welcome, and what comes later.
      if (effect.type === 'relay' && resynced.has(effect.to)) page.expected.push(effect.text);
      if (effect.type === 'close') page.socket = null;
    }
    for (const page of this.pages.values()) {
      if (page.socket === null || this.deaf.has(page.socket)) continue;
      assert.deepEqual(page.got, page.expected, 'a page has all that was said to it, once and in order');
    }
  }

  /** What the room passed on in this step, as the seats tell. */
  private expect(before: RoomState, after: RoomState): void {
    for (const seat of after.seats) {
      const page = seat === null ? undefined : this.pages.get(seat.person.id);
      if (seat === null || page === undefined) continue;
      const was = before.seats.find((one) => one?.person.id === seat.person.id)?.seq ?? seat.seq;
      if (before.epoch !== after.epoch) [page.expected, page.got] = [[], []];
      const count = Math.max(0, seat.seq - was);
      for (const { seq, text } of seat.replay.frames) if (seq > seat.seq - count) page.expected.push(text);
    }
  }

  private welcome(effect: Extract<Effect, { type: 'welcome' }>): void {
    const { self, seat, resync } = effect.message;
    const known = this.pages.get(self.id);
    if (known !== undefined && seat !== undefined && resync !== true) {
      known.socket = effect.to;
      known.ticket = effect.ticket;
      return;
    }
    for (const [id, page] of this.pages) if (page.socket === effect.to) this.pages.delete(id);
    const page = { socket: effect.to, ticket: effect.ticket, seen: 0, got: [], expected: [] };
    this.pages.set(self.id, page);
  }

  private on(socket: string): Page | null {
    for (const page of this.pages.values()) if (page.socket === socket) return page;
    return null;
  }

  private hear(page: Page, text: string): void {
    const { seq } = JSON.parse(text) as { seq: number };
    assert.ok(seq > page.seen, 'no frame comes twice');
    page.seen = seq;
    page.got.push(text);
  }
}

/** What is expected of a page that comes back: all that it got, and of the rest what no later description made worthless. */
function worthSaying({ expected, got }: Page): string[] {
  const all = expected.map((text) => JSON.parse(text) as { type: string; neg?: number; seq: number });
  const isWorthless = (index: number): boolean => {
    const { type, neg } = all[index] ?? { type: '' };
    if (neg === undefined || type === 'recover') return false;
    return all.slice(index + 1).some((later) => {
      const isDescription = later.type === 'offer' || later.type === 'answer';
      return isDescription && (type === 'candidate' || type === later.type) && neg < (later.neg ?? 0);
    });
  };
  return expected.filter((text, index) => got.includes(text) || !isWorthless(index));
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}

test(`whatever happens to a room (${RUNS} random stories)`, () => {
  fc.assert(
    fc.property(limits, fc.array(action, { maxLength: 80, size: 'max' }), (allowed, story) => {
      const model = new Model(allowed);
      for (const what of story) model.act(what);
      model.finish();
    }),
    { numRuns: RUNS, includeErrorInReport: true },
  );
});

test('whatever happened, two people who come and join then are in a call', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40, size: 'max' }), (story) => {
      const model = new Model();
      for (const what of story) model.act(what);
      model.finish();
      model.crash();
      const { driver } = model;
      driver.hello('x', 'xenia', { join: true });
      driver.hello('y', 'yuri', { join: true });
      assert.deepEqual(
        driver.room.seats.map((seat) => seat?.socket),
        ['x', 'y'],
      );
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
});
