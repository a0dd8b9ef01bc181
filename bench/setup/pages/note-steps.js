// Notes when a page does what, for `--steps`: by wrapping what every library has to call.
/* global HTMLMediaElement, HTMLVideoElement, PerformanceObserver */
import { now } from './clock.js';

const METHODS = [
  'createOffer',
  'createAnswer',
  'setLocalDescription',
  'setRemoteDescription',
  'addTrack',
  'addTransceiver',
];
const EVENTS = {
  track: ({ track }) => `track ${track.kind}`,
  icecandidate: () => 'own candidate',
  iceconnectionstatechange: ({ target }) => `ice ${target.iceConnectionState}`,
  connectionstatechange: ({ target }) => `connection ${target.connectionState}`,
  datachannel: () => 'data channel',
};

function wrapMethods(note) {
  const prototype = RTCPeerConnection.prototype;
  for (const name of METHODS) {
    const original = prototype[name];
    prototype[name] = function (...args) {
      note(`${name}(`);
      const result = original.apply(this, args);
      if (result instanceof Promise) void result.then(() => note(`${name})`));
      return result;
    };
  }
}

/** Of a signaling frame its kind, as far as it can be told without knowing the library. */
function kindOf(text) {
  const found = /"type":"([\w-]+)"/.exec(String(text).slice(0, 40_000));
  return found?.[1] ?? String(text).slice(0, 12);
}

function wrapConstructors(note) {
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, newTarget) {
      note('new RTCPeerConnection(');
      const connection = Reflect.construct(target, args, newTarget);
      note('new RTCPeerConnection)');
      for (const [type, words] of Object.entries(EVENTS))
        connection.addEventListener(type, (event) => note(words(event)));
      return connection;
    },
  });
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args, newTarget) {
      const socket = Reflect.construct(target, args, newTarget);
      socket.addEventListener('message', ({ data }) => note(`← ${kindOf(data)}`));
      return socket;
    },
  });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    note(`→ ${kindOf(data)}`);
    return send.call(this, data);
  };
}

function watchPlayers(note) {
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    enumerable: true,
    get,
    set(stream) {
      const name = `${this.localName} ${this.className}`.trim();
      note(`srcObject of ${name}`);
      for (const type of ['loadedmetadata', 'playing'])
        this.addEventListener(type, () => note(`${type} of ${name}`), { once: true });
      if (this instanceof HTMLVideoElement) this.requestVideoFrameCallback(() => note(`frame in ${name}`));
      set.call(this, stream);
    },
  });
}

/** What kept the page's main thread for longer than a frame. Only Chromium tells. */
function watchLongTasks(note) {
  if (!PerformanceObserver.supportedEntryTypes?.includes('longtask')) return;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      note(`long task of ${Math.round(duration)} ms`, performance.timeOrigin + startTime);
  }).observe({ entryTypes: ['longtask'] });
}

/** @returns what was noted so far: names and moments */
export function noteSteps() {
  const steps = [];
  const note = (name, at = now()) => void steps.push([name, at]);
  wrapMethods(note);
  wrapConstructors(note);
  watchPlayers(note);
  watchLongTasks(note);
  return () => steps;
}
