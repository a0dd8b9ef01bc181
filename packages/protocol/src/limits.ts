/** Every number of the wire, once. Sizes are bytes of UTF-8 unless a name says otherwise; times are milliseconds. */
export const LIMITS = {
  /** One WebSocket frame. */
  frameBytes: 64 * 1024,
  /** What a relayed frame grows by: `,"from":"…","seq":…` with the longest id and number, rounded up. */
  stampBytes: 128,
  /** Characters of one session description (SDP is ASCII). */
  sdpLength: 32 * 1024,
  /** Characters of one candidate line. */
  candidateLength: 1024,
  candidatesPerDescription: 64,
  /** Code points of a display name. */
  nameLength: 64,
  /** Characters of a token or ticket. */
  tokenLength: 8 * 1024,
  /** Characters of a free-text reason. */
  reasonLength: 64,
  /** Metrics in one report. */
  reportMetrics: 32,
  labelsPerMetric: 4,
  /** One data-channel message, JSON. */
  channelBytes: 16 * 1024,
  /** Bytes of a WebSocket close reason (RFC 6455, 5.5). */
  closeReasonBytes: 123,

  helloMs: 5_000,
  /** A client pings this often in a call, and elsewhere. */
  pingInCallMs: 4_000,
  pingElsewhereMs: 15_000,
  /** The service on Node drops a socket that was silent for this long. */
  silentMs: 30_000,
  /** How long a seat is kept for a person whose socket dropped: in a call, and alone. */
  graceInCallMs: 60_000,
  graceAloneMs: 90_000,
  /** A stored offer is refreshed by its owner at this age, and forgotten by the service at that one. */
  offerRefreshMs: 90_000,
  offerForgetMs: 150_000,
  emptyRoomMs: 60_000,
  roomAgeMs: 12 * 60 * 60_000,

  messagesBurst: 100,
  messagesPerSecond: 10,
  rateWarnings: 2,
  offersPerMinute: 30,
  pendingPerAddress: 20,
  socketsPerAddress: 50,
  socketsPerSub: 4,
  lobby: 8,
  unsentBytes: 1024 * 1024,
  replayFrames: 64,

  /** Longest life of a join token, and the clock difference that is tolerated. */
  tokenLifeSeconds: 600,
  clockToleranceSeconds: 5,
} as const;

/** What a room may be called. */
export const ROOM_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
