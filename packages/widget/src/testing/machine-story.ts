import type { ServerMessage } from '@p2p-call/protocol';
import fc from 'fast-check';
import { CallError } from '../core/errors.js';
import { TIMERS, type Input, type LinkNews, type TimerName } from '../core/inputs.js';
import { joined, peerJoined, peerLeft, welcome, type MachinePlayer } from './machine-player.js';

/** How the world behaves while time passes: what the browser counts, and whether the other page answers. */
export interface World {
  readonly bytes: 'grow' | 'still' | 'none';
  readonly peer: boolean;
  /** Descriptions are made, and settled where the other page answers. */
  readonly browser: boolean;
}

/**
 * What happens next. Numbers are told in relation to the state that they meet, so that a random story is mostly one that
 * could be true; `odd` chooses among the variants of a kind.
 */
export type Step =
  | { do: 'input'; input: Input }
  | { do: 'hear'; what: ServerMessage['type']; epoch: number; conn: number; neg: number; odd: number }
  | { do: 'news'; news: LinkNews['type'] | 'link-message'; neg: number; odd: number; old: boolean }
  | { do: 'pass'; ms: number; world: World }
  /** The machine sleeps: time jumps, and what was due comes late, all at once. */
  | { do: 'sleep'; ms: number }
  /** The next timer fires, however far away. */
  | { do: 'next' }
  | { do: 'stray'; name: TimerName };

const HEARD: readonly ServerMessage['type'][] = [
  'welcome',
  'joined',
  'room',
  'peer-joined',
  'peer-left',
  'peer-away',
  'peer-back',
  'offer',
  'answer',
  'candidate',
  'state',
  'recover',
  'probe',
  'probe-ack',
  'ticket',
  'ice',
  'error',
  'going-away',
];

const NEWS: readonly (LinkNews['type'] | 'link-message')[] = [
  'link-described',
  'link-settled',
  'link-candidate',
  'link-transport',
  'link-ice',
  'link-channel',
  'link-negotiation-needed',
  'link-bytes',
  'link-failed',
  'link-message',
];

const REFUSED = [
  'replaced',
  'removed',
  'room-closed',
  'token-invalid',
  'forbidden',
  'origin',
  'no-token',
  'bad-message',
] as const;

const devices = (['microphone', 'camera'] as const).flatMap((kind): Input[] => [
  { type: 'set-device', kind, on: true },
  { type: 'set-device', kind, on: false },
  { type: 'captured', kind, result: { ok: true, deviceId: 'd' } },
  { type: 'captured', kind, result: { ok: false, code: 'media-denied' } },
  { type: 'captured', kind, result: { ok: false, code: null } },
  { type: 'device-lost', kind },
  { type: 'devices-changed' },
]);

const calls: readonly Input[] = [
  { type: 'start', obstacle: null },
  { type: 'preview' },
  { type: 'join' },
  { type: 'join' },
  { type: 'restart-ice' },
  { type: 'simulate', fault: 'ice-failed' },
  { type: 'simulate', fault: 'ice-disconnected' },
  { type: 'simulate', fault: 'relay-only' },
  { type: 'wake', network: true },
  { type: 'wake', network: false },
  { type: 'signaling-lost' },
  { type: 'signaling-lost' },
  { type: 'problem', error: new CallError('config-invalid') },
  { type: 'problem', error: null },
];

const ends: readonly Input[] = [
  { type: 'leave' },
  { type: 'leave', reason: 'enough' },
  { type: 'start', obstacle: 'insecure-context' },
  ...REFUSED.map((why): Input => ({ type: 'signaling-refused', why })),
];

/** Mostly right, sometimes one off. */
const near = fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1);
const odd = fc.nat(11);
/** Mostly short, up to ten minutes. */
const moment = fc.oneof(fc.nat(3_000), fc.nat(20_000), fc.nat(600_000));
const world: fc.Arbitrary<World> = fc.record({
  bytes: fc.constantFrom('grow', 'still', 'still', 'none'),
  peer: fc.boolean(),
  browser: fc.boolean(),
});

