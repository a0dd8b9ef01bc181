export * from './messages.js';
export * from './decode.js';
export * from './encode.js';
export * from './close-codes.js';
export * from './limits.js';
