import type { Effect } from '../core/effects.js';
import type { Attributes, CallFact, LogRecord, SetupPart, SpanName } from '../core/facts.js';
import type { Input } from '../core/inputs.js';
import type { CallState } from '../core/state.js';
import { Spans, type Source } from './spans.js';

/** One step of the machine: what it was, what happened, what it decided. */
export interface Step {
  readonly before: CallState;
  readonly input: Input;
  readonly after: CallState;
  readonly effects: readonly Effect[];
  /** ms, of the machine's clock */
  readonly now: number;
}

/** Of a candidate's line (RFC 8839, 5.1) only these two words are ever told. */
const CANDIDATE = /^candidate:\S+ \d+ (udp|tcp) .* typ (host|srflx|prflx|relay)\b/i;
const PARTS = ['permission', 'signaling', 'sdp', 'ice', 'dtls'] as const;
const LINK_SPANS = ['ice_gathering', 'ice_connected', 'dtls_connected'] as const;
const TROUBLE = ['disconnected', 'failed'];

/** Watches a call being decided, and says of it what a log, a meter and a trace want to know. It changes nothing. */
export class Recorder {
  readonly #spans: Spans;
  #facts: CallFact[] = [];
  #wasConnected = false;
  /** The connection whose DTLS is done: an ICE restart does not do it again. */
  #secured = 0;

  constructor(source: Source) {
    this.#spans = new Spans(source, (span) => this.#facts.push({ type: 'span', ...span }));
  }

  /** What there is to tell of a step, in order. Told once. */
  record(step: Step): readonly CallFact[] {
    const { before, input, after, effects, now } = step;
    // Of a connection that was replaced: nobody listens to it any more.
    if ('link' in input && input.link !== before.link?.id) return [];
    this.#facts = [];
    this.#follow(step);
    this.#hear(step);
    for (const effect of effects) this.#see(step, effect);
    const { signaling, seat, callId, peer } = after;
    if (before.signaling !== signaling)
      this.#log(step, 'signaling.state', { state: signaling }, signaling === 'resuming');
    this.#seeFirstFrame(step);
    if (seat === null || (callId === null && peer === null))
      this.#endCall(after.reason ?? after.error?.code ?? 'left', now);
    if (seat === null) this.#spans.forget();
    return this.#facts;
  }

  /** The service names the call, and the trace that both people and itself share. */
  #follow({ input, after, now }: Step): void {
    if (input.type !== 'message' || after.seat === null) return;
    const { message } = input;
    const isCall = message.type === 'joined' || message.type === 'peer-joined';
    const told = isCall ? message : message.type === 'welcome' ? message.seat : undefined;
    if (!told || told.callId !== after.callId || told.callId === this.#spans.call?.callId) return;
    this.#endCall('renamed', now);
    this.#spans.beginCall(told.callId, told.trace ?? '', now);
    this.#wasConnected = after.connectedAt !== null;
  }

