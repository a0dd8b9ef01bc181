import type { PagePort } from '../session/ports.js';

/** The page this element lives in. */
export const browserPage: PagePort = {
  obstacle() {
    if (typeof RTCPeerConnection === 'undefined' || typeof WebSocket === 'undefined')
      return 'unsupported-browser';
    // Outside a secure context browsers take `mediaDevices` away: there is no camera to ask for.
    return globalThis.isSecureContext ? null : 'insecure-context';
  },
  watch({ hide, show, wake, devices }) {
    const watch = new AbortController();
    const { signal } = watch;
    addEventListener('pagehide', hide, { signal });
    addEventListener(
      'pageshow',
      ({ persisted }) => {
        if (persisted) show();
      },
      { signal },
    );
    addEventListener('online', () => wake(true), { signal });
    watchNetworkType(() => wake(true), signal);
    document.addEventListener(
      'visibilitychange',
      () => {
        if (!document.hidden) wake(false);
      },
      { signal },
    );
    // Chromium (156) ends the microphone's track of a page that stood still for 90 s, unless it listens to this. Absent outside
    // a secure context, where no call begins.
    (navigator as Partial<Navigator>).mediaDevices?.addEventListener('devicechange', devices, { signal });
    return () => watch.abort();
  },
};

/**
 * From Wi-Fi to the mobile network and back, which `online` does not tell. Only Chromium does, and on phones alone does it
 * know the type: its other news are of measured speed, and they come all the time.
 */
function watchNetworkType(changed: () => void, signal: AbortSignal): void {
  const { connection } = navigator as { connection?: EventTarget & { type?: string } };
  let known = connection?.type;
  connection?.addEventListener(
    'change',
    () => {
      const { type } = connection;
      if (type !== known && type !== 'none') changed();
      known = type;
    },
    { signal },
  );
}
