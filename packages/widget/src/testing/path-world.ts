import type { LinkConfig } from '../core/effects.js';
import type { CallFact } from '../core/facts.js';
import { WATCH_CLOSELY_MS } from '../core/on-link.js';
import type { Phase } from '../core/snapshot.js';
import type { LinkListener, LinkPort } from '../session/ports.js';
import { START } from '../../../signal-worker/test/room-driver.js';
import { BrowserLink, FakePath, type Flavour } from './fake-path.js';
import { ManualClock } from './manual-clock.js';
import { TwoPeople, type Person } from './two-people.js';

/** What is the same for the whole of a story. */
export interface Climate {
  /** One way, ms: to the service, and to the other. */
  readonly lineMs: number;
  readonly pathMs: number;
  readonly flavours: readonly [Flavour, Flavour];
  readonly hasTracks: boolean;
  readonly hasRelays: boolean;
  /** In [0, 1): where timers that spread begin. */
  readonly chance: number;
}

const TICK_MS = 250;
/** Media is noticed by counting bytes, four times a second, ms: the first count may come just before it. */
const NOTICED_MS = 2 * WATCH_CLOSELY_MS;
/** The service drops a socket that was silent for so long, ms. */
const SILENT_MS = 30_000;
/** A share that is no fraction of a round number: what it adds up to never repeats. */
const GOLDEN = 0.618_033_988_749_895;

const RELAYS = [
  { urls: ['stun:s.example', 'turn:t.example?transport=udp'], username: 'u', credential: 'c' },
  { urls: ['turn:t.example?transport=tcp', 'turns:t.example'], username: 'u', credential: 'c' },
];

/** Time in which random numbers differ, the same ones in each run. */
class StoryClock extends ManualClock {
  override random(): number {
    this.chance = (this.chance + GOLDEN) % 1;
    return this.chance;
  }
}

/** What one of the two went through. */
export class Diary {
  readonly phases: { at: number; phase: Phase }[] = [];
  readonly offeredAt: number[] = [];
  /** When media last arrived here, ms, and since when it had. */
  heardAt = 0;
  heardSince = 0;
  /** What must not be. */
  readonly wrongs: string[] = [];
}

/** Two whole sessions in real time (a clock's): lines and a path with a length, and browsers that behave as browsers do. */
export class PathWorld extends TwoPeople {
  readonly path: FakePath;
  readonly diaries: ReadonlyMap<Person, Diary>;
  readonly #climate: Climate;

  constructor(climate: Climate) {
    super(new StoryClock());
    this.clock.chance = climate.chance;
    this.#climate = climate;
    this.path = new FakePath(this.clock, climate.pathMs);
    this.path.hasTracks = climate.hasTracks;
    if (climate.hasRelays) this.iceServers = RELAYS;
    this.diaries = new Map(this.people.map((person) => [person, this.#keepDiary(person)]));
    this.#tick();
  }

  get people(): readonly [Person, Person] {
    return [this.anna, this.ben];
  }

  diary(person: Person): Diary {
    const diary = this.diaries.get(person);
    if (!diary) throw new Error('nobody');
    return diary;
  }

  linkOf(person: Person): BrowserLink | null {
    return this.path.ends[person === this.anna ? 0 : 1];
  }

  /** Does media arrive there? */
  hears(person: Person): boolean {
    return this.linkOf(person)?.hears === true;
  }

  /** What is said takes its time. */
  override later(run: () => void): void {
    this.clock.after(this.#climate.lineMs, run);
  }

  override createLink(person: Person, config: LinkConfig, listener: LinkListener): LinkPort {
    const place = person === this.anna ? 0 : 1;
    const diary = this.diary(person);
    if (this.path.ends[place] !== null) diary.wrongs.push('two connections at once');
    const { offeredAt } = diary;
    const { clock } = this;
    const name = `${person.name}-${this.#made++}`;
    const link = new (class extends BrowserLink {
      override offer(neg: number, iceRestart: boolean): void {
        offeredAt.push(clock.now());
        super.offer(neg, iceRestart);
      }
    })(this.path, place, name, this.#climate.flavours[place], config, listener);
    return link;
  }
  #made = 0;

  override async pass(ms: number): Promise<void> {
    await this.clock.pass(ms);
  }

  override receive(...args: Parameters<TwoPeople['receive']>): void {
    this.#keepTime();
    super.receive(...args);
  }

  override drop(socket: string, code: number, heardAt?: number): void {
    this.#keepTime();
    super.drop(socket, code, heardAt);
  }

  /** Nothing gets to the service any more: both ends see it at once, or neither. */
  loseLine(person: Person, how: 'cut' | 'silent'): void {
    if (how === 'cut') {
      person.isCutOff = true;
      return;
    }
    const { socket } = person;
    const heardAt = Math.floor(START + this.clock.now());
    person.fallSilent();
    if (socket?.isDead) this.clock.after(SILENT_MS, () => this.drop(socket.id, 1006, heardAt));
  }

  #keepTime(): void {
    const { driver } = this;
    // A service counts whole milliseconds.
    driver.now = Math.max(driver.now, Math.floor(START + this.clock.now()));
  }

  #tick(): void {
    this.clock.after(TICK_MS, () => {
      this.#keepTime();
      this.driver.wait(0);
      this.tell();
      for (const person of this.people) if (this.hears(person)) this.#noteMedia(this.diary(person));
      this.#tick();
    });
  }

  #noteMedia(diary: Diary): void {
    const now = this.clock.now();
    if (now - diary.heardAt > 1.5 * TICK_MS) diary.heardSince = now;
    diary.heardAt = now;
  }

  #keepDiary(person: Person): Diary {
    const diary = new Diary();
    person.session.subscribe({ fact: (fact) => this.#note(person, diary, fact) });
    return diary;
  }

  #note(person: Person, diary: Diary, fact: CallFact): void {
    const at = this.clock.now();
    if (fact.type === 'phase-change') diary.phases.push({ at, phase: fact.phase });
    const isLoss = fact.type === 'peer-left' || fact.type === 'ended';
    // Whose seats had lapsed meet anew, as strangers: that is told as a going and a coming in one moment.
    if (fact.type === 'peer-joined' && diary.wrongs.at(-1)?.startsWith(`peer-left at ${at} ms`))
      diary.wrongs.pop();
    // By now the connection is closed: what counts is whether media came until then, both ways, from somebody who is still there,
    // and for long enough to be noticed.
    const other = this.other(person);
    const theirs = this.diary(other);
    const heardAt = Math.min(diary.heardAt, theirs.heardAt);
    const isNoticed = at - Math.max(diary.heardSince, theirs.heardSince) > NOTICED_MS;
    if (isLoss && other.session.snapshot.phase !== 'ended' && at - heardAt <= TICK_MS && isNoticed)
      diary.wrongs.push(`${fact.type} at ${at} ms, ${at - diary.heardAt} ms after media came`);
  }
}
