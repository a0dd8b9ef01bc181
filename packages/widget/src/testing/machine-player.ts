import type { Of, ServerMessage } from '@p2p-call/protocol';
import type { Effect } from '../core/effects.js';
import type { Input, LinkInput, TimerName } from '../core/inputs.js';
import { transition } from '../core/machine.js';
import { DEFAULT_SETTINGS, type CallSettings } from '../core/settings.js';
import { initialState, type CallState } from '../core/state.js';

/** Leaves out the link's id, which the player fills in. */
type LinkInputBody = LinkInput extends infer I ? (I extends LinkInput ? Omit<I, 'link'> : never) : never;

/** Plays inputs to the machine and keeps what it answered; time passes only when told to. */
export class MachinePlayer {
  state: CallState = initialState();
  now = 1_000;
  effects: Effect[] = [];
  readonly timers = new Map<TimerName, number>();
  /** Looks at every transition. */
  watch: ((before: CallState, input: Input, effects: readonly Effect[]) => void) | null = null;

  constructor(settings: Partial<CallSettings> = {}) {
    this.input({
      type: 'configure',
      settings: { ...DEFAULT_SETTINGS, signalingUrl: 'http://x', room: 'r', token: 't', ...settings },
    });
  }

  /** Plays one input; returns what is to be done. */
  input(input: Input): readonly Effect[] {
    const before = this.state;
    const { state, effects } = transition(before, input, this.now);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'timer-start') this.timers.set(effect.name, this.now + effect.ms);
      if (effect.type === 'timer-stop') this.timers.delete(effect.name);
    }
    this.effects.push(...effects);
    this.watch?.(before, input, effects);
    return effects;
  }

  link(body: LinkInputBody, link = this.state.link?.id ?? -1): readonly Effect[] {
    return this.input({ ...body, link });
  }

  hear(message: ServerMessage, askedSeat = false): readonly Effect[] {
    return this.input({ type: 'message', message, askedSeat });
  }

  /** Lets time pass, firing timers in order. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const [next] = [...this.timers].filter(([, at]) => at <= until).sort((a, b) => a[1] - b[1]);
      if (!next) break;
      const [name, at] = next;
      this.timers.delete(name);
      this.now = Math.max(this.now, at);
      this.input({ type: 'timer', name });
    }
    this.now = until;
  }

  /** What was done since the last `clear`, by kind. */
  done<T extends Effect['type']>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }

  sent(): string[] {
    return this.done('send').map(({ message }) => message.type);
  }

  facts(): string[] {
    return this.done('fact').map(({ fact }) => fact.type);
  }

  clear(): void {
    this.effects = [];
  }

  // ---- ways to a state ----

  lobby(): this {
    this.input({ type: 'start', obstacle: null });
    this.hear(welcome());
    return this;
  }

  waiting(): this {
    this.lobby().input({ type: 'join' });
    this.hear(joined());
    this.link({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'my-offer' });
    return this;
  }

  /** As slot 0 (who waited) or slot 1 (who came). */
  connecting(slot: 0 | 1): this {
    if (slot === 0) {
      this.waiting().hear(peerJoined());
      this.hear({ type: 'answer', epoch: 1, conn: 1, neg: 1, sdp: 'their-answer', from: 'p_b', seq: 1 });
      this.link({ type: 'link-settled', neg: 1 });
    } else {
      this.lobby().input({ type: 'join' });
      this.hear(
        joined({
          slot: 1,
          polite: true,
          peer: { id: 'p_b', name: 'Ben' },
          offer: { conn: 1, neg: 1, sdp: 'their-offer' },
        }),
      );
      this.link({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'my-answer' });
    }
    return this;
  }

  connected(slot: 0 | 1): this {
    this.connecting(slot).prove();
    this.link({ type: 'link-bytes', bytes: 100 });
    this.clear();
    return this;
  }

  /** As if the peer's last description had named its end of the path so. */
  setLinkFragment(theirFragment: string): void {
    const { link } = this.state;
    if (link) this.state = { ...this.state, link: { ...link, theirFragment } };
  }

  /** Our present offer is made, answered, and the answer taken in. */
  settle(): void {
    const { link, seat } = this.state;
    const [epoch, conn, neg] = [seat?.epoch ?? 1, link?.conn ?? 1, link?.neg ?? 1];
    this.link({ type: 'link-described', kind: 'offer', neg, sdp: `offer ${neg}` });
    this.hear({ type: 'answer', epoch, conn, neg, sdp: `answer ${neg}`, from: 'p_b', seq: 1 });
    this.link({ type: 'link-settled', neg });
  }

  /** The peer's page answers our last probe. */
  answerProbe(): void {
    this.hear({ type: 'probe-ack', n: (this.state.recovery?.probes ?? 1) - 1, from: 'p_b', seq: 9 });
  }

  prove(): void {
    this.link({ type: 'link-ice' });
    this.link({ type: 'link-transport', transport: 'connected' });
    this.link({ type: 'link-channel', open: true });
  }
}

export function welcome(more: Partial<Of<ServerMessage, 'welcome'>> = {}): ServerMessage {
  return {
    type: 'welcome',
    self: { id: 'p_a', name: 'Anna' },
    room: { seats: 0 },
    iceServers: [{ urls: 'stun:stun.example' }],
    iceTtl: 3600,
    turn: 'none',
    relay: false,
    ticket: 'ticket',
    graceMs: 90_000,
    now: 0,
    ...more,
  };
}

export function joined(more: Partial<Of<ServerMessage, 'joined'>> = {}): ServerMessage {
  return { type: 'joined', callId: 'c_1', trace: '00-x', epoch: 1, slot: 0, polite: false, ...more };
}

export function peerJoined(more: Partial<Of<ServerMessage, 'peer-joined'>> = {}): ServerMessage {
  return {
    type: 'peer-joined',
    epoch: 1,
    slot: 0,
    polite: false,
    callId: 'c_1',
    trace: '00-x',
    peer: { id: 'p_b', name: 'Ben' },
    offer: { conn: 1, neg: 1 },
    ...more,
  };
}

export function peerLeft(more: Partial<Of<ServerMessage, 'peer-left'>> = {}): ServerMessage {
  return {
    type: 'peer-left',
    epoch: 2,
    slot: 0,
    polite: false,
    peer: { id: 'p_b' },
    reason: 'left',
    ...more,
  };
}
