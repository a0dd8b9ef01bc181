import { expect } from '@open-wc/testing';
import { callStatsOf, measurementOf, sendableBitrate } from './stats.js';

type Entry = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

const reportOf = (entries: readonly Entry[]): RTCStatsReport =>
  new Map(entries.map((entry) => [entry.id, entry]));

/** As Chromium 156 tells it, with what is not read left out: two pairs were nominated, the second is in use. */
const CHROMIUM: readonly Entry[] = [
  { id: 'CO1', type: 'codec', mimeType: 'audio/opus' },
  { id: 'CO2', type: 'codec', mimeType: 'video/VP8' },
  pair('CP1', 'L1', 'R1', { state: 'succeeded', nominated: true, bytesReceived: 2_422 }),
  pair('CP2', 'L2', 'R2', {
    state: 'succeeded',
    nominated: true,
    bytesReceived: 934,
    availableOutgoingBitrate: 3_591_384,
  }),
  { id: 'L1', type: 'local-candidate', candidateType: 'host' },
  { id: 'L2', type: 'local-candidate', candidateType: 'host' },
  { id: 'R1', type: 'remote-candidate', candidateType: 'host' },
  { id: 'R2', type: 'remote-candidate', candidateType: 'host' },
  { id: 'OA', type: 'outbound-rtp', kind: 'audio', codecId: 'CO1', bytesSent: 2_779, active: true },
  { id: 'OV', type: 'outbound-rtp', kind: 'video', codecId: 'CO2', bytesSent: 62_823, active: true },
  { id: 'T', type: 'transport', bytesReceived: 3_356, selectedCandidatePairId: 'CP2' },
];

/** The same of Firefox 153, and a pair that came to nothing. */
const FIREFOX: readonly Entry[] = [
  { id: 'oa', type: 'outbound-rtp', kind: 'audio', codecId: 'ca', bytesSent: 6_439 },
  { id: 'ov', type: 'outbound-rtp', kind: 'video', codecId: 'cv', bytesSent: 26_682 },
  pair('p0', 'l0', 'r1', { state: 'cancelled', nominated: false, selected: false }),
  pair('p1', 'l1', 'r1', { state: 'succeeded', nominated: true, selected: true, bytesReceived: 3_317 }),
  { id: 'l1', type: 'local-candidate', candidateType: 'host' },
  { id: 'l0', type: 'local-candidate', candidateType: 'relay' },
  { id: 'r1', type: 'remote-candidate', candidateType: 'prflx' },
  { id: 'ca', type: 'codec', mimeType: 'audio/opus' },
  { id: 'cv', type: 'codec', mimeType: 'video/VP8' },
  { id: 't', type: 'transport', selectedCandidatePairId: 'p1' },
];

/** Firefox before a path is found: it names the codec, of which nothing has been sent. */
const FIREFOX_EARLY: readonly Entry[] = [
  { id: 'ov', type: 'outbound-rtp', kind: 'video', codecId: 'cv', bytesSent: 0 },
  { id: 'l0', type: 'local-candidate', candidateType: 'relay' },
  { id: 'cv', type: 'codec', mimeType: 'video/VP8' },
  { id: 't', type: 'transport' },
];

function pair(id: string, localCandidateId: string, remoteCandidateId: string, more: object): Entry {
  return { id, type: 'candidate-pair', localCandidateId, remoteCandidateId, ...more };
}

/** The entries with some of them changed; `null`: taken out. */
const changed = (entries: readonly Entry[], changes: Readonly<Record<string, object | null>>) =>
  entries.flatMap((entry) => {
    const change = changes[entry.id];
    return change === null ? [] : [{ ...entry, ...change }];
  });

/** A Firefox that does not say which pair its transport uses. */
const older = changed(FIREFOX, { t: null });

