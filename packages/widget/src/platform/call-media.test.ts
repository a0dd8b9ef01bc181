import { expect, waitUntil } from '@open-wc/testing';
import {
  closeAll,
  connectedLinkPair,
  newLinkPair,
  untilBytesGrow,
  type LinkEnd,
} from '../testing/link-end.js';

/** What the video sender of a connection does. */
interface Sent {
  readonly frameHeight?: number;
  readonly framesEncoded?: number;
  readonly keyFramesEncoded?: number;
  /** ms */
  readonly timestamp?: number;
  readonly mimeType?: string | undefined;
}

/** Of 720, by the scale that tests start with. */
const START_LINES = 180;

async function sentVideo({ pc }: LinkEnd): Promise<Sent> {
  const entries: (Sent & { id: string; type: string; kind?: string; codecId?: string })[] = [];
  (await pc.getStats()).forEach((entry: (typeof entries)[number]) => entries.push(entry));
  const sent = entries.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  return { ...sent, mimeType: entries.find(({ id }) => id === sent?.codecId)?.mimeType };
}

/** Frames a second, over some seconds: what browsers say of the last one wavers. */
async function frameRateOf(end: LinkEnd): Promise<number> {
  const { timestamp: start = 0, framesEncoded: before = 0 } = await sentVideo(end);
  let rate = 0;
  const isOver = async () => {
    const { timestamp = 0, framesEncoded = 0 } = await sentVideo(end);
    rate = ((framesEncoded - before) / (timestamp - start)) * 1_000;
    return timestamp - start > 2_500;
  };
  await waitUntil(isOver, 'measured', { interval: 100, timeout: 5_000 });
  return rate;
}

const kindsOf = (sdp = '') => [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind);
const heightOf = (track?: MediaStreamTrack) => track?.getSettings().height ?? 0;

