import { LIMITS } from '@p2p-call/protocol';
import type { ClockPort } from '../session/ports.js';

/** How long a socket that something speaks against may take to answer, ms; and on a slow network at most. */
const SUSPECT_MS = 1_500;
const SLOW_MS = 5_000;
/** A timer that is this much late tells of a machine that slept, ms. Hidden pages have timers that are 1 s late. */
const SLEPT_MS = 3_000;

/** Finds out whether a socket still carries anything: OPEN as it may call itself, it may be dead. */
export class Heartbeat {
  readonly #clock: ClockPort;
  readonly #ping: () => void;
  readonly #doubt: () => void;
  readonly #giveUp: () => void;
  #pace: number = LIMITS.pingElsewhereMs;
  /** Pings since anything was heard. */
  #missed = 0;
  #askedAt = 0;
  /** How long the last answer took, ms. */
  #tookMs = 0;
  #isSuspect = false;
  #cancel: (() => void) | null = null;

  /** @param doubt something speaks against the socket, and it was asked: until it answers, another way may be looked for */
  constructor(clock: ClockPort, ping: () => void, doubt: () => void, giveUp: () => void) {
    this.#clock = clock;
    this.#ping = ping;
    this.#doubt = doubt;
    this.#giveUp = giveUp;
  }

  start(): void {
    this.#missed = 0;
    this.#wait(false);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Any frame is a sign of life. */
  heard(): void {
    if (this.#missed > 0) this.#tookMs = this.#clock.now() - this.#askedAt;
    this.#missed = 0;
  }

  setPace(inCall: boolean): void {
    this.#pace = inCall ? LIMITS.pingInCallMs : LIMITS.pingElsewhereMs;
    if (this.#cancel && !this.#isSuspect) this.#wait(false);
  }

  /** Something speaks against the socket: it gets one ping, and little time. */
  suspect(): void {
    if (this.#cancel && !this.#isSuspect) this.#beat(true);
  }

  #beat(isSuspect: boolean): void {
    if (this.#missed === 0) this.#askedAt = this.#clock.now();
    this.#missed += 1;
    this.#ping();
    if (isSuspect || this.#missed > 1) this.#doubt();
    this.#wait(isSuspect);
  }

  #wait(isSuspect: boolean): void {
    this.stop();
    this.#isSuspect = isSuspect;
    const ms = isSuspect ? Math.min(Math.max(SUSPECT_MS, 2 * this.#tookMs), SLOW_MS) : this.#pace;
    const due = this.#clock.wall() + ms;
    this.#cancel = this.#clock.after(ms, () => {
      const slept = this.#clock.wall() - due > SLEPT_MS;
      // After a sleep the answer may be here and wait its turn: the socket is asked once more.
      const patience = slept ? 2 : isSuspect ? 0 : 1;
      if (this.#missed > patience) this.#giveUp();
      else this.#beat(slept);
    });
  }
}
