/** How long to wait before the next attempt to reach the service. Small and pure, so that it can be read as a table. */
const RESUME_WAITS = [0, 250, 500, 1_000, 2_000, 4_000] as const;
const LONGEST_MS = 30_000;
/**
 * Between two plain requests to a service that does not answer, ms; and how many of them there are before that slows down:
 * enough for the minute in which a call whose path was lost may come back.
 */
const POLL_MS = 500;
const QUICK_POLLS = 150;
/** A browser may call itself offline and be wrong: so it is tried all the same, seldom, ms. */
const OFFLINE_MS = 5_000;

/**
 * `resume`: a call is waiting, come back soon; `wait`: the service asked for room (1 → 30 s, full jitter);
 * `poll`: it is asked plainly whether it is there; `offline`: the browser says that there is no network.
 */
export type WaitKind = 'resume' | 'wait' | 'poll' | 'offline';

/**
 * @param attempt attempts of this kind that failed since the service was last reached
 * @param random in [0, 1)
 * @returns milliseconds
 */
export function backoff(kind: WaitKind, attempt: number, random: number): number {
  if (kind === 'wait') return random * Math.min(LONGEST_MS, 1_000 * 2 ** Math.min(attempt, 5));
  // ± 30 %, so that the two people of a call do not come back in step.
  return base(kind, attempt) * (0.7 + 0.6 * random);
}

function base(kind: WaitKind, attempt: number): number {
  if (kind === 'offline') return OFFLINE_MS;
  if (kind === 'poll') return attempt < QUICK_POLLS ? POLL_MS : 10 * POLL_MS;
  return RESUME_WAITS[Math.min(attempt, RESUME_WAITS.length - 1)] ?? LONGEST_MS;
}
