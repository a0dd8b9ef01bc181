import type { MediaState } from '@p2p-call/protocol';

/** What the two pages say to each other on the data channel (negotiated, id 0, JSON). */
export type ChannelMessage =
  /** A pulse, every second; an answer carries `echo`. */
  { type: 'beat'; n: number; echo?: true } | ({ type: 'state' } & MediaState) | { type: 'leave' };

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Text to message: a new object, field by field; `null` for anything else. Never throws. */
export function decodeChannelMessage(text: string): ChannelMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { type, n, echo, rev, audio, video, screen } = value as Record<string, unknown>;
  if (type === 'leave') return { type };
  if (type === 'beat' && isCount(n)) return echo === true ? { type, n, echo } : { type, n };
  if (type !== 'state' || !isCount(rev)) return null;
  if (typeof audio !== 'boolean' || typeof video !== 'boolean' || typeof screen !== 'boolean') return null;
  return { type, rev, audio, video, screen };
}
