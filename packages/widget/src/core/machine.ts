import type { Effect } from './effects.js';
import type { Input } from './inputs.js';
import { reopenDevices } from './lost-device.js';
import { handleDevice } from './on-device.js';
import { handleLink } from './on-link.js';
import { handleMessage, handleSignalingLost, handleSignalingRefused } from './on-signaling.js';
import { handleTimer } from './on-timer.js';
import { handleUser } from './on-user.js';
import { handleWake } from './on-wake.js';
import { report } from './report.js';
import type { CallState } from './state.js';
import { Turn } from './turn.js';

export interface Transition {
  readonly state: CallState;
  readonly effects: readonly Effect[];
}

/**
 * The whole of what a call decides: a state and something that happened make the next state and what is to be done.
 * Pure and synchronous. Whatever a peer connection says after it was replaced or closed is dropped here, and only here.
 * @param now milliseconds on any clock that does not run backwards
 */
export function transition(state: CallState, input: Input, now: number): Transition {
  if ('link' in input && input.link !== state.link?.id) return { state, effects: [] };
  const turn = new Turn(state, now);
  handle(turn, input);
  report(turn, state.connectedAt);
  return { state: turn.state, effects: turn.effects };
}

function handle(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'captured':
    case 'device-lost':
      return handleDevice(turn, input);
    case 'message':
      return handleMessage(turn, input.message, input.askedSeat);
    case 'signaling-lost':
      return handleSignalingLost(turn);
    case 'signaling-refused':
      return handleSignalingRefused(turn, input);
    case 'devices-changed':
      return reopenDevices(turn, true);
    case 'wake':
      return handleWake(turn, input.network);
    case 'timer':
      return handleTimer(turn, input.name);
    default:
      return 'link' in input ? handleLink(turn, input) : handleUser(turn, input);
  }
}