describe('what a report tells', () => {
  for (const [name, entries, relay] of [
    ['Chromium, direct', CHROMIUM, false],
    ['Chromium, by a relay of ours', changed(CHROMIUM, { L2: { candidateType: 'relay' } }), true],
    ['Chromium, by a relay of theirs', changed(CHROMIUM, { R2: { candidateType: 'relay' } }), true],
    [
      'Chromium, a relay nominated and not in use',
      changed(CHROMIUM, { L1: { candidateType: 'relay' } }),
      false,
    ],
    ['Firefox, direct', FIREFOX, false],
    ['Firefox, by a relay', changed(FIREFOX, { l1: { candidateType: 'relay' } }), true],
    ['Firefox, nothing found yet', FIREFOX_EARLY, undefined],
    ['an older Firefox: the pair says that it is in use', older, false],
    [
      'an older Firefox, by a relay, another pair nominated before',
      changed(older, { p0: { state: 'succeeded', nominated: true }, l1: { candidateType: 'relay' } }),
      true,
    ],
    [
      'neither says: a pair that was nominated and works',
      changed(older, { p1: { selected: undefined } }),
      false,
    ],
    ['nominated, and failed since', changed(older, { p1: { selected: false, state: 'failed' } }), undefined],
    ['a pair whose candidates are gone', changed(CHROMIUM, { L2: null, R2: null }), false],
    ['nothing at all', [], undefined],
  ] as const) {
    it(`relay: ${name}: ${relay}`, () => {
      expect(measurementOf(reportOf(entries)).relay).to.equal(relay);
    });
  }

  for (const [name, entries, codec] of [
    ['Chromium', CHROMIUM, 'VP8'],
    ['Firefox', FIREFOX, 'VP8'],
    ['Firefox before it sends', FIREFOX_EARLY, undefined],
    ['no camera', changed(CHROMIUM, { OV: { bytesSent: 0, codecId: undefined } }), undefined],
    ['audio only', changed(CHROMIUM, { OV: null, CO2: null }), undefined],
    ['the codec is not listed', changed(CHROMIUM, { CO2: null }), undefined],
    ...(['H264', 'VP9', 'AV1', 'H265'] as const).map(
      (kind) => [kind, changed(CHROMIUM, { CO2: { mimeType: `video/${kind}` } }), kind] as const,
    ),
    ['small letters', changed(CHROMIUM, { CO2: { mimeType: 'video/h264' } }), 'H264'],
    ['another name for AV1', changed(CHROMIUM, { CO2: { mimeType: 'video/AV1X' } }), 'AV1'],
    ['one we do not know', changed(CHROMIUM, { CO2: { mimeType: 'video/theora' } }), undefined],
  ] as const) {
    it(`codec: ${name}: ${codec}`, () => {
      expect(measurementOf(reportOf(entries)).codec).to.equal(codec);
    });
  }

  for (const [name, entries, bytes] of [
    ['Chromium: those of all pairs, once', CHROMIUM, 3_356],
    ['Firefox: a pair that got none says nothing', FIREFOX, 3_317],
    ['nothing at all', [], 0],
  ] as const) {
    it(`bytes: ${name}`, () => {
      expect(measurementOf(reportOf(entries)).bytes).to.equal(bytes);
    });
  }

  it('room to send, where the browser says', () => {
    expect(sendableBitrate(reportOf(CHROMIUM))).to.equal(3_591_384);
    expect(sendableBitrate(reportOf(FIREFOX))).to.equal(0);
  });
});

/** What both browsers tell of media, with the numbers apart so that none can stand for another. */
const MEDIA: readonly Entry[] = [
  { id: 'ca', type: 'codec', mimeType: 'audio/opus' },
  { id: 'cv', type: 'codec', mimeType: 'video/VP8' },
  {
    ...{ id: 'ia', type: 'inbound-rtp', kind: 'audio', codecId: 'ca', trackIdentifier: 'label' },
    ...{ bytesReceived: 10, packetsReceived: 11, packetsLost: 1, jitter: 0.012 },
  },
  {
    ...{ id: 'iv', type: 'inbound-rtp', kind: 'video', codecId: 'cv', remoteId: 'rov' },
    ...{ bytesReceived: 20, packetsReceived: 90, packetsLost: 10, jitter: 0.022, framesPerSecond: 23 },
    ...{ frameWidth: 640, frameHeight: 360, framesDecoded: 26, framesDropped: 0, freezeCount: 2 },
    ...{ totalInterFrameDelay: 1.25 },
  },
  { id: 'oa', type: 'outbound-rtp', kind: 'audio', codecId: 'ca', bytesSent: 30, packetsSent: 31 },
  {
    ...{ id: 'ov', type: 'outbound-rtp', kind: 'video', codecId: 'cv', bytesSent: 40, packetsSent: 200 },
    ...{ framesPerSecond: 43, frameWidth: 320, frameHeight: 180, framesEncoded: 46 },
  },
  { id: 'ria', type: 'remote-inbound-rtp', kind: 'audio', packetsLost: -1, jitter: 0 },
  {
    ...{ id: 'riv', type: 'remote-inbound-rtp', kind: 'video', packetsLost: 50, jitter: 0.042 },
    ...{ roundTripTime: 0.043 },
  },
  { id: 'rov', type: 'remote-outbound-rtp', kind: 'video', roundTripTime: 0.023 },
];

