// Every number of the wire, once. Sizes are bytes of UTF-8 unless a name says otherwise; times are milliseconds. One constant
// each, imported together as `LIMITS`: so a bundle holds only those that it uses.

/** One WebSocket frame. */
export const frameBytes = 64 * 1024;
/** What a relayed frame grows by: `,"from":"…","seq":…` with the longest id and number, rounded up. */
export const stampBytes = 128;
/** Characters of one session description (SDP is ASCII). */
export const sdpLength = 32 * 1024;
/** Characters of one candidate line. */
export const candidateLength = 1024;
export const candidatesPerDescription = 64;
/** Code points of a display name. */
export const nameLength = 64;
/** Characters of a token or ticket. */
export const tokenLength = 8 * 1024;
/** Characters of a free-text reason. */
export const reasonLength = 64;
/** Metrics in one report. */
export const reportMetrics = 32;
export const labelsPerMetric = 4;
/** One data-channel message, JSON. */
export const channelBytes = 16 * 1024;
/** Bytes of a WebSocket close reason (RFC 6455, 5.5). */
export const closeReasonBytes = 123;

export const helloMs = 5_000;
/** A client pings this often in a call, and elsewhere. */
export const pingInCallMs = 4_000;
export const pingElsewhereMs = 15_000;
/** The service on Node drops a socket that was silent for this long. */
export const silentMs = 30_000;
/** The same for a page that is alone or in the lobby: it pings less often, and browsers slow down the timers of a hidden one. */
export const silentIdleMs = 75_000;
/** How long a seat is kept for a person whose socket dropped: in a call, and alone. */
export const graceInCallMs = 60_000;
export const graceAloneMs = 90_000;
/** A stored offer is refreshed by its owner at this age, and forgotten by the service at that one. */
export const offerRefreshMs = 90_000;
export const offerForgetMs = 150_000;
export const emptyRoomMs = 60_000;
export const roomAgeMs = 12 * 60 * 60_000;

export const messagesBurst = 100;
export const messagesPerSecond = 10;
export const rateWarnings = 2;
export const offersPerMinute = 30;
export const pendingPerAddress = 20;
export const socketsPerAddress = 50;
export const socketsPerSub = 4;
export const lobby = 8;
export const unsentBytes = 1024 * 1024;
/** Relayed frames that are kept for a person who may come back, and the characters they may have together. */
export const replayFrames = 64;
export const replayLength = 256 * 1024;

/** Longest life of a join token, and the clock difference that is tolerated. */
export const tokenLifeSeconds = 600;
export const clockToleranceSeconds = 5;
