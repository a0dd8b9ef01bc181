import type { CallStats } from '../core/call-stats.js';
import type { CallError } from '../core/errors.js';
import type { CallFact } from '../core/facts.js';
import type { LinkFault } from '../core/inputs.js';
import type { CallSettings } from '../core/settings.js';
import type { CallSnapshot } from '../core/snapshot.js';

export type { CallFact, CallStats };

/** The media a page shows. Frozen: a change is a new object. A stream is given only while it has a live track. */
export interface CallStreams {
  /** The camera, for the preview and the self-view: video only, so that it never echoes. */
  readonly local: MediaStream | null;
  readonly remoteVideo: MediaStream | null;
  readonly remoteAudio: MediaStream | null;
}

export interface CallListener {
  /** A new snapshot; several changes of one moment are told as one. */
  snapshot?(snapshot: CallSnapshot): void;
  streams?(streams: CallStreams): void;
  fact?(fact: CallFact): void;
}

/** What a host may let go wrong: `simulate(fault)`. */
export type Fault = LinkFault | 'signaling-lost';

/** One person's side of a call, from lobby to end and back. Everything a user interface needs of it. */
export interface CallSession {
  readonly snapshot: CallSnapshot;
  readonly streams: CallStreams;
  /** New settings; those that concern a running call (devices, names) count from the next one. */
  configure(settings: CallSettings): void;
  /** Says what is wrong with the page's configuration (`null`: nothing); shown until it changes. */
  reportProblem(error: CallError | null): void;
  /** Shows the lobby: phase `lobby`, no device opened. With `prewarm`, connects to the service. */
  start(): void;
  /** Opens camera and microphone for the lobby. Rejects with a `CallError` of category `media`. */
  preview(): Promise<void>;
  /** Takes a seat; resolves once seated (phase `waiting` or `connecting`). Rejects with a `CallError`. */
  join(): Promise<void>;
  /** Hangs up: ends the call, stops every device, closes the socket. Never rejects. */
  leave(reason?: string): Promise<void>;
  /** Resolves once the device is really on or off. Rejects with a `CallError` of category `media`. */
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /**
   * Looks for a new path between the two. Resolves once media passes on it, or still on the present one where none came about;
   * rejects with a `CallError` when the call ends first.
   */
  restartIce(): Promise<void>;
  /** Lets something go wrong, as it goes wrong in the field: for a host's own tests. Nothing happens outside a call. */
  simulate(fault: Fault): void;
  /** How the call does; `null` while no two people are connected. Never rejects. */
  getStats(): Promise<CallStats | null>;
  /** Ends everything, silently and for good: the element is gone. */
  dispose(): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: CallListener): () => void;
}
