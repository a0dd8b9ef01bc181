import { browserClock } from './platform/clock.js';
import { LocalMedia } from './platform/local-media.js';
import { browserPage } from './platform/page.js';
import { createPeerConnection } from './platform/peer-connection.js';
import { SignalingClient } from './platform/signaling-client.js';
import { fetchToken } from './platform/token-source.js';
import type { CallSession } from './session/api.js';
import { createCallSession } from './session/call-session.js';

/** Builds a call session on this browser's WebRTC, WebSocket and clock: the one place where ports meet what fills them. */
export function createBrowserSession(): CallSession {
  return createCallSession({
    clock: browserClock,
    page: browserPage,
    media: new LocalMedia(),
    signaling: new SignalingClient({
      clock: browserClock,
      WebSocket,
      fetch: (...request) => fetch(...request),
      isOnline: () => navigator.onLine,
      areSocketsFresh: 'userAgentData' in navigator,
    }),
    createLink: createPeerConnection,
    createStream: (track) => new MediaStream([track]),
    fetchToken,
  });
}
