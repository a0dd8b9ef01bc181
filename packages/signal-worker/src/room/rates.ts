import { LIMITS } from '@p2p-call/protocol';
import type { RoomLimits } from './state.js';

/** How much somebody may still say: a token bucket, as data. */
export interface Bucket {
  /** Below zero: they said more than they may. */
  readonly level: number;
  /** When that was so, ms since the epoch. */
  readonly at: number;
  /** Warnings since the bucket was last half full. */
  readonly warnings: number;
}

/** What one person may still say in a room, in all their pages together, so that a new page is no new allowance. */
export interface Allowance {
  readonly key: string;
  readonly messages: Bucket;
  readonly offers: Bucket;
  /** Requests for ICE servers, each of which may cost a request to somebody else's service. */
  readonly ice: Bucket;
}

export type Verdict = 'fine' | 'warned' | 'refused';

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** An honest page asks twice in the life of its credentials, or every 30 s while there are none. */
const ICE_RATE: Rate = { burst: 5, perSecond: 0.1 };

const messageRate = (limits: RoomLimits): Rate => ({
  burst: limits.messagesBurst,
  perSecond: limits.messagesPerSecond,
});
const offerRate = (limits: RoomLimits): Rate => ({
  burst: limits.offersPerMinute,
  perSecond: limits.offersPerMinute / 60,
});

export function newAllowance(key: string, limits: RoomLimits, now: number): Allowance {
  const full = (burst: number): Bucket => ({ level: burst, at: now, warnings: 0 });
  return {
    key,
    messages: full(limits.messagesBurst),
    offers: full(limits.offersPerMinute),
    ice: full(ICE_RATE.burst),
  };
}

/** One message more. @returns what is left, and the harsher of the verdicts */
export function spend(
  allowance: Allowance,
  isOffer: boolean,
  limits: RoomLimits,
  now: number,
): { readonly left: Allowance; readonly verdict: Verdict; readonly limit: 'messages' | 'offers' } {
  const { key, ice } = allowance;
  const messages = take(allowance.messages, messageRate(limits), now);
  if (messages === null) return { left: allowance, verdict: 'refused', limit: 'messages' };
  let { offers } = allowance;
  if (isOffer) {
    const left = take(offers, offerRate(limits), now);
    if (left === null) return { left: { key, messages, offers, ice }, verdict: 'refused', limit: 'offers' };
    offers = left;
    if (left.level < 0) return { left: { key, messages, offers, ice }, verdict: 'warned', limit: 'offers' };
  }
  return {
    left: { key, messages, offers, ice },
    verdict: messages.level < 0 ? 'warned' : 'fine',
    limit: 'messages',
  };
}

/** What is left of a bucket: below zero with a warning, `null` for no more. What is refused costs nothing. */
function take(bucket: Bucket, { burst, perSecond }: Rate, now: number): Bucket | null {
  const refilled = Math.min(burst, bucket.level + (Math.max(0, now - bucket.at) / 1000) * perSecond);
  const level = refilled - 1;
  // Warnings are forgiven once somebody has been calm for a while.
  const warnings = refilled >= burst / 2 ? 0 : bucket.warnings;
  if (level >= 0) return { level, at: now, warnings };
  return warnings >= LIMITS.rateWarnings ? null : { level, at: now, warnings: warnings + 1 };
}

/** One request for ICE servers more. @returns `null` for one too many */
export function spendIce(allowance: Allowance, now: number): Allowance | null {
  const ice = take(allowance.ice, ICE_RATE, now);
  return ice !== null && ice.level >= 0 ? { ...allowance, ice } : null;
}

/** How long until the tighter of the two is half full again, in ms: then nobody is warned for a while. */
export function calmAfterMs(allowance: Allowance, limits: RoomLimits): number {
  const wait = ({ level }: Bucket, { burst, perSecond }: Rate): number =>
    level >= 0 ? 0 : ((burst / 2 - level) / perSecond) * 1000;
  const waits = [wait(allowance.messages, messageRate(limits)), wait(allowance.offers, offerRate(limits))];
  return Math.max(1_000, Math.ceil(Math.max(...waits)));
}

/** Is there nothing to remember: would a new allowance be the same? */
export function isFull(allowance: Allowance, limits: RoomLimits, now: number): boolean {
  const isFullAt = ({ level, at }: Bucket, { burst, perSecond }: Rate): boolean =>
    level + ((now - at) / 1000) * perSecond >= burst;
  return (
    isFullAt(allowance.messages, messageRate(limits)) &&
    isFullAt(allowance.offers, offerRate(limits)) &&
    isFullAt(allowance.ice, ICE_RATE)
  );
}
