// A home's line to the internet: the process that carries it (cable.py), and what it is told.
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findServer } from '../../scripts/servers.mjs';
import type { Namespaces, Place } from './namespaces.js';

const PROGRAM = fileURLToPath(new URL('../cable.py', import.meta.url));

/** One direction of a cable. */
export interface Way {
  readonly delayMs?: number;
  readonly lossPercent?: number;
  /** kbit/s; 0: as fast as it goes. */
  readonly rateKbit?: number;
  readonly cut?: boolean;
}
/** `up`: from the home to the internet. */
export interface Ways {
  readonly up?: Way;
  readonly down?: Way;
}

/** What passed in one direction, and what did not. */
export interface WayCounts {
  readonly packets: number;
  readonly bytes: number;
  /** By chance, by a cut, because the queue of a narrow cable was full, because the other end was gone. */
  readonly lost: number;
  readonly cut: number;
  readonly full: number;
  readonly refused: number;
  /** The most by which a packet was delivered later than asked, ms, and how many were more than 5 ms late. */
  readonly lateMs: number;
  readonly late: number;
}
export interface CableCounts {
  readonly up: WayCounts;
  readonly down: WayCounts;
}

interface Reply {
  readonly id: number;
  readonly up?: WayCounts;
  readonly down?: WayCounts;
}

export interface CableEnd {
  readonly place: Place;
  readonly device: string;
}

export class Cable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    let errors = '';
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    if (child.stdout !== null)
      createInterface(child.stdout).on('line', (line) => {
        const reply = JSON.parse(line) as Reply;
        this.#waiting.get(reply.id)?.resolve(reply);
        this.#waiting.delete(reply.id);
      });
    child.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The cable ended: ${errors}`));
    });
  }

  /** Lays a cable from a home's router to the internet. */
  static async lay(namespaces: Namespaces, home: CableEnd, internet: CableEnd): Promise<Cable> {
    const ends = [home, internet].flatMap(({ place, device }) => [namespaces.nameOf(place), device]);
    const child = namespaces.start(null, findServer('python3') ?? 'python3', [PROGRAM, ...ends], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const cable = new Cable(child);
    await cable.#reply(0);
    return cable;
  }

  async set(ways: Ways): Promise<void> {
    await this.#ask({ set: ways });
  }

  /** @param then whether to count from 0 from now on */
  async counts(then: 'reset' | 'keep' = 'keep'): Promise<CableCounts> {
    const { up, down } = await this.#ask({ count: then });
    if (up === undefined || down === undefined) throw new Error('the cable did not count');
    return { up, down };
  }

  #ask(question: object): Promise<Reply> {
    const id = ++this.#asked;
    this.#child.stdin?.write(`${JSON.stringify({ id, ...question })}\n`);
    return this.#reply(id);
  }

  #reply(id: number): Promise<Reply> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }
}
