import type { CallErrorCode } from '../core/errors.js';

/**
 * What a rejection of `getUserMedia` means for a person (Media Capture and Streams, 10.2.1).
 * @param isAllowed does the page's Permissions-Policy let this document use the device?
 */
export function classifyMediaError(error: unknown, isAllowed: boolean): CallErrorCode {
  switch (error instanceof Error || error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return isAllowed ? 'media-denied' : 'policy-blocked';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'media-not-found';
    case 'NotReadableError':
    case 'AbortError':
      return 'media-in-use';
    default:
      return 'media-failed';
  }
}
