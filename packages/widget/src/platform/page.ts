import type { PagePort } from '../session/ports.js';

/** The page this element lives in. */
export const browserPage: PagePort = {
  obstacle() {
    if (typeof RTCPeerConnection === 'undefined' || typeof WebSocket === 'undefined')
      return 'unsupported-browser';
    // Outside a secure context browsers take `mediaDevices` away: there is no camera to ask for.
    return globalThis.isSecureContext ? null : 'insecure-context';
  },
  watch(hide, show) {
    const handleShow = (event: PageTransitionEvent) => {
      if (event.persisted) show();
    };
    addEventListener('pagehide', hide);
    addEventListener('pageshow', handleShow);
    return () => {
      removeEventListener('pagehide', hide);
      removeEventListener('pageshow', handleShow);
    };
  },
};
