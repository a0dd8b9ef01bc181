import type { CallStats } from '../core/call-stats.js';
import { CallError } from '../core/errors.js';
import type { Effect } from '../core/effects.js';
import type { CallFact } from '../core/facts.js';
import type { Input } from '../core/inputs.js';
import { transition } from '../core/machine.js';
import type { CallSettings } from '../core/settings.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { DEVICES } from '../core/devices.js';
import { initialState, isInCall, toSnapshot, type CallState, type DeviceKind } from '../core/state.js';
import { Recorder } from '../telemetry/recorder.js';
import type { CallListener, CallSession, CallStreams, Fault } from './api.js';
import { LinkHolder } from './link-holder.js';
import type { Ports } from './ports.js';
import { StatsPoll } from './stats-poll.js';
import { Timers } from './timers.js';
import { Waiters } from './waiters.js';

/** Builds one person's side of a call on the given ports. */
export function createCallSession(ports: Ports): CallSession {
  return new Session(ports);
}

/** Runs what the machine decides. Holds no state of the call itself: only what a value cannot hold (tracks, timers, sockets). */
class Session implements CallSession {
  #state: CallState = initialState();
  #snapshot: CallSnapshot;
  #streams: CallStreams = Object.freeze({ local: null, remoteVideo: null, remoteAudio: null });
  readonly #ports: Ports;
  readonly #timers: Timers;
  readonly #link: LinkHolder;
  readonly #waiters = new Waiters();
  readonly #recorder: Recorder;
  readonly #statsPoll: StatsPoll;
  readonly #listeners = new Set<CallListener>();
  readonly #queue: Input[] = [];
  #facts: CallFact[] = [];
  #isRunning = false;
  #isDisposed = false;
  /** The page was left, and with it a lobby or a call. */
  #isPageLeft = false;
  readonly #unwatch: () => void;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#snapshot = toSnapshot(this.#state, ports.clock.now(), null);
    this.#timers = new Timers(ports.clock, (name) => this.#dispatch({ type: 'timer', name }));
    this.#recorder = new Recorder(ports.clock);
    this.#link = new LinkHolder(ports, (input) => this.#dispatch(input));
    this.#statsPoll = new StatsPoll(
      ports.clock,
      () => this.getStats(),
      (report) => {
        this.#facts.push({ type: 'stats', report });
        this.#publish();
      },
    );
    this.#link.onTracks = () => this.#publish();
    ports.media.onLost = (kind) => this.#dispatch({ type: 'device-lost', kind });
    this.#unwatch = ports.page.watch({
      hide: () => {
        this.#isPageLeft = this.#state.phase !== 'ended';
        this.#dispatch({ type: 'leave' });
        ports.signaling.close();
      },
      show: () => this.#comeBack(),
      wake: (network) => {
        ports.signaling.check();
        this.#dispatch({ type: 'wake', network });
      },
      devices: () => this.#dispatch({ type: 'devices-changed' }),
    });
  }

  get snapshot(): CallSnapshot {
    return this.#snapshot;
  }

  get streams(): CallStreams {
    return this.#streams;
  }

  configure(settings: CallSettings): void {
    this.#dispatch({ type: 'configure', settings });
  }

  reportProblem(error: CallError | null): void {
    this.#dispatch({ type: 'problem', error });
  }

  start(): void {
    this.#dispatch({ type: 'start', obstacle: this.#ports.page.obstacle() });
  }

  async preview(): Promise<void> {
    this.#dispatch({ type: 'preview' });
    await this.#waiters.until(this.#state, (state) =>
      state.microphone.status === 'opening' || state.camera.status === 'opening'
        ? 'pending'
        : deviceProblem(state),
    );
  }

  async join(): Promise<void> {
    if (this.#state.phase === 'idle')
      throw this.#state.error ?? new CallError('config-invalid', { detail: 'not started' });
    this.#dispatch({ type: 'join' });
    await this.#waiters.until(this.#state, (state) => {
      if (state.phase === 'joining') return 'pending';
      return isInCall(state)
        ? 'done'
        : (state.error ?? new CallError('internal', { detail: `ended: ${state.reason}` }));
    });
  }

  leave(reason?: string): Promise<void> {
    this.#dispatch(reason === undefined ? { type: 'leave' } : { type: 'leave', reason });
    return Promise.resolve();
  }

  setMicrophone(on: boolean): Promise<void> {
    return this.#setDevice('microphone', on);
  }

  setCamera(on: boolean): Promise<void> {
    return this.#setDevice('camera', on);
  }

  async restartIce(): Promise<void> {
    this.#dispatch({ type: 'restart-ice' });
    await this.#waiters.until(this.#state, ({ phase, recovery, error }) => {
      if (recovery !== null) return 'pending';
      return phase === 'connected'
        ? 'done'
        : (error ?? new CallError('ice-failed', { detail: `phase ${phase}` }));
    });
  }

  simulate(fault: Fault): void {
    if (fault === 'signaling-lost') this.#ports.signaling.drop();
    else this.#dispatch({ type: 'simulate', fault });
  }

  async getStats(): Promise<CallStats | null> {
    return this.#state.connectedAt === null ? null : this.#link.stats();
  }

  async #setDevice(kind: DeviceKind, on: boolean): Promise<void> {
    this.#dispatch({ type: 'set-device', kind, on });
    await this.#waiters.until(this.#state, ({ [kind]: device }) => {
      if (device.status === 'opening') return 'pending';
      return on && device.status === 'closed' && device.problem ? new CallError(device.problem) : 'done';
    });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#listeners.clear();
    this.#dispatch({ type: 'leave' });
    // Whatever state it was in: an element that is gone leaves nothing on.
    for (const kind of DEVICES) this.#ports.media.release(kind);
    this.#ports.signaling.close();
    this.#isDisposed = true;
    this.#unwatch();
    this.#waiters.rejectAll(new CallError('internal', { detail: 'the element was removed' }));
  }

  subscribe(listener: CallListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The page was left, and came back as it was: the lobby again. */
  #comeBack(): void {
    // A call that ended before stays ended: who was replaced does not come back by turning a page.
    if (this.#state.phase !== 'ended' || !this.#isPageLeft) return;
    const { settings } = this.#state;
    this.#state = initialState();
    this.configure(settings);
    this.start();
    if (settings.autojoin) this.#dispatch({ type: 'join' });
  }

  /** One input at a time: what comes up meanwhile waits its turn. Listeners hear once all is settled. */
  #dispatch(input: Input): void {
    if (this.#isDisposed) return;
    this.#queue.push(input);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        const now = this.#ports.clock.now();
        const { state, effects } = transition(this.#state, next, now);
        const step = { before: this.#state, input: next, after: state, effects, now };
        this.#state = state;
        for (const effect of effects) this.#run(effect);
        this.#facts.push(...this.#recorder.record(step));
      }
    } finally {
      this.#isRunning = false;
    }
    this.#publish();
  }

  #run(effect: Effect): void {
    const { signaling, media } = this.#ports;
    switch (effect.type) {
      case 'signaling-open':
        return this.#openSignaling();
      case 'signaling-pace':
        return signaling.setPace(effect.inCall);
      case 'signaling-check':
        return signaling.check();
      case 'signaling-close':
        return signaling.close();
      case 'send':
        return signaling.send(effect.message);
      case 'capture':
        return media.capture(effect.kinds, this.#state.settings, (kind, result) =>
          this.#dispatch({ type: 'captured', kind, result }),
        );
      case 'reopen':
        return media.reopen(effect.kind, effect.deviceId, this.#state.settings, (kind, result) =>
          this.#dispatch({ type: 'captured', kind, result }),
        );
      case 'release':
        this.#link.setTrack(effect.kind, null);
        return media.release(effect.kind);
      case 'enable':
        media.enable(effect.kind, effect.on);
        return this.#link.setTrack(effect.kind, media.track(effect.kind));
      case 'timer-start':
        return this.#timers.start(effect.name, effect.ms, effect.jitter);
      case 'timer-stop':
        return this.#timers.stop(effect.name);
      case 'fact':
        this.#facts.push(effect.fact);
        return;
      default:
        return this.#link.run(effect);
    }
  }

  #openSignaling(): void {
    this.#ports.signaling.open({
      settings: () => this.#state.settings,
      token: (reason) => this.#ports.fetchToken(this.#state.settings, reason),
      wantsSeat: () => isInCall(this.#state),
      handle: (input) => this.#dispatch(input),
    });
  }

  #publish(): void {
    const snapshot = toSnapshot(this.#state, this.#ports.clock.now(), this.#snapshot);
    const streams = this.#currentStreams();
    const facts = this.#facts;
    this.#facts = [];
    const isNewSnapshot = snapshot !== this.#snapshot;
    const isNewStreams = streams !== this.#streams;
    this.#snapshot = snapshot;
    this.#streams = streams;
    for (const listener of [...this.#listeners]) {
      if (isNewStreams) listener.streams?.(streams);
      if (isNewSnapshot) listener.snapshot?.(snapshot);
      for (const fact of facts) listener.fact?.(fact);
    }
    this.#waiters.check(this.#state);
    this.#statsPoll.keep(this.#state.connectedAt !== null, this.#state.settings.statsInterval);
  }

  #currentStreams(): CallStreams {
    const { phase, camera } = this.#state;
    if (phase === 'waiting' || phase === 'ended' || phase === 'lobby') this.#link.forgetTracks();
    const track = camera.status === 'live' ? this.#ports.media.track('camera') : null;
    const local = this.#streamOf(this.#streams.local, track);
    const remoteVideo = this.#streamOf(this.#streams.remoteVideo, this.#link.remote?.video ?? null);
    const remoteAudio = this.#streamOf(this.#streams.remoteAudio, this.#link.remote?.audio ?? null);
    const { local: l, remoteVideo: v, remoteAudio: a } = this.#streams;
    if (l === local && v === remoteVideo && a === remoteAudio) return this.#streams;
    return Object.freeze({ local, remoteVideo, remoteAudio });
  }

  /** The stream of a track: the one there is, as long as the track is the same. */
  #streamOf(stream: MediaStream | null, track: MediaStreamTrack | null): MediaStream | null {
    if (track === null) return null;
    return stream?.getTracks()[0] === track ? stream : this.#ports.createStream(track);
  }
}

function deviceProblem(state: CallState): 'done' | CallError {
  for (const device of [state.camera, state.microphone]) {
    if (device.status === 'closed' && device.problem) return new CallError(device.problem);
  }
  return 'done';
}
