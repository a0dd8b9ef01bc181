import assert from 'node:assert/strict';
import type { Effect } from '../core/effects.js';
import type { CallFact } from '../core/facts.js';
import type { Input, TimerName } from '../core/inputs.js';
import type { CallSnapshot, Phase } from '../core/snapshot.js';
import { isLost } from '../core/devices.js';
import { REOPEN_TRIES } from '../core/lost-device.js';
import { toSnapshot, type CallState, type Device } from '../core/state.js';
import type { MachinePlayer } from './machine-player.js';

/** Which phase may follow which (4-engine's graph). */
export const PHASE_GRAPH: Readonly<Record<Phase, readonly Phase[]>> = {
  idle: ['preparing'],
  preparing: ['lobby', 'ended'],
  lobby: ['joining', 'ended'],
  // No seat: full, or nobody answered.
  joining: ['waiting', 'connecting', 'lobby', 'ended'],
  waiting: ['connecting', 'lobby', 'ended'],
  connecting: ['connected', 'waiting', 'lobby', 'ended'],
  // Slot 1 is taken from `connected` into a recovery that it had not seen the need of.
  connected: ['unstable', 'recovering', 'connecting', 'waiting', 'ended'],
  unstable: ['connected', 'recovering', 'connecting', 'waiting', 'ended'],
  recovering: ['connected', 'connecting', 'waiting', 'ended'],
  ended: ['joining'],
};

/** What justifies a timer that runs. */
export const OWNERS: Readonly<Record<TimerName, (state: CallState) => boolean>> = {
  join: ({ phase }) => phase === 'joining',
  'offer-age': ({ phase, seat, link }) => phase === 'waiting' && seat?.slot === 0 && link !== null,
  connect: ({ phase }) => phase === 'connecting',
  watch: ({ link }) => link !== null && link.channel !== 'new',
  beat: ({ link }) => link !== null && link.channel !== 'new',
  probe: ({ recovery }) => recovery !== null,
  pause: ({ recovery }) => recovery?.status === 'pausing',
  step: ({ recovery }) => recovery?.status === 'stepping' || recovery?.status === 'preparing',
  offer: ({ heldOffer }) => heldOffer !== null,
  answer: ({ link }) => link?.negotiation === 'offered',
  ice: ({ welcome }) => welcome !== null,
  reopen: ({ microphone, camera }) =>
    [microphone, camera].some((device) => isLost(device) && device.lost.dueAt !== null),
};

const waitsForDevice = (device: Device): boolean =>
  isLost(device) && !device.lost.isTrying && device.lost.tries < REOPEN_TRIES;

/** States that wait, and the timers of which one must run: else they wait for ever. */
const WAITS: readonly [string, (state: CallState) => boolean, readonly TimerName[]][] = [
  ['a recovery goes on', ({ recovery }) => recovery !== null, ['probe']],
  ['a pause ends', ({ recovery }) => recovery?.status === 'pausing', ['pause']],
  ['a step ends', ({ recovery }) => recovery?.status === 'stepping', ['step']],
  ['new servers come', ({ recovery }) => recovery?.status === 'preparing', ['step']],
  ['a held offer is made', ({ heldOffer }) => heldOffer !== null, ['offer']],
  ['a setup ends', ({ phase }) => phase === 'connecting', ['connect', 'probe']],
  ['a join ends', ({ phase }) => phase === 'joining', ['join']],
  [
    'an offer ages',
    ({ phase, seat, link }) => phase === 'waiting' && seat?.slot === 0 && !!link,
    ['offer-age'],
  ],
  ['media is watched', ({ phase }) => phase === 'connected', ['watch']],
  [
    'a lost device is tried again',
    ({ microphone, camera }) => waitsForDevice(microphone) || waitsForDevice(camera),
    ['reopen'],
  ],
  ['the pulse beats', ({ phase }) => phase === 'connected', ['beat']],
];

const OFFERS_MS = 10_000;
const OFFERS = 4;

/** Looks at every transition of a machine. Throws at the first that no machine of ours may make. */
export class MachineRules {
  /** The connection that is open, going by the effects. */
  #open: number | null = null;
  #offeredAt: number[] = [];
  #askedAt: number[] = [];
  /** The recovery step that was told of and whose outcome was not. */
  #step: Extract<CallFact, { type: 'recovery' }> | null = null;
  #attempt = 0;
  #snapshot: CallSnapshot | null = null;
  /** The connection that sends sound only, going by the effects. */
  #resting: number | null = null;

  /** @param strays timers fire that do not run: then some run on that nobody waits for */
  constructor(
    private readonly player: MachinePlayer,
    private readonly strays = false,
  ) {
    player.watch = (before, input, effects) => this.#check(before, input, effects);
  }

