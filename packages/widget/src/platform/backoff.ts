/** How long to wait before the next attempt to reach the service. Small and pure, so that it can be read as a table. */
const RESUME_WAITS = [0, 250, 500, 1_000, 2_000, 4_000] as const;
const LONGEST_MS = 30_000;

/**
 * @param kind `resume`: a call is waiting, come back soon; `wait`: the service asked for room (1 → 30 s, full jitter)
 * @param attempt attempts that failed since the service was last reached
 * @param random in [0, 1)
 * @returns milliseconds
 */
export function backoff(kind: 'resume' | 'wait', attempt: number, random: number): number {
  if (kind === 'wait') return random * Math.min(LONGEST_MS, 1_000 * 2 ** Math.min(attempt, 5));
  const base = RESUME_WAITS[Math.min(attempt, RESUME_WAITS.length - 1)] ?? LONGEST_MS;
  // ± 30 %, so that the two people of a call do not come back in step.
  return base * (0.7 + 0.6 * random);
}
