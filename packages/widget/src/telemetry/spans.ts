import type { Attributes, SpanName, SpanRecord } from '../core/facts.js';

/** Time and chance, from outside. */
export interface Source {
  /** In [0, 1). */
  random(): number;
  /** ms since 1970. */
  wall(): number;
}

/** The call that everything is told of. */
export interface Call {
  readonly callId: string;
  readonly traceId: string;
  readonly spanId: string;
}

/** W3C Trace Context, 3.2: version, trace id, id of the parent, flags. An id of zeros is none. */
const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-/;
/** Spans that are kept for a call whose name is not known yet: more than one connection makes. */
const EARLY = 16;

interface Open {
  readonly startedAt: number;
  readonly attributes: Attributes;
}
type Ended = Open & { readonly name: SpanName; readonly endedAt: number };

/** The spans of one call after the other: those that are open, and to whom they belong. Times are those of the clock, ms. */
export class Spans {
  #call: (Call & Open & { readonly parentId: string | null }) | null = null;
  /** From the clock to the calendar, ms. Taken once a call: within it, times keep their order. */
  #offset = 0;
  readonly #open = new Map<SpanName, Open>();
  /** Who waits alone offers before the call has a name. */
  #early: Ended[] = [];

  constructor(
    private readonly source: Source,
    private readonly tell: (span: SpanRecord) => void,
  ) {}

  get call(): Call | null {
    return this.#call;
  }

  /** A call begins, or is known by another name from now on. */
  beginCall(callId: string, trace: string, now: number): void {
    const [, traceId = this.#id(32), parentId = null] = TRACEPARENT.exec(trace) ?? [];
    const early = this.#early;
    this.#offset = this.source.wall() - now;
    const startedAt = Math.min(now, ...early.map((span) => span.startedAt));
    this.#call = { callId, traceId, parentId, spanId: this.#id(16), startedAt, attributes: { callId } };
    this.forget();
    for (const span of early) this.#tell(span, this.#id(16), this.#call.spanId);
  }

  /** It is over, and with it whatever is still open. */
  endCall(attributes: Attributes, now: number): void {
    const call = this.#call;
    if (call === null) return;
    this.cut([...this.#open.keys()], now);
    const span = {
      ...call,
      name: 'call',
      attributes: { ...call.attributes, ...attributes },
      endedAt: now,
    } as const;
    this.#tell(span, call.spanId, call.parentId);
    this.#call = null;
  }

  begin(name: SpanName, attributes: Attributes, now: number): void {
    this.cut([name], now);
    this.#open.set(name, { startedAt: now, attributes });
  }

  /** Ends it, if it is open. */
  end(name: SpanName, attributes: Attributes, now: number): void {
    const span = this.#open.get(name);
    if (!this.#open.delete(name) || !span) return;
    this.add({
      name,
      startedAt: span.startedAt,
      endedAt: now,
      attributes: { ...span.attributes, ...attributes },
    });
  }

  /** Ends those that are open, though what they stand for has not come about. */
  cut(names: readonly SpanName[], now: number): void {
    for (const name of names) this.end(name, { unfinished: true }, now);
  }

  /** One whose times are known. */
  add(span: Ended): void {
    if (this.#call) this.#tell(span, this.#id(16), this.#call.spanId);
    else if (this.#early.length < EARLY) this.#early.push(span);
  }

  /** Nobody came for what was made: it belongs to no call. */
  forget(): void {
    this.#early = [];
  }

  #tell({ name, startedAt, endedAt, attributes }: Ended, spanId: string, parentId: string | null): void {
    const traceId = this.#call?.traceId ?? '';
    const toWall = (at: number) => Math.round((at + this.#offset) * 1_000) / 1_000;
    this.tell({
      name,
      startMs: toWall(startedAt),
      endMs: toWall(endedAt),
      attributes,
      traceId,
      spanId,
      parentId,
    });
  }

  /** Hexadecimal digits. They name spans and keep no secret: chance of any quality will do. */
  #id(length: number): string {
    return Array.from({ length }, () => Math.floor(this.source.random() * 16).toString(16)).join('');
  }
}
