import { clientMessages } from './client-messages.js';
import * as LIMITS from './limits.js';
import type { ClientMessage, ServerMessage } from './messages.js';
import { serverMessages } from './server-messages.js';
import { isObject, readFields, type Fields } from './shapes.js';

/** What a decoder says: a message, or why there is none. */
export type Decoded<Message> =
  { ok: true; message: Message } | { ok: false; why: 'too-large' | 'not-json' | 'not-a-message' };

/**
 * Text to message. Never throws: whatever a stranger sends, the answer is a value.
 * The message is a new object built field by field; unknown fields are dropped.
 */
export function decode<Message>(
  shapes: Readonly<Record<string, Fields>>,
  text: string,
  maxLength: number,
): Decoded<Message> {
  // Characters, not bytes: UTF-8 is never shorter, and the host has already bounded the bytes of the frame.
  if (text.length > maxLength) return { ok: false, why: 'too-large' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'not-json' };
  }
  if (!isObject(value)) return { ok: false, why: 'not-a-message' };
  const { type } = value;
  const shape = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
  const message = shape && readFields(shape, value, { type });
  // The one cast of the wire: `readFields` has just built what the shape, and so the type, says.
  return message ? { ok: true, message: message as Message } : { ok: false, why: 'not-a-message' };
}

/** A frame from a client. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return decode(clientMessages, text, LIMITS.frameBytes);
}

/** A frame from the service. */
export function decodeServerMessage(text: string): Decoded<ServerMessage> {
  // The largest frame of the other person, with its stamp: else they could send what breaks this side.
  return decode(serverMessages, text, LIMITS.frameBytes + LIMITS.stampBytes);
}
