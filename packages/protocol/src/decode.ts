import * as v from 'valibot';
import { LIMITS } from './limits.js';
import { clientMessage } from './client-messages.js';
import type { ClientMessage, ServerMessage } from './messages.js';
import { serverMessage } from './server-messages.js';

/** What a decoder says: a message, or why there is none. */
export type Decoded<Message> =
  { ok: true; message: Message } | { ok: false; why: 'too-large' | 'not-json' | 'not-a-message' };

/**
 * Text to message. Never throws: whatever a stranger sends, the answer is a value.
 * The message is a new object built field by field; unknown fields are dropped, nothing is cast.
 */
function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  maxLength: number,
): Decoded<v.InferOutput<Schema>> {
  // Characters, not bytes: UTF-8 is never shorter, and the host has already bounded the bytes of the frame.
  if (text.length > maxLength) return { ok: false, why: 'too-large' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'not-json' };
  }
  const result = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  return result.success ? { ok: true, message: result.output } : { ok: false, why: 'not-a-message' };
}

/** A frame from a client. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return decode(clientMessage, text, LIMITS.frameBytes);
}

/** A frame from the service. */
export function decodeServerMessage(text: string): Decoded<ServerMessage> {
  // The largest frame of the other person, with its stamp: else they could send what breaks this side.
  return decode(serverMessage, text, LIMITS.frameBytes + LIMITS.stampBytes);
}
