import type { RecoveryOutcome } from './facts.js';
import { note } from './report.js';
import type { Recovery } from './state.js';
import type { Turn } from './turn.js';

export function setRecovery(turn: Turn, patch: Partial<Recovery>): void {
  const { recovery } = turn.state;
  if (recovery) turn.set({ recovery: { ...recovery, ...patch } });
}

export function enterStatus(turn: Turn, status: Recovery['status']): void {
  setRecovery(turn, { status, statusAt: turn.now });
}

/** What became of the present step. */
export function tellStep(turn: Turn, outcome: RecoveryOutcome): void {
  const { recovery } = turn.state;
  if (!recovery?.step) return;
  const { step, attempt, since } = recovery;
  turn.fact({ type: 'recovery', step, attempt, outcome, elapsedMs: turn.now - since });
  countRestart(turn, outcome);
}

/** An ICE restart counts where it really began. */
export function countRestart(turn: Turn, outcome: RecoveryOutcome): void {
  if (turn.state.recovery?.isRestart) note(turn, 'ice_restart_total', 1, { outcome });
}