const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the report for the page', () => {
  it('each value in its place and unit', () => {
    const { inbound, outbound } = callStatsOf(reportOf(MEDIA));
    expect(clean(inbound)).to.deep.equal({
      audio: { bytes: 10, packets: 11, packetsLost: 1, lossFraction: 1 / 12, jitterMs: 12, codec: 'opus' },
      video: {
        ...{ bytes: 20, packets: 90, packetsLost: 10, lossFraction: 0.1, jitterMs: 22, roundTripMs: 23 },
        ...{ framesPerSecond: 23, width: 640, height: 360, framesDecoded: 26, framesDropped: 0, freezes: 2 },
        codec: 'VP8',
      },
    });
    expect(clean(outbound)).to.deep.equal({
      audio: { bytes: 30, packets: 31, packetsLost: -1, lossFraction: 0, jitterMs: 0, codec: 'opus' },
      video: {
        ...{ bytes: 40, packets: 200, packetsLost: 50, lossFraction: 0.25, jitterMs: 42, roundTripMs: 43 },
        ...{ framesPerSecond: 43, width: 320, height: 180, framesEncoded: 46, codec: 'VP8' },
      },
    });
  });

  it('what is not told is undefined, and the names are there all the same', () => {
    const stats = callStatsOf(reportOf([]));
    const { inbound, outbound, timestamp, ...rest } = stats;
    expect(rest).to.deep.equal({
      roundTripMs: undefined,
      availableOutgoingBitrate: undefined,
      path: undefined,
    });
    for (const media of [inbound.audio, inbound.video, outbound.audio, outbound.video]) {
      expect(Object.keys(media).length).to.equal(14);
      expect(new Set(Object.values(media))).to.deep.equal(new Set([undefined]));
    }
    expect(Math.abs(timestamp - Date.now())).to.be.below(5_000);
  });

  it('of the pairs the one in use counts, however many were nominated', () => {
    const relayed = { candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' };
    const report = reportOf(
      changed(CHROMIUM, {
        CP1: { availableOutgoingBitrate: 1, currentRoundTripTime: 9 },
        CP2: { currentRoundTripTime: 0.031 },
        L2: relayed,
      }),
    );
    const { path, roundTripMs, availableOutgoingBitrate } = callStatsOf(report);
    expect(path).to.deep.equal({
      ...{ localType: 'relay', remoteType: 'host', protocol: 'udp', relayProtocol: 'tls' },
    });
    expect([roundTripMs, availableOutgoingBitrate]).to.deep.equal([31, 3_591_384]);
  });

  it('a delay of 0 is one that was not measured (Firefox)', () => {
    const report = reportOf(changed(FIREFOX, { p1: { currentRoundTripTime: 0 } }));
    expect(callStatsOf(report).roundTripMs).to.equal(undefined);
  });

  it('when the first picture came', () => {
    expect(measurementOf(reportOf(MEDIA)).pictureAgoMs).to.equal(1_250);
    const none = changed(MEDIA, { iv: { framesDecoded: 0 } });
    expect(measurementOf(reportOf(none)).pictureAgoMs).to.equal(undefined);
    expect(measurementOf(reportOf([])).pictureAgoMs).to.equal(undefined);
  });
});
