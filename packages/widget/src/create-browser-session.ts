import type { CallSession } from './session/api.js';

/** Builds a call session on this browser's WebRTC, WebSocket and clock. */
export declare function createBrowserSession(): CallSession;
