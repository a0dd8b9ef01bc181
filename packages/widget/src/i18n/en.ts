import type { CallErrorCode } from '../core/errors.js';
import type { EndReason, Phase } from '../core/snapshot.js';

/** Words for a situation: what it is, what happened, and what the person can do. */
export interface Message {
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  /** For the person who runs the page. */
  readonly owner?: string;
}

const OWNER = 'The owner of this site can help.';

/** English, and with it the shape of every language. `{name}` stands for a person's name. */
export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',
  phases: {
    idle: { title: 'Video call', what: 'The call is not ready yet.', todo: 'One moment, please.' },
    preparing: { title: 'One moment…', what: 'The call is being made ready.', todo: '' },
    lobby: { title: 'Ready to join?', what: '', todo: 'Nobody sees or hears you before you join.' },
    joining: { title: 'Joining…', what: '', todo: 'If your browser asks, allow the camera and microphone.' },
    waiting: {
      title: 'Waiting for the other person',
      what: 'You are in the call.',
      todo: 'It starts as soon as they join.',
    },
    connecting: { title: 'Connecting…', what: 'Setting up a direct connection.', todo: '' },
    connected: { title: 'Connected', what: 'You are in a call.', todo: '' },
    unstable: {
      title: 'Unstable connection',
      what: 'Picture or sound may break up.',
      todo: 'Turning off your camera may help.',
    },
    recovering: {
      title: 'Reconnecting…',
      what: 'The connection was interrupted.',
      todo: 'This takes a moment; please stay on this page.',
    },
    ended: { title: 'Call ended', what: 'The call is over.', todo: '' },
  } as Record<Phase, Message>,
  ends: {
    left: { title: 'You left the call', what: '', todo: 'You can join again at any time.' },
    'peer-left': {
      title: 'The other person left',
      what: 'The call is over.',
      todo: 'Join again to wait for them.',
    },
    removed: { title: 'You were removed', what: 'The host took you out of this call.', todo: OWNER },
    replaced: {
      title: 'The call moved',
      what: 'You joined this call in another window or on another device.',
      todo: 'Join again to use it here.',
    },
    'room-closed': { title: 'This call was closed', what: 'The host ended it for everyone.', todo: '' },
    'token-rejected': {
      title: 'You could not be let in',
      what: 'Your pass for this call is not valid, or no longer.',
      todo: 'Reload this page to get a new one.',
    },
    'connection-lost': {
      title: 'Connection lost',
      what: 'The call could not be brought back.',
      todo: 'Check your internet connection, then join again.',
    },
    incompatible: {
      title: 'The two browsers do not fit together',
      what: 'They have no common way to send picture and sound.',
      todo: 'Update your browser or try another one.',
    },
    unsupported: {
      title: 'This browser cannot make video calls',
      what: 'A function it needs is missing or turned off.',
      todo: 'Open this page in a current Chrome, Edge, Firefox or Safari.',
    },
    error: {
      title: 'The call broke off',
      what: 'Something unexpected went wrong.',
      todo: 'Join again. If that does not help, reload this page.',
    },
  } as Record<EndReason, Message>,
  errors: {
    'config-invalid': {
      title: 'This call is not set up yet',
      what: 'Something is missing in the settings of this page.',
      todo: OWNER,
      owner: 'Check the attributes of <p2p-call>.',
    },
    'unsupported-browser': {
      title: 'This browser cannot make video calls',
      what: 'A function it needs is missing or turned off.',
      todo: 'Open this page in a current Chrome, Edge, Firefox or Safari.',
    },
    'insecure-context': {
      title: 'This page is not secure',
      what: 'Browsers allow calls only on pages that begin with https.',
      todo: 'Try the address of this page with https:// in front.',
      owner: 'Serve this page over https.',
    },
    'policy-blocked': {
      title: 'This page blocks camera and microphone',
      what: 'A rule of this site does not let the call use them.',
      todo: `You can join without them. ${OWNER}`,
      owner: 'Add allow="camera; microphone" to the iframe, or mend the Permissions-Policy header.',
    },
    'media-denied': {
      title: 'Camera or microphone is blocked',
      what: 'Access was not allowed.',
      todo: 'Allow it by the icon beside the address of this page, then try again.',
    },
    'media-not-found': {
      title: 'No camera or microphone found',
      what: 'None is connected, or it is turned off.',
      todo: 'Plug one in and try again, or join without.',
    },
    'media-in-use': {
      title: 'Camera or microphone is busy',
      what: 'Another program seems to be using it.',
      todo: 'Close that program, then try again.',
    },
    'media-failed': {
      title: 'Camera or microphone did not start',
      what: 'The device gave no picture or sound.',
      todo: 'Unplug it and plug it in again, then try again.',
    },
    'signaling-unreachable': {
      title: 'The call service cannot be reached',
      what: 'There is no connection to it.',
      todo: 'Check your internet connection, then try again.',
    },
    'signaling-rejected': {
      title: 'The call service refused this page',
      what: 'Calls are not allowed from here.',
      todo: OWNER,
      owner: 'Add the origin of this page to those that the service allows.',
    },
    'signaling-protocol': {
      title: 'The call service was not understood',
      what: 'This page and the service do not fit together.',
      todo: 'Reload this page.',
      owner: 'Use the same version of element and service.',
    },
    'token-invalid': {
      title: 'You could not be let in',
      what: 'Your pass for this call is not valid.',
      todo: `Reload this page to get a new one. ${OWNER}`,
      owner: 'Check the key, room and audience of the join token.',
    },
    'token-expired': {
      title: 'Your pass has run out',
      what: 'It was valid for a short time only.',
      todo: 'Try again, or reload this page.',
    },
    'room-full': {
      title: 'This call is full',
      what: 'Two people are already in it.',
      todo: 'Try again when one of them has left.',
    },
    'room-closed': {
      title: 'This call was closed',
      what: 'The host ended it for everyone.',
      todo: 'Ask for a new invitation.',
    },
    replaced: {
      title: 'The call moved',
      what: 'You joined this call in another window or on another device.',
      todo: 'Join again to use it here.',
    },
    removed: { title: 'You were removed', what: 'The host took you out of this call.', todo: OWNER },
    'ice-failed': {
      title: 'No connection to the other person',
      what: 'Your two networks found no way to each other.',
      todo: 'Try another network, or turn off a VPN, then join again.',
    },
    'turn-unreachable': {
      title: 'The relay cannot be reached',
      what: 'Your network needs a relay, and it does not answer.',
      todo: `Try another network. ${OWNER}`,
      owner: 'Check the addresses, ports and credentials of the TURN server.',
    },
    'negotiation-failed': {
      title: 'The call could not be set up',
      what: 'The two browsers did not agree.',
      todo: 'Join again, or reload this page.',
    },
    incompatible: {
      title: 'The two browsers do not fit together',
      what: 'They have no common way to send picture and sound.',
      todo: 'Update your browser or try another one.',
    },
    'peer-timeout': {
      title: 'The other person does not answer',
      what: 'Their connection may be lost.',
      todo: 'Wait a moment, then join again.',
    },
    internal: {
      title: 'Something went wrong',
      what: 'This is a fault of the call itself.',
      todo: 'Try again, or reload this page.',
    },
  } as Record<CallErrorCode, Message>,
  /** Labels and short lines. */
  ui: {
    call: 'Video call',
    preview: 'Before the call',
    controls: 'Call controls',
    you: 'You',
    guest: 'Guest',
    join: 'Join',
    joining: 'Joining…',
    joinAgain: 'Join again',
    joinWithout: 'Join without camera or microphone',
    joinWithoutMicrophone: 'Join without microphone',
    retry: 'Try again',
    openDevices: 'Turn on camera and microphone',
    openMicrophone: 'Turn on microphone',
    opening: 'Turning on… If your browser asks, choose “Allow”.',
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
    peerAway: '{name} lost contact and may be back soon',
    signalingLost: 'Contact with the service is lost. The call goes on.',
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
