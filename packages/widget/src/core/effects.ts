import type { ChannelMessage, ClientMessage, IceCandidate, IceServer } from '@p2p-call/protocol';
import type { CallFact } from './facts.js';
import type { TimerName } from './inputs.js';
import type { DeviceKind } from './state.js';

/** Which ways a connection may take: any; through TURN only; through TURN over TCP or TLS only. */
export type LinkRoute = 'all' | 'relay' | 'relay-tcp';

/**
 * What a connection offers. `compatible`, after a browser refused a description: VP8 and Opus first, one encoding, 360 lines, 24
 * frames a second. `audio`: no video at all.
 */
export type LinkProfile = 'full' | 'compatible' | 'audio';

/** How a peer connection is to be made. */
export interface LinkConfig {
  readonly iceServers: readonly IceServer[];
  readonly route: LinkRoute;
  readonly profile: LinkProfile;
  readonly codecs: readonly string[];
  /** kbit/s */
  readonly maxBitrate: number;
  /**
   * What the picture's sides are divided by at first. Congestion control starts at some 300 kbit/s: browsers hold a large
   * picture's first frames back until the encoder has stepped down, while 180 lines go out at once.
   */
  readonly startScale: number;
}

/** What the machine wants done. The session does it, through ports, in this order. */
export type Effect =
  | { type: 'signaling-open' }
  /** Looks after the socket as in a call: pings more often. */
  | { type: 'signaling-pace'; inCall: boolean }
  /** The path to the peer is lost: is the socket still alive? */
  | { type: 'signaling-check' }
  | { type: 'signaling-close' }
  | { type: 'send'; message: ClientMessage }
  /** Asks for devices; several at once make one prompt. */
  | { type: 'capture'; kinds: readonly DeviceKind[] }
  /** Opens one that ended by itself again, if it can be without asking anybody: the same, or else any. */
  | { type: 'reopen'; kind: DeviceKind; deviceId: string | null }
  | { type: 'release'; kind: DeviceKind }
  | { type: 'enable'; kind: DeviceKind; on: boolean }
  | { type: 'link-open'; link: number; config: LinkConfig }
  | { type: 'link-offer'; link: number; neg: number; iceRestart: boolean }
  | { type: 'link-accept-offer'; link: number; neg: number; sdp: string }
  | { type: 'link-accept-answer'; link: number; neg: number; sdp: string }
  | { type: 'link-add-candidate'; link: number; candidate: IceCandidate | '' }
  /** ICE servers and ways, for its next restart. */
  | { type: 'link-servers'; link: number; iceServers: readonly IceServer[]; route: LinkRoute }
  | { type: 'link-send'; link: number; message: ChannelMessage }
  | { type: 'link-measure'; link: number }
  /** The path is lost and has not healed by itself: sends sound only. */
  | { type: 'link-rest'; link: number }
  /** The path was lost and is back: what is sent begins anew. */
  | { type: 'link-refresh'; link: number }
  | { type: 'link-close'; link: number }
  /** Starts, or starts anew. `jitter` 0.3 means: anywhere within 30 % of `ms`. */
  | { type: 'timer-start'; name: TimerName; ms: number; jitter?: number }
  | { type: 'timer-stop'; name: TimerName }
  | { type: 'fact'; fact: CallFact };