  #check(before: CallState, input: Input, effects: readonly Effect[]): void {
    const { state, now } = this.player;
    this.#checkEffects(before, effects);
    this.#checkTimers();
    this.#checkNumbers(before, input);
    this.#checkFacts(before, effects);
    checkState(state);
    this.#snapshot = checkSnapshot(state, now, this.#snapshot);
    if (state.phase === 'ended' && before.phase !== 'ended') this.#checkEnd();
  }

  #checkEffects(before: CallState, effects: readonly Effect[]): void {
    const { state, now } = this.player;
    for (const effect of effects) {
      if (effect.type === 'send' && effect.message.type === 'recover') this.#askedAt.push(now);
      if (!('link' in effect)) continue;
      if (effect.type === 'link-open') {
        assert.equal(this.#open, null, 'a connection is opened while another is open');
        this.#open = effect.link;
      } else assert.equal(effect.link, this.#open, `${effect.type} to a connection that is not open`);
      if (effect.type === 'link-close') this.#open = null;
      if (effect.type === 'link-offer') this.#checkOffer(before, effect);
      if (effect.type === 'link-rest') this.#resting = effect.link;
      if (effect.type === 'link-refresh') this.#resting = null;
    }
    if (state.link)
      assert.equal(state.link.isResting, state.link.id === this.#resting, 'rests as it was told');
    assert.equal(state.link?.id ?? null, this.#open, 'the connection in the state is the open one');
    const isNewCall = state.phase === 'joining' && before.phase !== 'joining';
    for (const times of [this.#offeredAt, this.#askedAt]) {
      if (isNewCall) times.length = 0;
      while (times[0] !== undefined && times[0] <= now - OFFERS_MS) times.shift();
      assert.ok(times.length <= OFFERS, `${times.length} offers, or requests for one, in 10 s`);
    }
  }

  #checkOffer(before: CallState, { link, neg, iceRestart }: Extract<Effect, { type: 'link-offer' }>): void {
    const { state, now } = this.player;
    this.#offeredAt.push(now);
    assert.equal(state.link?.neg, neg, 'the offer of the number that the state tells');
    if (state.seat?.slot !== 1) return;
    assert.equal(before.link?.id, link, 'slot 1 makes no connection of its own');
    const isFree = before.link?.negotiation === 'settled' || before.link?.wantsOffer;
    assert.ok(isFree, 'slot 1 offers only where nothing is being negotiated');
    assert.equal(iceRestart, false, 'slot 1 restarts nothing');
  }

  #checkTimers(): void {
    const { state, timers } = this.player;
    for (const name of this.strays ? [] : timers.keys())
      assert.ok(OWNERS[name](state), `timer "${name}" runs in ${where(state)}, and nobody waits for it`);
    for (const [what, isWaiting, names] of WAITS)
      if (isWaiting(state))
        assert.ok(
          names.some((name) => timers.has(name)),
          `${where(state)}: ${what} by ${names.join(' or ')}, which does not run`,
        );
  }

  /** Within a pairing numbers only rise. */
  #checkNumbers({ seat: was, link: old, callId }: CallState, input: Input): void {
    const { seat, link, callId: now } = this.player.state;
    const isTold =
      input.type === 'message' && ['joined', 'welcome', 'peer-joined'].includes(input.message.type);
    if (!isTold && was && seat?.epoch === was.epoch && seat.slot === was.slot && now === callId)
      assert.ok(seat.conn >= was.conn, `conn falls from ${was.conn} to ${seat.conn}`);
    if (old && link?.id === old.id)
      assert.ok(link.neg >= old.neg, `neg falls from ${old.neg} to ${link.neg}`);
    if (old && link) assert.ok(link.id >= old.id, 'ids of connections are used once');
  }

  #checkFacts(before: CallState, effects: readonly Effect[]): void {
    let { phase } = before;
    for (const effect of effects) {
      if (effect.type !== 'fact') continue;
      const { fact } = effect;
      if (fact.type === 'recovery') this.#checkRecovery(fact);
      if (fact.type !== 'phase-change') continue;
      assert.equal(fact.previous, phase, 'phases follow each other');
      assert.ok(PHASE_GRAPH[phase].includes(fact.phase), `from ${phase} to ${fact.phase}`);
      phase = fact.phase;
    }
    assert.equal(this.player.state.phase, phase, 'every change of the phase is told');
    // Given up with all that it belonged to: no outcome is told.
    if (this.player.state.recovery === null) [this.#step, this.#attempt] = [null, 0];
  }

  #checkRecovery(fact: Extract<CallFact, { type: 'recovery' }>): void {
    const { step, attempt, outcome, elapsedMs } = fact;
    const running = this.#step;
    assert.ok(elapsedMs >= 0);
    if (outcome === 'started') {
      assert.equal(running, null, `${step} ${attempt} starts while ${running?.step} runs`);
      assert.equal(attempt, this.#attempt + 1, 'attempts are counted one by one');
      this.#step = fact;
      this.#attempt = attempt;
      return;
    }
    const told = running && { step: running.step, attempt: running.attempt };
    assert.deepEqual(told, { step, attempt }, `${step} ${attempt} ${outcome}, and does not run`);
    this.#step = null;
  }

  #checkEnd(): void {
    const { state, timers } = this.player;
    assert.deepEqual([...timers.keys()], [], 'no timer outlives the call');
    const { link, recovery, seat, peer, welcome, microphone, camera, signaling, metrics } = state;
    assert.deepEqual(
      { link, recovery, seat, peer, welcome, signaling, metrics },
      { link: null, recovery: null, seat: null, peer: null, welcome: null, signaling: 'closed', metrics: [] },
    );
    assert.deepEqual([microphone.status, camera.status], ['closed', 'closed']);
  }
}

