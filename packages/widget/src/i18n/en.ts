import type { CallErrorCode } from '../core/errors.js';
import type { EndReason, Phase } from '../core/snapshot.js';

/** Words for a situation: what happened, and what the person can do. */
export interface Message {
  readonly title: string;
  readonly todo: string;
  /** For the person who runs the page. */
  readonly owner?: string;
}

const OWNER = 'The owner of this site can help.';
const RETRY = 'Try again, or reload this page.';

const PREPARING: Message = { title: 'Preparing the call…', todo: '' };
const UNSUPPORTED: Message = {
  title: 'This browser cannot make video calls',
  todo: 'Open this page in a current Chrome, Edge, Firefox or Safari.',
};
const BROKEN: Message = { title: 'Something went wrong', todo: RETRY };

/** Errors that end a call. */
const FINAL = {
  'room-closed': { title: 'The host ended the call', todo: 'Ask for a new invitation.' },
  replaced: {
    title: 'The call moved to another window or device',
    todo: 'Join again to use it here.',
  },
  removed: { title: 'The host removed you from the call', todo: OWNER },
  incompatible: {
    title: 'The two browsers do not understand each other',
    todo: 'Update both browsers or use another one, then join again.',
  },
};

/** English, and with it the shape of every language. `{name}` stands for a person's name. */
export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',
  phases: {
    idle: PREPARING,
    preparing: PREPARING,
    lobby: { title: 'Ready to join?', todo: 'Nobody sees or hears you before you join.' },
    joining: { title: 'Joining…', todo: '' },
    waiting: { title: 'Waiting for the other person', todo: 'The call starts when they join.' },
    connecting: { title: 'Connecting…', todo: '' },
    connected: { title: 'Connected', todo: '' },
    unstable: {
      title: 'The connection is interrupted',
      todo: 'It may come back by itself in a moment.',
    },
    recovering: { title: 'Reconnecting…', todo: 'The connection was lost. Please stay on this page.' },
    ended: { title: 'The call is over', todo: '' },
  } as Record<Phase, Message>,
  /** What a running call lacks: at one's own end, at the other, or for good. */
  losses: {
    self: {
      title: 'Your connection is interrupted',
      todo: 'No internet? Check your network or move closer to the Wi‑Fi. The call goes on by itself.',
    } as Message,
    peer: { title: '{name} lost the connection', todo: 'The call goes on once they are back.' } as Message,
    gone: {
      title: 'The other person lost the connection',
      todo: 'The call starts again once they are back.',
    } as Message,
    picture: {
      title: 'The picture could not be set up',
      todo: 'The call goes on with sound.',
    } as Message,
  },
  ends: {
    ...FINAL,
    left: { title: 'You left the call', todo: 'You can join again.' },
    'peer-left': { title: 'The other person left', todo: 'Join again to wait for them.' },
    'token-rejected': {
      title: 'Your pass for this call is not valid',
      todo: 'Reload this page to get a new one.',
    },
    'connection-lost': { title: 'Connection lost', todo: 'Check your internet connection, then join again.' },
    unsupported: UNSUPPORTED,
    error: BROKEN,
  } as Record<EndReason, Message>,
  errors: {
    ...FINAL,
    'config-invalid': {
      title: 'This call is not set up yet',
      todo: OWNER,
      owner: 'Check the attributes of <p2p-call>.',
    },
    'unsupported-browser': UNSUPPORTED,
    'insecure-context': {
      title: 'Calls need a secure page',
      todo: 'Try https:// at the start of its address.',
      owner: 'Serve this page over https.',
    },
    'policy-blocked': {
      title: 'This page blocks camera and microphone',
      todo: `You can join without them. ${OWNER}`,
      owner: 'Add allow="camera; microphone" to the iframe, or check the Permissions-Policy header.',
    },
    'media-denied': {
      title: 'Camera or microphone is blocked',
      todo: 'Allow it by the icon beside the address of this page, then try again.',
    },
    'media-not-found': {
      title: 'No camera or microphone found',
      todo: 'Plug one in, then try again.',
    },
    'media-in-use': {
      title: 'Camera or microphone is busy',
      todo: 'Close other apps, then try again.',
    },
    'media-failed': {
      title: 'Camera or microphone did not start',
      todo: 'Reconnect it, then try again.',
    },
    'signaling-unreachable': {
      title: 'The call service cannot be reached',
      todo: 'Check your internet connection, then try again.',
    },
    'signaling-rejected': {
      title: 'The call service refused this page',
      todo: OWNER,
      owner: 'Add the origin of this page to those that the service allows.',
    },
    'signaling-protocol': {
      title: 'The call service does not fit this page',
      todo: RETRY,
      owner: 'Use the same version of <p2p-call> and service.',
    },
    'token-invalid': {
      title: 'Your pass for this call is not valid',
      todo: `Reload this page to get a new one. ${OWNER}`,
      owner: 'Check the key, room and audience of the join token.',
    },
    'token-expired': { title: 'Your pass for this call has run out', todo: RETRY },
    'room-full': { title: 'This call is full', todo: 'Try again when one of the two people has left.' },
    'ice-failed': {
      title: 'No connection to the other person',
      todo: 'Try another network or turn off a VPN, then join again.',
    },
    'turn-unreachable': {
      title: 'The call relay cannot be reached',
      todo: `Try another network. ${OWNER}`,
      owner: 'Check the addresses, ports and credentials of the TURN server.',
    },
    'negotiation-failed': { title: 'The call could not be set up', todo: RETRY },
    'peer-timeout': {
      title: 'The other person does not answer',
      todo: 'Wait a moment, then join again.',
    },
    internal: BROKEN,
  } as Record<CallErrorCode, Message>,
  /** Labels and short lines. */
  ui: {
    call: 'Video call',
    preview: 'Before the call',
    controls: 'Call controls',
    you: 'You',
    guest: 'Guest',
    join: 'Join',
    joinAgain: 'Join again',
    joinWithout: 'Join without camera or microphone',
    joinWithoutMicrophone: 'Join without microphone',
    retry: 'Try again',
    openDevices: 'Turn on camera and microphone',
    opening: 'If your browser asks, choose “Allow”.',
    microphoneOn: 'Turn on microphone',
    microphoneOff: 'Turn off microphone',
    cameraOn: 'Turn on camera',
    cameraOff: 'Turn off camera',
    leave: 'Leave call',
    tapToHear: 'Tap to hear',
    muted: '{name} is muted',
    cameraIsOff: 'Camera is off',
    microphoneReady: 'Microphone is on',
    waitingInside: '{name} is waiting',
    someoneInside: 'Someone is waiting',
    connectingTo: 'Connecting to {name}…',
    otherWay: 'Trying another way…',
    lastWay: 'Trying one last way…',
    stillTrying:
      'Still trying, for a minute at most. Check your network or move closer to the Wi‑Fi. Or leave and join again.',
    peerAway: '{name} lost contact. The call goes on.',
    signalingLost: 'The call service is out of reach. The call goes on.',
    forOwner: 'For the site owner:',
    microphone: 'Microphone',
    camera: 'Camera',
    close: 'Close',
  },
};

/** All words of one language. */
export type Words = typeof en;

/** Puts a name into its place; the result is shown as text, never as markup. */
export function fill(text: string, name: string): string {
  return text.split('{name}').join(name);
}
