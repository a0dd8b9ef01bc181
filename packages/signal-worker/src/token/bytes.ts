const encoder = new TextEncoder();

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** RFC 4648, 4. */
export function base64(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
}

/** RFC 4648, 5, without padding. */
export function base64url(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
