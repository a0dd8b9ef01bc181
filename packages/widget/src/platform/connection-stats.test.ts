import { expect, waitUntil } from '@open-wc/testing';
import { connectedLinkPair } from '../testing/link-end.js';

describe('what a connection tells of itself', () => {
  // Host candidates are hidden behind mDNS names, which nobody resolves here, until the page may use a device.
  let permission: MediaStream;
  before(async () => {
    permission = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  });
  after(() => {
    for (const track of permission.getTracks()) track.stop();
  });

  it('says what it spends its time on, and how it does, in either browser', async () => {
    const [a, b] = await connectedLinkPair();
    try {
      expect(a.timed.map(({ what }) => what)).to.deep.equal(['create_offer', 'set_local', 'set_remote']);
      expect(b.timed.map(({ what }) => what)).to.deep.equal(['set_remote', 'create_answer', 'set_local']);
      for (const { ms } of [...a.timed, ...b.timed]) expect(ms).to.be.within(0, 8_000);
      for (const { states } of [a, b]) {
        for (const state of ['gathering gathering', 'ice checking', 'ice connected', 'connection connected'])
          expect(states, states.join()).to.include(state);
        expect(states.indexOf('ice checking')).to.be.below(states.indexOf('ice connected'));
        expect(states.indexOf('ice connected')).to.be.below(states.indexOf('connection connected'));
      }
      await waitUntil(() => a.states.includes('gathering complete'), 'gathering ends');
      for (const track of permission.getTracks())
        a.link.setTrack(track.kind === 'audio' ? 'microphone' : 'camera', track);
      await waitUntil(
        async () => ((await b.link.stats()).inbound.video.framesDecoded ?? 0) > 2,
        'pictures arrive',
        { timeout: 8_000 },
      );
      await waitUntil(
        async () => (await a.link.stats()).outbound.video.packetsLost !== undefined,
        'the other side says what it got',
        { timeout: 8_000 },
      );
      const [sent, got] = [await a.link.stats(), await b.link.stats()];
      expect(got.path).to.deep.include({ protocol: 'udp', relayProtocol: undefined });
      expect(got.path?.localType).to.be.oneOf(['host', 'prflx']);
      const known = ['bytes', 'packets', 'width', 'height', 'framesPerSecond', 'lossFraction'] as const;
      for (const name of known) {
        expect(got.inbound.video[name], `inbound ${name}`).to.be.a('number');
        expect(sent.outbound.video[name], `outbound ${name}`).to.be.a('number');
      }
      expect(got.inbound.audio.bytes).to.be.above(0);
      expect(got.inbound.audio.codec).to.equal('opus');
      expect(got.inbound.video.codec).to.equal('VP8');
      expect(sent.outbound.video.codec).to.equal('VP8');
      expect(sent.outbound.video.framesEncoded).to.be.above(2);
      b.link.measure();
      await waitUntil(() => b.measured.pictureAgoMs !== undefined, 'a picture has come');
      expect(b.measured.pictureAgoMs).to.be.within(30, 10_000);
    } finally {
      a.link.close();
      b.link.close();
    }
  });
});
