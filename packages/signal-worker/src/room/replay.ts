import { LIMITS, type RelayedType } from '@p2p-call/protocol';

/** A frame that was relayed to somebody, kept for the case that it did not arrive. */
export interface KeptFrame {
  readonly seq: number;
  /** As it was sent. */
  readonly text: string;
  readonly type: RelayedType;
  /** Of which description; 0 for what belongs to none. */
  readonly conn: number;
  readonly neg: number;
}

/** What is kept for one person in one epoch. Bounded in number and length. */
export interface Replay {
  readonly frames: readonly KeptFrame[];
  /** Characters of them together. */
  readonly length: number;
  /** The last frame that was let go although it may be needed; 0: none. */
  readonly lostSeq: number;
}

export const NOTHING_KEPT: Replay = { frames: [], length: 0, lostSeq: 0 };

/** The same with one frame more. A description makes those before it worthless, and their candidates: these go first. */
export function keep(replay: Replay, frame: KeptFrame): Replay {
  const frames =
    frame.type === 'offer' || frame.type === 'answer' ? without(replay.frames, frame) : replay.frames.slice();
  frames.push(frame);
  let { length, lostSeq } = replay;
  length = frames.length === replay.frames.length + 1 ? length + frame.text.length : lengthOf(frames);
  while (frames.length > LIMITS.replayFrames || length > LIMITS.replayLength) {
    const gone = frames.shift();
    if (gone === undefined) break;
    length -= gone.text.length;
    lostSeq = gone.seq;
  }
  return { frames, length, lostSeq };
}

/** Those that a newer description of the same sender leaves worth anything. */
function without(frames: readonly KeptFrame[], newer: KeptFrame): KeptFrame[] {
  return frames.filter(({ type, conn, neg }) => {
    if (type !== newer.type && type !== 'candidate') return true;
    const isOlder = conn < newer.conn || (conn === newer.conn && neg < newer.neg);
    // The same description once more, after a resume, comes with its candidates once more.
    return !isOlder && !(conn === newer.conn && neg === newer.neg);
  });
}

function lengthOf(frames: readonly KeptFrame[]): number {
  let length = 0;
  for (const { text } of frames) length += text.length;
  return length;
}

/** What came after the frame with this number; `null` if not all of it is known any more. */
export function framesAfter({ frames, lostSeq }: Replay, seq: number): readonly string[] | null {
  if (seq < lostSeq) return null;
  return frames.filter((frame) => frame.seq > seq).map((frame) => frame.text);
}
