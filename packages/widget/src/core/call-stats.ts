/** Media that goes one way. Counters run from the connection's start; a value that the browser does not tell is `undefined`. */
export interface MediaStats {
  /** Without headers. */
  readonly bytes: number | undefined;
  readonly packets: number | undefined;
  readonly packetsLost: number | undefined;
  /** Share of all packets that was lost, 0 to 1. */
  readonly lossFraction: number | undefined;
  readonly jitterMs: number | undefined;
  /** To the other person and back, as RTCP has it. */
  readonly roundTripMs: number | undefined;
  readonly framesPerSecond: number | undefined;
  /** Of the picture as it is sent, px. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly framesEncoded: number | undefined;
  readonly framesDecoded: number | undefined;
  readonly framesDropped: number | undefined;
  /** Times the picture stood still. */
  readonly freezes: number | undefined;
  /** Such as `VP8` or `opus`. */
  readonly codec: string | undefined;
}

/** The way in use, of several that may work. */
export interface PathStats {
  /** `host`, `srflx`, `prflx` or `relay`: how each side is reached. */
  readonly localType: string | undefined;
  readonly remoteType: string | undefined;
  /** `udp` or `tcp`. */
  readonly protocol: string | undefined;
  /** How this person reaches their TURN server: `udp`, `tcp` or `tls`. */
  readonly relayProtocol: string | undefined;
}

/** How a call does, in the same words whatever the browser. It holds no address, id or label. */
export interface CallStats {
  /** ms since 1970. */
  readonly timestamp: number;
  readonly inbound: { readonly audio: MediaStats; readonly video: MediaStats };
  readonly outbound: { readonly audio: MediaStats; readonly video: MediaStats };
  /** Along the path, as ICE has it. */
  readonly roundTripMs: number | undefined;
  /** What the browser thinks it can send, bit/s. */
  readonly availableOutgoingBitrate: number | undefined;
  /** `undefined` before one is found. */
  readonly path: PathStats | undefined;
}
