import { createHmac, randomBytes } from 'node:crypto';

/** What a log says instead of a room, a person or an address. */
export type HashedId = `#${string}`;

/** As long as the process lives and known to nobody: lines of one process can be told apart, lines of two cannot be matched. */
const KEY = randomBytes(32);
/** 60 bits: no two of a day's rooms look the same. */
const LENGTH = 10;
const PATTERN = new RegExp(`^#[\\w-]{${LENGTH}}$`);

/** A short keyed hash of a name, the same for the same name while this process lives: `#` and ten characters of base64url. */
export function hashId(text: string): HashedId {
  return `#${createHmac('sha256', KEY).update(text).digest('base64url').slice(0, LENGTH)}`;
}

/** Does this look like what {@link hashId} makes? */
export function isHashedId(text: string): text is HashedId {
  return PATTERN.test(text);
}
