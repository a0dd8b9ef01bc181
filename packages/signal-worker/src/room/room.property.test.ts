import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answer, candidate, offer, RoomDriver, state, type Seen } from '../../test/room-driver.js';
import {
  createRoom,
  hasSocket,
  nextDeadline,
  type Effect,
  type RelayedMessage,
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
  some(1, fc.record({ do: fc.constant('wait'), ms: fc.nat(100_000) })),
  some(1, fc.record({ do: fc.constant('crash') })),
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
    if (keys.length === 2) assert.equal(seat?.offer, null, 'an offer is kept for a lone seat only');
    if (seat !== null) assert.ok(seat.person.used <= seat.person.issued + 1);
  }
  assert.ok(room.ended.length <= 32);
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
  readonly driver = new RoomDriver();
  private readonly open: string[] = [];
  private readonly tickets: TicketClaims[] = [];
  /** Pages that came with another ticket than their newest. */
  private readonly astray = new Set<string>();
  /** The last `n` each socket got from each sender, and the last `seq`. */
  private readonly lastFrom = new Map<string, number>();
  private readonly lastSeq = new Map<string, number>();
  private said = 0;
  private sockets = 0;

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
    this.driver.room = createRoom('support-42', this.driver.now);
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
    else if (speaker === undefined) return;
    else if (what.do === 'join') driver.join(speaker, what.quiet);
    else if (what.do === 'leave') driver.leave(speaker);
    else if (what.do === 'say')
      driver.send(speaker, this.sentence(what.what, driver.room.epoch + what.epochs));
    else {
      this.open.splice(this.open.indexOf(speaker), 1);
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
    const isNewest = ticket === this.tickets.filter((one) => one.id === ticket.id).at(-1);
    // The newest ticket of a page that went back to an older one says nothing of what the page knows.
    if (!isNewest) this.astray.add(ticket.id);
    const socket = this.newSocket();
    this.driver.resume(socket, ticket, what);
    if (!this.astray.has(ticket.id)) checkComeback(ticket, this.driver.take(socket));
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
      else
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
    assert.equal(frame.seq, (this.lastSeq.get(to) ?? frame.seq - 1) + 1, `seq of ${owner} rises by one`);
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

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}

test(`whatever happens to a room (${RUNS} random stories)`, () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80, size: 'max' }), (story) => {
      const model = new Model();
      for (const what of story) model.act(what);
      model.finish();
    }),
    { numRuns: RUNS },
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
