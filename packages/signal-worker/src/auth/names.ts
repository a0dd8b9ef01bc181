import { LIMITS } from '@p2p-call/protocol';

/** Line breaks, tabs, other control characters and separators: a name is one line. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/**
 * Lone surrogates, and the characters that reorder or hide text: bidi marks, embeddings, overrides and isolates, zero-width
 * space, invisible operators, byte order mark, annotations. The joiners U+200C and U+200D stay: scripts and emoji need them.
 */
const TRICKS = /[\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** A name fit to be shown as text: one line, at most 64 code points, in its own order; `null` if nothing is left. */
export function cleanName(raw: string): string | null {
  // Bounded first, so that a huge name costs little; the margin is for what is taken out.
  const bounded = raw.slice(0, LIMITS.nameLength * 8);
  const clean = bounded.replace(BREAKS, ' ').replace(TRICKS, '').replace(/\s+/gu, ' ').trim();
  const short = [...clean].slice(0, LIMITS.nameLength).join('').trim();
  return short === '' ? null : short;
}
