import { probe } from './recovery.js';
import type { Turn } from './turn.js';

/** The page woke up, or the network changed: what is being waited for may be there now. */
export function handleWake(turn: Turn, _network: boolean): void {
  if (turn.state.recovery) probe(turn);
}
