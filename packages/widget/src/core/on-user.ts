import { closeLink, end } from './ending.js';
import { CallError } from './errors.js';
import type { UserInput } from './inputs.js';
import { DEVICES, isLost } from './devices.js';
import { openDevices, switchDevice } from './on-device.js';
import type { CallSettings } from './settings.js';
import { restartByHand, simulate } from './recovery.js';
import { isInCall } from './state.js';
import type { Turn } from './turn.js';

/** How long a join may take before the person is told that the service cannot be reached, ms. */
const JOIN_MS = 15_000;

export function handleUser(turn: Turn, input: UserInput): void {
  switch (input.type) {
    case 'configure':
      return configure(turn, input.settings);
    case 'problem':
      return setProblem(turn, input.error);
    case 'start':
      return start(turn, input.obstacle);
    case 'preview':
      if (turn.state.phase !== 'lobby') return;
      turn.set({ isPreviewing: true });
      return openDevices(turn, DEVICES, true);
    case 'join':
      return join(turn);
    case 'leave':
      return leave(turn, input.reason);
    case 'restart-ice':
      return restartByHand(turn);
    case 'simulate':
      return simulate(turn, input.fault);
    case 'set-device':
      return switchDevice(turn, input.kind, input.on);
  }
}

function configure(turn: Turn, settings: CallSettings): void {
  const before = turn.state.settings;
  turn.set({ settings });
  // What the attributes say is the start; from then on the person decides.
  if (settings.audio !== before.audio || turn.state.phase === 'idle')
    wantInitially(turn, 'microphone', settings.audio);
  if (settings.video !== before.video || settings.mode !== before.mode || turn.state.phase === 'idle')
    wantInitially(turn, 'camera', settings.video && settings.mode === 'video');
  const isElsewhere = settings.room !== before.room || settings.signalingUrl !== before.signalingUrl;
  if (turn.state.phase === 'lobby' && isElsewhere) moveLobby(turn);
}

/** The page names another room or service before the call: the lobby is there from now on. */
function moveLobby(turn: Turn): void {
  turn.do({ type: 'signaling-close' });
  turn.set({ signaling: 'closed', welcome: null, room: null });
  turn.stop('ice');
  if (turn.state.error?.code === 'room-full') turn.set({ error: null });
  if (turn.state.settings.prewarm !== 'none') openSignaling(turn);
}

function wantInitially(turn: Turn, kind: 'microphone' | 'camera', wanted: boolean): void {
  const device = turn.state[kind];
  if (isLost(device) && !wanted && !isInCall(turn.state)) return switchDevice(turn, kind, false);
  if (device.status === 'closed' && !isInCall(turn.state)) turn.set({ [kind]: { ...device, wanted } });
}

function setProblem(turn: Turn, error: CallError | null): void {
  if (error) return turn.fail(error);
  if (turn.state.error?.category === 'configuration') turn.set({ error: null });
}

function start(turn: Turn, obstacle: 'unsupported-browser' | 'insecure-context' | null): void {
  if (turn.state.phase !== 'idle') return;
  turn.enter('preparing');
  if (obstacle) return end(turn, 'unsupported', new CallError(obstacle));
  turn.enter('lobby');
  if (turn.state.settings.prewarm !== 'none') openSignaling(turn);
}

function openSignaling(turn: Turn): void {
  if (turn.state.signaling !== 'closed') return;
  turn.set({ signaling: 'connecting', failures: 0 });
  turn.do({ type: 'signaling-open' });
}

/** Takes a seat: with the devices that are wanted, and a limit to the wait. */
export function join(turn: Turn): void {
  const { phase, reason } = turn.state;
  if (phase !== 'lobby' && (phase !== 'ended' || reason === 'unsupported')) return;
  // A new call: the offers of the last one are no storm of this one.
  turn.set({ error: null, timings: {}, refusals: 0, failures: 0, offers: [], marks: { join: turn.now } });
  turn.enter('joining');
  // Devices open while the service is asked: nothing of the call waits for a camera.
  openDevices(turn, DEVICES, false);
  turn.start('join', JOIN_MS);
  turn.do({ type: 'signaling-pace', inCall: true });
  if (turn.state.signaling === 'open') turn.send({ type: 'join' });
  // The line may be long dead, or its next attempt far away.
  if (turn.state.signaling !== 'closed') turn.do({ type: 'signaling-check' });
  else openSignaling(turn);
}

function leave(turn: Turn, reason: string | undefined): void {
  const { phase, link } = turn.state;
  if (phase === 'idle' || phase === 'ended') return;
  if (link?.channel === 'open') turn.do({ type: 'link-send', link: link.id, message: { type: 'leave' } });
  if (isInCall(turn.state)) turn.send(reason ? { type: 'leave', reason } : { type: 'leave' });
  closeLink(turn);
  end(turn, 'left');
}