const input = (inputs: readonly Input[]) =>
  fc.record({ do: fc.constant('input' as const), input: fc.constantFrom(...inputs) });

const usual: fc.WeightedArbitrary<Step>[] = [
  { weight: 6, arbitrary: input(calls) },
  { weight: 3, arbitrary: input(devices) },
  { weight: 1, arbitrary: input(ends) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('hear'),
      what: fc.constantFrom(...HEARD),
      ...{ epoch: near, conn: near, neg: near, odd },
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('news'),
      news: fc.constantFrom(...NEWS),
      ...{ neg: near, odd, old: near.map((delta) => delta !== 0) },
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.nat(15_000), world }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.nat(90_000), world }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep'), ms: moment }) },
  { weight: 2, arbitrary: fc.constant({ do: 'next' }) },
];

const stray: fc.WeightedArbitrary<Step> = {
  weight: 6,
  arbitrary: fc.constantFrom(...TIMERS).map((name) => ({ do: 'stray', name })),
};

/** Where a story begins: stories that all begin on an empty page seldom come to a call. */
export type Opening = 'page' | 'lobby' | 'waiting' | 'connecting' | 'connected';

export interface Story {
  readonly opening: Opening;
  readonly slot: 0 | 1;
  readonly steps: readonly Step[];
}

/** @param strays do timers fire that do not run? */
export const storyOf = (strays: boolean, maxLength: number): fc.Arbitrary<Story> =>
  fc.record({
    opening: fc.constantFrom('page', 'lobby', 'waiting', 'connecting', 'connected', 'connected'),
    slot: fc.constantFrom(0, 1),
    steps: fc.array(fc.oneof(...usual, ...(strays ? [stray] : [])), { maxLength, size: 'max' }),
  });

