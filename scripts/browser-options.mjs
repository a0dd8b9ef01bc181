// How the tests start a browser: one place for Web Test Runner, Playwright and the benchmarks, so that all of them see the
// same fake camera, the same fake microphone and the same network rules.

/** @see https://peter.sh/experiments/chromium-command-line-switches/ */
export const CHROMIUM_FLAGS = [
  // A moving test picture and a beep instead of devices, and no question about them.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // The sandbox refuses to start as root, which is what containers and CI are.
  '--no-sandbox',
  '--disable-gpu',
  // Sound plays and videos start without a click: a test says itself when it wants to be refused.
  '--autoplay-policy=no-user-gesture-required',
  // Nothing that talks to the network by itself.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Two pages talk to each other, one of them always in the background.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export const FIREFOX_PREFS = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // As if the person had said "remember": else a page is told that Firefox might ask, even where it does not.
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
  // Both people sit on this machine, which may have no other address than the loopback one.
  'media.peerconnection.ice.loopback': true,
  'media.autoplay.default': 0,
  // No codec is fetched, and nothing else is either.
  'media.gmp-manager.updateEnabled': false,
  'app.update.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
};

/** Debian's Firefox does not know Playwright's emulation of these; `null` leaves them alone. */
export const CONTEXT_OPTIONS = { colorScheme: null, reducedMotion: null, forcedColors: null, contrast: null };
