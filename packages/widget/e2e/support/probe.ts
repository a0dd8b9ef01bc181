/**
 * What a page has opened: every peer connection, socket and media track, from before its first script on. Installed with
 * `context.addInitScript(installProbe)`, so it runs in the page and may use nothing from outside of the function.
 */
export interface Probe {
  readonly connections: Set<RTCPeerConnection>;
  readonly sockets: Set<WebSocket>;
  /** Tracks of this person: captured, drawn, synthesized or cloned. Those of the other hang on the connections. */
  readonly tracks: Set<MediaStreamTrack>;
  /** Tracks that came over a connection, open or closed. */
  remoteTracks(): Set<MediaStreamTrack>;
  /** Every `<video>` and `<audio>` of the page, inside open shadow roots too. */
  players(): HTMLMediaElement[];
}

declare global {
  interface Window {
    e2eProbe: Probe;
  }
}

export function installProbe(): void {
  function* elementsOf(root: ParentNode): Generator<Element> {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot !== null) yield* elementsOf(element.shadowRoot);
    }
  }
  const probe: Probe = {
    connections: new Set(),
    sockets: new Set(),
    tracks: new Set(),
    remoteTracks: () =>
      new Set(
        [...probe.connections].flatMap((connection) => connection.getReceivers().map(({ track }) => track)),
      ),
    players: () => [...elementsOf(document)].filter((element) => element instanceof HTMLMediaElement),
  };
  window.e2eProbe = probe;

  const keepTracks = (stream: MediaStream) => {
    for (const track of stream.getTracks()) probe.tracks.add(track);
    return stream;
  };
  /** A class that behaves like the original, and remembers what it made. */
  const recording = <Made extends object>(
    original: new (...args: never[]) => Made,
    made: (it: Made) => void,
  ) =>
    new Proxy(original, {
      construct(target, args, newTarget) {
        const it = Reflect.construct(target, args, newTarget) as Made;
        made(it);
        return it;
      },
    });

  window.WebSocket = recording(window.WebSocket, (socket) => probe.sockets.add(socket)) as typeof WebSocket;
  // A test may have taken RTCPeerConnection away, and an insecure page has no devices.
  if ('RTCPeerConnection' in window) {
    window.RTCPeerConnection = recording(window.RTCPeerConnection, (connection) =>
      probe.connections.add(connection),
    ) as typeof RTCPeerConnection;
  }
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices !== undefined) {
    for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
      const original = devices[name].bind(devices);
      devices[name] = async (constraints) => keepTracks(await original(constraints));
    }
  }
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function (this: MediaStreamTrack) {
    const copy = clone.call(this);
    probe.tracks.add(copy);
    return copy;
  };
  const captureStream = HTMLCanvasElement.prototype.captureStream;
  HTMLCanvasElement.prototype.captureStream = function (this: HTMLCanvasElement, ...args) {
    return keepTracks(captureStream.apply(this, args));
  };
  const createDestination = AudioContext.prototype.createMediaStreamDestination;
  AudioContext.prototype.createMediaStreamDestination = function (this: AudioContext) {
    const destination = createDestination.call(this);
    keepTracks(destination.stream);
    return destination;
  };
}
