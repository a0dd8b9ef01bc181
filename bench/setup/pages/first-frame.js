// The first picture of the other person that the browser presents, in whichever player: our element makes its own, in a shadow
// root, so players are found by the stream they are given.
/* global HTMLMediaElement, HTMLVideoElement */
import { now } from './clock.js';

/** Everything that this page captured: a player of these shows the person themself. */
function rememberOwnTracks() {
  const own = new Set();
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await original(constraints);
    for (const track of stream.getTracks()) own.add(track.id);
    return stream;
  };
  return own;
}

/** @returns a promise of the moment of the callback, on the machine's clock, and of what the browser says of the picture */
export function onFirstRemoteFrame() {
  const own = rememberOwnTracks();
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  return new Promise((resolve) => {
    const watch = (video) =>
      video.requestVideoFrameCallback((_, { width, height, receiveTime, presentationTime }) => {
        const moments = { received: receiveTime, presented: presentationTime };
        for (const name of Object.keys(moments)) moments[name] += performance.timeOrigin;
        resolve({ at: now(), width, height, ...moments });
      });
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
      configurable: true,
      enumerable: true,
      get,
      set(stream) {
        set.call(this, stream);
        const isRemote = stream?.getTracks().some(({ id }) => !own.has(id)) ?? false;
        if (isRemote && this instanceof HTMLVideoElement) watch(this);
      },
    });
  });
}