const where = ({ phase, recovery, link, seat }: CallState): string =>
  `${phase} (slot ${seat?.slot ?? '-'}, link ${link ? `${link.conn}.${link.neg} ${link.negotiation}` : '-'}, recovery ${recovery?.status ?? '-'})`;

/** What is true of any state. */
export function checkState(state: CallState): void {
  const { phase, seat, link, recovery, connectedAt, startedAt, candidatesKept } = {
    ...state,
    candidatesKept: 64,
  };
  const inCall = !['idle', 'preparing', 'lobby', 'joining', 'ended'].includes(phase);
  if (inCall) assert.ok(seat !== null, `${phase} without a seat`);
  else assert.deepEqual([link, recovery], [null, null], `${phase} with a connection, or care of one`);
  if (recovery !== null)
    assert.ok(['connecting', 'unstable', 'recovering'].includes(phase), `a recovery in ${phase}`);
  if (phase === 'unstable' || phase === 'recovering')
    assert.ok(recovery !== null, `${phase}, and nothing is done`);
  if (phase === 'connected') {
    assert.equal(link?.channel, 'open', 'connected by an open channel');
    // Chromium calls a connection `disconnected` that carries media: bytes decide.
    assert.ok(link.transport === 'connected' || link.transport === 'disconnected', 'and a connection');
    assert.notEqual(connectedAt, null);
    assert.equal(link.isResting, false, 'whoever is connected sends pictures');
  }
  assert.ok(connectedAt === null || startedAt !== null);
  assert.ok((link?.candidates.length ?? 0) <= candidatesKept);
  assert.ok(state.metrics.length <= 32);
  if (phase === 'ended') assert.notEqual(state.reason, null);
}

/** What others see tells one story. */
function checkSnapshot(state: CallState, now: number, last: CallSnapshot | null): CallSnapshot {
  const snapshot = toSnapshot(state, now, last);
  const { phase, media, recovery } = snapshot;
  const step = recovery?.step;
  if (phase !== 'connecting') assert.equal(phase === 'recovering', step !== undefined, `${phase}: ${step}`);
  if (media === 'restarting') assert.equal(step, 'restart');
  else if (media === 'rebuilding') assert.ok(step !== undefined && step !== 'restart');
  else assert.ok(step === undefined || media === 'none', `${media} during a ${step}`);
  if (phase === 'connected') assert.equal(media, 'flowing');
  else assert.notEqual(media, 'flowing', `media flows in ${phase}`);
  if (phase === 'unstable') assert.equal(media, 'stalled');
  if (snapshot.peer === null) assert.ok(!['connected', 'unstable', 'recovering'].includes(phase));
  return snapshot;
}

/** A state can be written down, but for what cannot be: the page's error and its source of tokens. */
export function checkSerialisable({ error: _error, settings, ...state }: CallState): void {
  checkPlain({ ...state, settings: { ...settings, getToken: null } }, 'state');
}

function checkPlain(value: unknown, path: string): void {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean')
    return;
  if (typeof value === 'number') return assert.ok(Number.isFinite(value), `${path} is ${value}`);
  assert.equal(typeof value, 'object', `${path} is a ${typeof value}`);
  const proto: unknown = Object.getPrototypeOf(value);
  assert.ok(proto === Object.prototype || proto === Array.prototype, `${path} is no plain object`);
  for (const [name, part] of Object.entries(value)) checkPlain(part, `${path}.${name}`);
}