describe('what a connection carries', () => {
  let devices: MediaStream;
  before(async () => {
    devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  });
  after(() => {
    for (const track of devices.getTracks()) track.stop();
  });
  const send = (end: LinkEnd) => {
    end.link.setTrack('camera', devices.getVideoTracks()[0] ?? null);
    end.link.setTrack('microphone', devices.getAudioTracks()[0] ?? null);
  };

  describe('in the compatible profile', () => {
    it('offers and answers VP8 and Opus first, whatever the page prefers, and one encoding', async () => {
      const profile = { profile: 'compatible', codecs: ['vp9', 'av1'] } as const;
      const [a, b] = await connectedLinkPair(profile, profile);
      const firstCodecs = ({ pc }: LinkEnd) =>
        ['audio', 'video'].map((kind) => {
          const section = pc.localDescription?.sdp.split(/^m=/m).find((part) => part.startsWith(kind)) ?? '';
          const [, type = ''] = /^\w+ \d+ \S+ (\d+)/.exec(section) ?? [];
          return new RegExp(`^a=rtpmap:${type} ([^/]+)`, 'm').exec(section)?.[1];
        });
      expect(firstCodecs(a)).to.deep.equal(['opus', 'VP8']);
      expect(firstCodecs(b)).to.deep.equal(['opus', 'VP8']);
      for (const { pc } of [a, b]) {
        const { encodings = [] } = pc.getSenders()[1]?.getParameters() ?? {};
        expect(encodings).to.have.length(1);
        expect(encodings[0]).to.include({ maxFramerate: 24, maxBitrate: 2_000_000 });
      }
      closeAll(a, b);
    });

    it('sends 360 lines at most, on either side, with a track that was there or comes, when it has grown', async function () {
      // Chromium takes some seconds to trust the path with more.
      this.timeout(25_000);
      const [a, b] = newLinkPair({ profile: 'compatible' }, { profile: 'compatible' });
      send(a);
      a.link.offer(1, false);
      await b.until('open');
      send(b);
      expect(heightOf(devices.getVideoTracks()[0])).to.equal(720);
      for (const end of [a, b]) {
        const looks: Sent[] = [];
        const hasGrown = async () => {
          end.link.measure();
          looks.push(await sentVideo(end));
          return (looks.at(-1)?.frameHeight ?? 0) > START_LINES;
        };
        await waitUntil(hasGrown, 'grown', { interval: 300, timeout: 9_000 });
        for (const { frameHeight } of looks) expect(frameHeight ?? 0).to.be.at.most(360);
        expect(await frameRateOf(end)).to.be.at.most(25);
        expect((await sentVideo(end)).mimeType).to.equal('video/VP8');
      }
      closeAll(a, b);
    });

    it('a picture of fewer lines keeps them', async () => {
      const small = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } });
      const [track] = small.getVideoTracks();
      const [a, b] = await connectedLinkPair({ profile: 'compatible', startScale: 1 });
      a.link.setTrack('camera', track ?? null);
      await waitUntil(async () => (await sentVideo(a)).frameHeight !== undefined, 'it is sent', {
        timeout: 8_000,
      });
      expect((await sentVideo(a)).frameHeight).to.equal(heightOf(track));
      track?.stop();
      closeAll(a, b);
    });
  });

  it('sound stays out of the feedback about every packet where the browser allows that, pictures do not', async () => {
    const isAllowed = 'setHeaderExtensionsToNegotiate' in RTCRtpTransceiver.prototype;
    expect(isAllowed).to.equal(!navigator.userAgent.includes('Firefox'));
    const [a, b] = await connectedLinkPair();
    for (const { sdp } of [...a.descriptions, ...b.descriptions]) {
      const [, ...sections] = sdp.split(/^m=/m);
      const withFeedback = sections.filter((section) => /^a=extmap:.*transport-wide-cc/m.test(section));
      expect(withFeedback.map((section) => section.slice(0, 5))).to.deep.equal(
        isAllowed ? ['video'] : ['audio', 'video'],
      );
    }
    closeAll(a, b);
  });

  it('after an outage the picture is sent whole, and stays small for three measurements', async function () {
    this.timeout(25_000);
    const [a, b] = await connectedLinkPair();
    send(a);
    const scale = () => a.pc.getSenders()[1]?.getParameters().encodings[0]?.scaleResolutionDownBy;
    const measure = async () => {
      a.link.measure();
      await a.pc.getStats();
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const isLarge = async () => {
      await measure();
      return ((await sentVideo(a)).frameHeight ?? 0) > START_LINES;
    };
    await waitUntil(isLarge, 'it has grown', { timeout: 9_000 });
    const { keyFramesEncoded: before = 0 } = await sentVideo(a);
    a.link.refresh();
    for (let count = 1; count <= 3; count += 1) {
      await measure();
      expect(scale(), `after measurement ${count}`).to.equal(4);
    }
    if ('userAgentData' in navigator)
      await waitUntil(async () => ((await sentVideo(a)).keyFramesEncoded ?? 0) > before, 'a whole picture', {
        timeout: 3_000,
      });
    await measure();
    expect(scale()).to.equal(1);
    closeAll(a, b);
  });

  it('rests: sound only, until it is sent anew', async function () {
    this.timeout(20_000);
    const [a, b] = await connectedLinkPair();
    send(a);
    const frames = async () => (await sentVideo(a)).framesEncoded ?? 0;
    await waitUntil(async () => (await frames()) > 5, 'pictures are sent', { timeout: 8_000 });
    a.link.rest();
    let before = -1;
    const isQuiet = async () => {
      const last = before;
      before = await frames();
      return before === last;
    };
    await waitUntil(isQuiet, 'no picture for a while', { interval: 700, timeout: 8_000 });
    // Neither time nor another camera ends it.
    send(a);
    for (let count = 0; count < 4; count += 1) a.link.measure();
    await untilBytesGrow(b, 2_000);
    expect(await frames()).to.equal(before);
    a.link.refresh();
    await waitUntil(async () => (await frames()) > before + 5, 'pictures again', { timeout: 8_000 });
    closeAll(a, b);
  });

  it('has no rest without sound: pictures are what shows that the path is back', async function () {
    this.timeout(20_000);
    const [a, b] = await connectedLinkPair();
    send(a);
    const isActive = () => a.pc.getSenders()[1]?.getParameters().encodings[0]?.active;
    a.link.rest();
    await waitUntil(() => isActive() === false, 'it rests');
    a.link.setTrack('microphone', null);
    await waitUntil(() => isActive() === true, 'it does not');
    a.link.setTrack('microphone', devices.getAudioTracks()[0] ?? null);
    await waitUntil(() => isActive() === false, 'it does again');
    closeAll(a, b);
  });

  describe('by preference of the answerer', () => {
    for (const [offerer, answerer, sent] of [
      ['av1', 'vp9', 'video/VP9'],
      ['vp9', 'av1', 'video/AV1'],
      ['vp9', 'theora', 'video/VP9'],
    ] as const) {
      it(`${offerer} offered to one who prefers ${answerer}: ${sent} comes`, async () => {
        const [a, b] = await connectedLinkPair({ codecs: [offerer] }, { codecs: [answerer] });
        a.link.setTrack('camera', devices.getVideoTracks()[0] ?? null);
        await waitUntil(async () => (await sentVideo(a)).frameHeight !== undefined, 'it is sent', {
          timeout: 8_000,
        });
        expect((await sentVideo(a)).mimeType).to.equal(sent);
        closeAll(a, b);
      });
    }
  });

  describe('in an audio call', () => {
    it('is sound and the data channel, and no camera', async () => {
      const [a, b] = await connectedLinkPair({ profile: 'audio' });
      for (const end of [a, b]) send(end);
      expect(kindsOf(a.descriptions[0]?.sdp)).to.have.members(['audio', 'application']);
      for (const end of [a, b]) {
        expect(end.tracks.map((track) => track?.kind)).to.deep.equal([undefined, 'audio']);
        await untilBytesGrow(end, 2_000);
        expect(end.pc.getSenders().map(({ track }) => track?.kind)).to.deep.equal(['audio']);
      }
      closeAll(a, b);
    });

    it('takes of an offer with video the sound only', async () => {
      const [a, b] = await connectedLinkPair({}, { profile: 'audio' });
      for (const end of [a, b]) send(end);
      await untilBytesGrow(a, 2_000);
      expect(b.tracks.map((track) => track?.kind)).to.deep.equal([undefined, 'audio']);
      expect(a.pc.getTransceivers().map(({ currentDirection }) => currentDirection)).to.deep.equal([
        'sendrecv',
        'inactive',
      ]);
      expect((await sentVideo(b)).frameHeight).to.equal(undefined);
      closeAll(a, b);
    });
  });
});
