import * as LIMITS from './limits.js';
import { decode, type Decoded } from './decode.js';
import type { MessageOf } from './messages.js';
import { naught, storedState } from './fields.js';
import { fields, flag, optional } from './shapes.js';

/** What the two pages say to each other on the data channel (negotiated, id 0, JSON). */
export const channelMessages = {
  /** A pulse, every second; the answer to one carries `echo`. */
  beat: fields({ n: naught, echo: optional(flag) }),
  state: storedState,
  leave: fields({}),
} as const;

export type ChannelMessage = MessageOf<typeof channelMessages>;

/** A message from the data channel. */
export function decodeChannelMessage(text: string): Decoded<ChannelMessage> {
  return decode(channelMessages, text, LIMITS.channelBytes);
}
