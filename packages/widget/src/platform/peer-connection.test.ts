import { expect, waitUntil } from '@open-wc/testing';
import { connectedLinkPair, LinkEnd } from '../testing/link-end.js';

describe('peer connection', () => {
  // Host candidates are hidden behind mDNS names, which nobody resolves here, until the page may use a device.
  let permission: MediaStream;
  before(async () => {
    permission = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  });
  after(() => {
    for (const track of permission.getTracks()) track.stop();
  });

  it('takes fresh ICE servers for the next restart, and keeps what it has if they are none', () => {
    const { link, pc } = new LinkEnd();
    const urls = () => pc.getConfiguration().iceServers?.map((server) => String(server.urls));
    link.setIceServers([{ urls: 'turn:127.0.0.1:3478', username: 'u', credential: 'c' }], 'all');
    expect(urls()).to.deep.equal(['turn:127.0.0.1:3478']);
    expect(pc.getConfiguration().bundlePolicy).to.equal('max-bundle');
    link.setIceServers([{ urls: 'nonsense' }], 'all');
    expect(urls()).to.deep.equal(['turn:127.0.0.1:3478']);
    link.close();
    link.setIceServers([], 'all');
  });

  it('takes a candidate once, however often it comes', async () => {
    const { prototype } = RTCPeerConnection;
    const original = Object.getOwnPropertyDescriptor(prototype, 'addIceCandidate');
    if (!original) throw new Error('connections take no candidates here');
    const taken: string[] = [];
    Object.defineProperty(prototype, 'addIceCandidate', {
      ...original,
      value(candidate: RTCIceCandidateInit) {
        taken.push(`${candidate.candidate} ${candidate.usernameFragment}`);
        return Promise.resolve();
      },
    });
    try {
      const [a, b] = [new LinkEnd(), new LinkEnd()];
      a.other = b;
      a.link.offer(1, false);
      await waitUntil(() => a.candidates.includes('') && b.descriptions.length > 0, 'all are known');
      await waitUntil(() => taken.length >= a.candidates.length - 1, 'each is taken');
      for (const candidate of a.candidates) b.link.addCandidate(candidate);
      expect(taken.length).to.equal(a.candidates.filter((candidate) => candidate !== '').length);
      expect(new Set(taken).size).to.equal(taken.length);
      a.link.close();
      b.link.close();
    } finally {
      Object.defineProperty(prototype, 'addIceCandidate', original);
    }
  });

  it('connects, carries messages and a track that came late, and survives an ICE restart', async () => {
    const [a, b] = await connectedLinkPair();
    expect(a.events).to.include.members(['settled 1', 'connected']);
    a.link.send('{"type":"beat","n":1}');
    await waitUntil(() => b.messages.length > 0);
    expect(b.messages).to.deep.equal(['{"type":"beat","n":1}']);

    const [video] = permission.getVideoTracks();
    a.link.setTrack('camera', video ?? null);
    await waitUntil(() => b.tracks[0]?.muted === false, 'frames arrive', { timeout: 5_000 });
    b.link.measure();
    await waitUntil(() => b.measured.bytes > 1_000 || (b.link.measure(), false), 'bytes are counted', {
      timeout: 5_000,
    });

    a.link.offer(2, true);
    await waitUntil(() => a.events.includes('settled 2'), 'the restart is answered', { timeout: 5_000 });
    const before = b.measured.bytes;
    await waitUntil(
      () => b.measured.bytes > before + 1_000 || (b.link.measure(), false),
      'and media goes on',
      {
        timeout: 5_000,
      },
    );
    expect(b.events).not.to.include('closed');
    expect([...a.events, ...b.events].filter((event) => event.startsWith('failed'))).to.deep.equal([]);
    a.link.close();
    b.link.close();
  });

  it('tells which codec its video goes out in, once it does, and that no relay is used', async () => {
    const [a, b] = await connectedLinkPair();
    const look = async (end: LinkEnd) => {
      end.measured = { bytes: -1 };
      end.link.measure();
      await waitUntil(() => end.measured.bytes >= 0, 'measured');
      return end.measured;
    };
    expect((await look(a)).relay).to.equal(false);
    expect(a.measured.codec).to.equal(undefined);
    a.link.setTrack('camera', permission.getVideoTracks()[0] ?? null);
    await waitUntil(async () => (await look(a)).codec !== undefined, 'a codec', { timeout: 5_000 });
    expect(a.measured).to.include({ codec: 'VP8', relay: false });
    expect((await look(b)).relay).to.equal(false);
    a.link.close();
    b.link.close();
  });

  it('starts with a small picture, on either side, and sends the full one soon', async () => {
    const [a, b] = await connectedLinkPair();
    const [video] = permission.getVideoTracks();
    const { height = 0 } = video?.getSettings() ?? {};
    for (const [sender, receiver] of [
      [a, b],
      [b, a],
    ] as const) {
      sender.link.setTrack('camera', video ?? null);
      const shown = document.createElement('video');
      shown.muted = true;
      shown.srcObject = new MediaStream(receiver.tracks.slice(0, 1).filter((track) => track !== null));
      await shown.play();
      await waitUntil(() => shown.videoHeight > 0, 'a picture', { timeout: 5_000 });
      expect(shown.videoHeight).to.be.at.most(height / 4);
      await waitUntil(
        () => shown.videoHeight > height / 4 || (sender.link.measure(), false),
        'a larger one',
        {
          interval: 300,
          timeout: 9_000,
        },
      );
    }
    a.link.close();
    b.link.close();
  });

  it('one audio, one video and the data channel, from the first offer on', async () => {
    const [a, b] = await connectedLinkPair();
    const sdp = a.descriptions[0]?.sdp ?? '';
    expect(sdp.match(/^m=\w+/gm)).to.have.members(['m=audio', 'm=video', 'm=application']);
    const answer = b.descriptions[0]?.sdp ?? '';
    const media = answer.split(/^(?=m=)/m).filter((section) => /^m=(audio|video)/.test(section));
    expect(media.map((section) => section.includes('a=sendrecv'))).to.deep.equal([true, true]);
    a.link.close();
    b.link.close();
  });

  it('candidates that come before their description wait for it', async () => {
    const [a, b] = [new LinkEnd(), new LinkEnd()];
    a.link.offer(1, false);
    await waitUntil(() => a.candidates.includes(''), 'gathered', { timeout: 8_000 });
    for (const candidate of a.candidates) b.link.addCandidate(candidate);
    const [offer] = a.descriptions;
    b.link.acceptOffer(1, offer?.sdp.replace(/^a=candidate.*\r\n/gm, '') ?? '');
    await waitUntil(() => b.candidates.includes(''), 'answered and gathered', { timeout: 8_000 });
    // B never tells its own: it can only have come about from the candidates that waited.
    a.link.acceptAnswer(1, b.descriptions[0]?.sdp.replace(/^a=candidate.*\r\n/gm, '') ?? '');
    await waitUntil(() => a.events.includes('connected'), 'connected', { timeout: 8_000 });
    a.link.close();
    b.link.close();
  });

  it('a description of two certificates is refused', async () => {
    const [a, b] = [new LinkEnd(), new LinkEnd()];
    a.link.offer(1, false);
    await waitUntil(() => a.descriptions.length > 0);
    const forged = a.descriptions[0]?.sdp.replace(
      /(a=fingerprint:sha-256 )(..)/,
      (_, head: string, two: string) => head + (two === '00' ? '11' : '00'),
    );
    b.link.acceptOffer(1, `${forged}a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB\r\n`);
    await waitUntil(() => b.events.includes('failed offer'));
    expect(b.descriptions).to.deep.equal([]);
    a.link.close();
    b.link.close();
  });

  it('the other end hears when one closes; whoever closes hears nothing more', async () => {
    const [a, b] = await connectedLinkPair();
    const heard = a.events.length;
    a.link.close();
    await waitUntil(() => b.events.includes('closed'), 'the channel closes', { timeout: 8_000 });
    expect(a.events.length).to.equal(heard);
    b.link.close();
  });
});
