import type { CallSession } from '../session/api.js';

/** What requests act on. */
type Actions = Pick<CallSession, 'snapshot' | 'preview' | 'join' | 'leave' | 'setMicrophone' | 'setCamera'>;

/** A button of the page may dispatch a plain event, without detail. */
interface RequestDetail {
  readonly on?: boolean;
  readonly withoutDevices?: boolean;
}

/** What is done when a button asks, by the type of its event. */
const REQUESTS: Readonly<Record<string, (call: Actions, detail: RequestDetail) => Promise<unknown>>> = {
  'p2p-preview-request': (call) => call.preview(),
  async 'p2p-join-request'(call, { withoutDevices }) {
    if (withoutDevices) await Promise.all([call.setMicrophone(false), call.setCamera(false)]);
    return call.join();
  },
  'p2p-leave-request': (call) => call.leave(),
  'p2p-microphone-request': (call, { on }) => call.setMicrophone(on ?? !call.snapshot.microphone.on),
  'p2p-camera-request': (call, { on }) => call.setCamera(on ?? !call.snapshot.camera.on),
};

/** The session has told of the failure already, by its snapshot and as a `p2p-error`. */
export const ignore = (): void => undefined;

/** Lets an element do what buttons ask, unless somebody forbids it. */
export function obeyRequests(call: Actions & EventTarget): void {
  for (const [type, act] of Object.entries(REQUESTS)) {
    call.addEventListener(type, (event) => {
      // Listeners of the page may come after this one; all of them have run before the microtask does.
      queueMicrotask(() => {
        if (event.defaultPrevented) return;
        act(call, (event as CustomEvent<RequestDetail | null>).detail ?? {}).catch(ignore);
      });
    });
  }
}