  #endCall(reason: string, now: number): void {
    this.#spans.endCall({ reason, connected: this.#wasConnected }, now);
  }

  #hear(step: Step): void {
    const { input, now } = step;
    switch (input.type) {
      case 'captured': {
        const outcome = input.result.ok ? 'live' : (input.result.code ?? 'released');
        return this.#log(step, 'media.capture', { kind: input.kind, outcome }, !input.result.ok);
      }
      case 'device-lost':
        return this.#log(step, 'media.capture', { kind: input.kind, outcome: 'lost' }, true);
      case 'link-timed':
        return this.#spans.add({
          name: input.what,
          startedAt: now - input.ms,
          endedAt: now,
          attributes: linkOf(step),
        });
      case 'link-state':
        return this.#hearState(step, input.of, input.state);
      default:
    }
  }

  #hearState(step: Step, of: 'connection' | 'gathering' | 'ice', state: string): void {
    const { now } = step;
    const link = step.before.link?.id ?? 0;
    const begin = (name: SpanName) => this.#spans.begin(name, linkOf(step), now);
    const end = (name: SpanName) => this.#spans.end(name, {}, now);
    if (of !== 'gathering') this.#log(step, `webrtc.${of}_state`, { state }, TROUBLE.includes(state));
    if (of === 'gathering') {
      if (state === 'gathering') begin('ice_gathering');
      else end('ice_gathering');
    } else if (of === 'connection') {
      if (state !== 'connected') return;
      end('dtls_connected');
      this.#secured = link;
    } else if (state === 'checking') begin('ice_connected');
    else if (state === 'connected') {
      end('ice_connected');
      if (this.#secured !== link) begin('dtls_connected');
    }
  }

  #see(step: Step, effect: Effect): void {
    switch (effect.type) {
      case 'fact':
        return this.#seeFact(step, effect.fact);
      case 'send': {
        const { message } = effect;
        if (message.type === 'offer' || message.type === 'answer')
          return this.#log(step, `webrtc.${message.type}`, { direction: 'sent', neg: message.neg });
        return message.type === 'candidate' ? this.#logCandidate(step, 'sent', message.candidate) : undefined;
      }
      case 'link-accept-offer':
        return this.#log(step, 'webrtc.offer', { direction: 'received', neg: effect.neg });
      case 'link-accept-answer':
        return this.#log(step, 'webrtc.answer', { direction: 'received', neg: effect.neg });
      case 'link-add-candidate':
        return this.#logCandidate(step, 'received', effect.candidate);
      case 'link-close':
        return this.#spans.cut(LINK_SPANS, step.now);
      case 'link-open':
        // Alone: what the last offer took belongs to no call.
        return this.#spans.forget();
      default:
    }
  }

  #seeFact(step: Step, fact: CallFact): void {
    const { now } = step;
    if (fact.type === 'phase-change') {
      const { phase, previous, reason } = fact;
      return this.#log(step, 'call.phase', { phase, previous, ...(reason && { reason }) });
    }
    if (fact.type === 'connected') {
      this.#wasConnected = true;
      for (const part of PARTS) this.#measure(part, fact.timings[part]);
    }
    if (fact.type !== 'recovery') return;
    const { step: name, attempt, outcome, elapsedMs } = fact;
    this.#log(step, 'webrtc.recovery', { step: name, attempt, outcome, elapsedMs }, outcome !== 'recovered');
    if (outcome === 'started') this.#spans.begin('recovery', { step: name, attempt, ...linkOf(step) }, now);
    else this.#spans.end('recovery', { outcome }, now);
  }

  #seeFirstFrame(step: Step): void {
    const { firstFrame } = step.after.timings;
    const startedAt = step.after.marks?.paired;
    if (firstFrame === undefined || step.before.timings.firstFrame !== undefined || startedAt === undefined)
      return;
    const endedAt = startedAt + firstFrame;
    this.#spans.add({ name: 'first_frame', startedAt, endedAt, attributes: linkOf(step) });
    this.#measure('first_frame', firstFrame);
  }

  #measure(part: SetupPart, ms: number | undefined): void {
    if (ms === undefined) return;
    const value = Math.round(ms * 1_000) / 1_000;
    this.#facts.push({ type: 'metric', name: `${part}_ms`, value, unit: 'ms', attributes: {} });
  }

  #logCandidate(
    step: Step,
    direction: 'sent' | 'received',
    candidate: { candidate: string } | '' | null,
  ): void {
    const [, protocol, type] = CANDIDATE.exec(candidate ? candidate.candidate : '') ?? [];
    if (!protocol || !type) return;
    const attributes = { direction, type: type.toLowerCase(), protocol: protocol.toLowerCase() };
    this.#log(step, 'webrtc.candidate', attributes);
  }

  #log(step: Step, name: LogRecord['name'], attributes: Attributes, isTrouble = false): void {
    const { call } = this.#spans;
    const peer = step.after.peer ?? step.before.peer;
    this.#facts.push({
      type: 'log',
      name,
      level: isTrouble ? 'warn' : name === 'webrtc.candidate' ? 'debug' : 'info',
      callId: call?.callId ?? null,
      attributes: {
        ...attributes,
        ...(peer && { peerId: peer.id }),
        ...linkOf(step),
        ...(call && { traceId: call.traceId, spanId: call.spanId }),
      },
    });
  }
}

/** Which pairing and connection it is about. */
function linkOf({ before, after }: Step): Attributes {
  const seat = after.seat ?? before.seat;
  const link = after.link ?? before.link;
  return { ...(seat && { epoch: seat.epoch }), ...(link && { conn: link.conn }) };
}
