import type { ClientMessage, ServerMessage } from './messages.js';

/** Message to text. */
export function encode(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message);
}

/**
 * The sender's own text with `from` and `seq` appended as its last members. Far cheaper than writing the message anew, and
 * safe: of two equal names in a JSON object the last counts, so a sender cannot forge either.
 * @param text a frame that `decodeClientMessage` accepted, so a JSON object with at least one member
 */
export function stamp(text: string, from: string, seq: number): string {
  const end = text.lastIndexOf('}');
  return `${text.slice(0, end)},"from":${JSON.stringify(from)},"seq":${seq}}`;
}