/** What the service may say, of a pairing near the present one. */
export function messageOf({ state }: MachinePlayer, step: Extract<Step, { do: 'hear' }>): ServerMessage {
  const { what, odd: n } = step;
  const { seat, link, callId } = state;
  const epoch = Math.max(1, (seat?.epoch ?? 1) + step.epoch);
  const conn = Math.max(1, (seat?.conn ?? 1) + step.conn + (what === 'offer' && n % 2 ? 1 : 0));
  const neg = Math.max(
    1,
    (conn === link?.conn ? link.neg : 1) + step.neg + (what === 'offer' && n > 5 ? 1 : 0),
  );
  const position = { epoch, conn, neg };
  const from = { from: 'p_b', seq: n + 1 };
  const peer = { id: n % 4 === 3 ? 'p_c' : 'p_b', name: 'Ben' };
  const slot = n % 6 === 5 ? 1 - (seat?.slot ?? 0) : (seat?.slot ?? n % 2);
  const who = { slot: slot === 1 ? 1 : 0, polite: slot === 1 } as const;
  const call = n % 5 === 4 ? 'c_9' : (callId ?? 'c_1');
  const media = { rev: n, audio: n % 2 === 0, video: n % 3 === 0, screen: false };
  const theirs = n % 3 ? { person: { ...peer, state: media } } : {};
  switch (what) {
    case 'welcome': {
      const here = {
        slot: who.slot,
        epoch,
        callId: call,
        peer: ([null, 'here', 'away'] as const)[n % 3] ?? null,
      };
      const held = { ...here, ...(here.peer === null ? {} : theirs) };
      return welcome({
        ...(n < 3 ? {} : { seat: held, resync: n % 2 === 0 }),
        ...{
          relay: n === 7,
          turn: (['none', 'ok', 'unavailable'] as const)[n % 3] ?? 'none',
          iceTtl: n * 60,
        },
        room: { seats: ([0, 1, 2] as const)[n % 3] ?? 0 },
      });
    }
    case 'joined':
      return joined({
        ...{ epoch, callId: call, ...who },
        ...(n % 3 ? { peer } : {}),
        ...(n % 3 === 2 && who.slot === 1 ? { offer: { conn, neg, sdp: 'o' } } : {}),
      });
    case 'room':
      return { type: 'room', seats: ([0, 1, 2] as const)[n % 3] ?? 0 };
    case 'peer-joined':
      return peerJoined({ epoch, callId: call, peer, ...who, offer: n % 3 ? { conn, neg } : null });
    case 'peer-left': {
      const reason = (['left', 'lost', 'removed', 'replaced'] as const)[n % 4] ?? 'left';
      return peerLeft({ epoch: epoch + 1, peer, reason });
    }
    case 'peer-away':
    case 'peer-back':
      return { type: what, epoch, peer };
    case 'offer':
    case 'answer':
      return { type: what, ...position, ...from, sdp: `${what} ${conn} ${neg}` };
    case 'candidate':
      return { type: what, ...position, ...from, candidate: n % 2 ? { candidate: `c${n}` } : '' };
    case 'state':
      return { type: what, ...media, ...from };
    case 'recover':
      return { type: what, epoch, conn, action: n % 2 ? 'restart' : 'rebuild', reason: 'stalled', ...from };
    case 'probe':
    case 'probe-ack':
      return { type: what, n, ...from };
    case 'ticket':
      return { type: what, ticket: 'next' };
    case 'ice':
      return {
        type: what,
        iceServers: [{ urls: 'turn:t.example' }],
        iceTtl: n * 60,
        turn: n % 3 ? 'ok' : 'unavailable',
      };
    case 'error': {
      const codes = [
        'room-full',
        'not-seated',
        'bad-message',
        'too-many-candidates',
        'rate-warning',
      ] as const;
      return { type: what, code: codes[n % 5] ?? 'rate-warning' };
    }
    case 'going-away':
      return { type: what, retryAfterMs: 1_000 };
  }
}

/** What the present connection (or one before it) may say. */
export function newsOf({ state }: MachinePlayer, step: Extract<Step, { do: 'news' }>): Input {
  const { odd: n } = step;
  const link = (state.link?.id ?? 1) - (step.old ? 1 : 0);
  const neg = (state.link?.neg ?? 1) + step.neg;
  switch (step.news) {
    case 'link-described': {
      const isOurs = state.seat?.slot === 0;
      const kind = isOurs === n > 1 ? 'offer' : 'answer';
      return { type: step.news, link, kind, neg, sdp: `${kind} ${neg}` };
    }
    case 'link-settled':
      return { type: step.news, link, neg };
    case 'link-candidate':
      return { type: step.news, link, candidate: n === 0 ? '' : { candidate: `c${n}` } };
    case 'link-transport': {
      const transport = n < 6 ? 'connected' : n < 9 ? 'disconnected' : 'failed';
      return { type: step.news, link, transport };
    }
    case 'link-channel':
      return { type: step.news, link, open: n < 9 };
    case 'link-bytes':
      return { type: step.news, link, bytes: (state.link?.bytes ?? 0) + (n % 2) * 50, relay: n > 8 };
    case 'link-failed':
      return { type: step.news, link, step: 'offer', cause: null };
    case 'link-message': {
      if (n === 0) return { type: step.news, link, message: { type: 'leave' } };
      if (n < 4)
        return {
          type: step.news,
          link,
          message: { type: 'state', rev: n, audio: true, video: false, screen: false },
        };
      return { type: step.news, link, message: { type: 'beat', n, ...(n > 7 ? { echo: true } : {}) } };
    }
    case 'link-timed':
      return { type: step.news, link, what: 'create_offer', ms: n };
    case 'link-state':
      return { type: step.news, link, of: 'ice', state: 'checking' };
    default:
      return { type: step.news, link };
  }
}
