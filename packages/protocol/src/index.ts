export * from './messages.js';
export * from './decode.js';
export * from './encode.js';
export * from './close-codes.js';
export * as LIMITS from './limits.js';
export { ROOM_PATTERN } from './room-pattern.js';
