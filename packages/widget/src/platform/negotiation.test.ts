import { LIMITS, type IceCandidate } from '@p2p-call/protocol';
import { expect, waitUntil } from '@open-wc/testing';
import {
  closeAll,
  connectedLinkPair,
  LinkEnd,
  newLinkPair,
  untilBytesGrow,
  untilOpen,
} from '../testing/link-end.js';

/** What a browser that refuses everything is given. */
const GARBAGE = `v=0\r\na=fingerprint:sha-256 ${'AB:'.repeat(31)}AB\r\nnonsense\r\n`;

/** The call's own transceivers are where they were, and still carry both ways. */
function expectFixedMedia(...ends: LinkEnd[]): void {
  for (const { pc } of ends) {
    const [audio, video] = pc.getTransceivers();
    expect([audio?.mid, audio?.receiver.track.kind, audio?.currentDirection]).to.deep.equal([
      '0',
      'audio',
      'sendrecv',
    ]);
    expect([video?.mid, video?.receiver.track.kind, video?.currentDirection]).to.deep.equal([
      '1',
      'video',
      'sendrecv',
    ]);
  }
}

describe('negotiation', () => {
  // Host candidates are hidden behind mDNS names, which nobody resolves here, until the page may use a device.
  let devices: MediaStream;
  const unhandled: unknown[] = [];
  const noteUnhandled = ({ reason }: PromiseRejectionEvent) => unhandled.push(reason);
  before(async () => {
    devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    addEventListener('unhandledrejection', noteUnhandled);
  });
  after(() => {
    for (const track of devices.getTracks()) track.stop();
    removeEventListener('unhandledrejection', noteUnhandled);
  });
  afterEach(() => {
    expect(unhandled.splice(0)).to.deep.equal([]);
  });

  const send = (end: LinkEnd) => {
    end.link.setTrack('camera', devices.getVideoTracks()[0] ?? null);
    end.link.setTrack('microphone', devices.getAudioTracks()[0] ?? null);
  };
  const add = ({ pc }: LinkEnd, direction: RTCRtpTransceiverDirection = 'recvonly') =>
    pc.addTransceiver('video', { direction });

  describe('a transceiver that somebody adds', () => {
    it('asks for an offer once, and only what no offer covers yet', async () => {
      const [a, b] = await connectedLinkPair();
      for (const end of [a, b]) expect(end.count('needed'), 'the first offer covers all').to.equal(0);
      add(a);
      await a.until('needed');
      a.link.offer(2, false);
      await a.until('settled 2');

      // Covered by an offer that is made in the same moment.
      add(a);
      a.link.offer(3, false);
      await a.until('settled 3');
      a.link.offer(4, false);
      await a.until('settled 4');
      expect(a.count('needed')).to.equal(1);

      // While an offer is out it waits.
      a.passes = () => false;
      a.link.offer(5, false);
      const offer = await a.untilDescribed('offer', 5);
      add(a);
      b.take(offer);
      await a.until('settled 5');
      await a.until('needed', 2);
      expect(b.count('needed')).to.equal(0);
      expectFixedMedia(a, b);
      closeAll(a, b);
    });

    it('of the answerer, too: what an offer of the other side does not cover is asked for again', async () => {
      const [a, b] = await connectedLinkPair();
      add(b);
      await b.until('needed');
      a.link.offer(2, false);
      await a.until('settled 2');
      await b.until('needed', 2);
      b.link.offer(3, false);
      await b.until('settled 3');
      expect(a.pc.getTransceivers()).to.have.length(3);
      expectFixedMedia(a, b);
      expect([...a.failures, ...b.failures]).to.deep.equal([]);
      closeAll(a, b);
    });

    it('is taken as it comes: what one sends on it reaches the other', async () => {
      const [a, b] = await connectedLinkPair();
      const screen = add(b, 'sendonly');
      await screen.sender.replaceTrack(devices.getVideoTracks()[0] ?? null);
      await b.until('needed');
      b.link.offer(2, false);
      await b.until('settled 2');
      const received = a.pc.getTransceivers()[2];
      expect(received?.currentDirection).to.equal('recvonly');
      await waitUntil(() => received?.receiver.track.muted === false, 'it carries', { timeout: 8_000 });
      expectFixedMedia(a, b);
      expect(a.tracks).to.deep.equal(
        a.pc
          .getReceivers()
          .slice(0, 2)
          .map(({ track }) => track)
          .reverse(),
      );
      closeAll(a, b);
    });
  });

  it('glare: who yields rolls back, both settle, what was rolled back is asked for again, and all of it flows on', async function () {
    // Four pictures are encoded and decoded on two cores.
    this.timeout(30_000);
    const [a, b] = await connectedLinkPair();
    for (const end of [a, b]) {
      send(end);
      await untilBytesGrow(end);
      add(end);
    }
    for (const end of [a, b]) await end.until('needed');
    // The rule of the machine: whose offer is out and who need not yield hears none of the other.
    b.passes = (news) => news.type !== 'link-described' || news.kind === 'answer';
    a.link.offer(2, false);
    b.link.offer(2, false);
    await a.until('settled 2');
    await waitUntil(() => b.pc.signalingState === 'stable');
    b.passes = () => true;
    await b.until('needed', 2);
    b.link.offer(3, false);
    await b.until('settled 3');
    for (const { pc } of [a, b]) {
      expect(pc.signalingState).to.equal('stable');
      expect(pc.getTransceivers()).to.have.length(4);
      expect(pc.getTransceivers().every(({ mid }) => mid !== null)).to.equal(true);
    }
    expectFixedMedia(a, b);
    for (const end of [a, b]) await untilBytesGrow(end);
    b.link.send('"still here"');
    await waitUntil(() => a.messages.includes('"still here"'));
    expect([...a.failures, ...b.failures]).to.deep.equal([]);
    expect([...a.events, ...b.events]).not.to.include('closed');
    closeAll(a, b);
  });

  it('an offer of each side at once, each handed to the other: who offered first may yield as well', async () => {
    const [a, b] = await connectedLinkPair();
    for (const end of [a, b]) add(end);
    for (const end of [a, b]) end.passes = () => false;
    for (const end of [a, b]) end.link.offer(2, false);
    const [, ofB] = [await a.untilDescribed('offer', 2), await b.untilDescribed('offer', 2)];
    a.take(ofB);
    b.take(await a.untilDescribed('answer', 2));
    await b.until('settled 2');
    await a.until('needed');
    expectFixedMedia(a, b);
    closeAll(a, b);
  });

  it('the same offer twice, the same answer twice: the second of each changes nothing', async () => {
    const [a, b] = newLinkPair();
    for (const end of [a, b]) end.passes = ({ type }) => type === 'link-candidate';
    a.link.offer(1, false);
    const offer = await a.untilDescribed('offer', 1);
    b.take(offer);
    b.take(offer);
    await waitUntil(() => b.descriptions.length === 2, 'two answers');
    for (const answer of b.descriptions) a.take(answer);
    await untilOpen(a, b);
    for (const answer of b.descriptions) a.take(answer);
    for (const end of [a, b]) end.passes = () => true;
    a.link.offer(2, true);
    await a.until('settled 2');
    expect(a.count('settled 1')).to.equal(1);
    expect([...a.failures, ...b.failures]).to.deep.equal([]);
    closeAll(a, b);
  });

  it('an answer to an offer that was overtaken, or rolled back, is dropped', async () => {
    const [a, b] = await connectedLinkPair();
    b.passes = ({ type }) => type === 'link-candidate';
    a.link.offer(2, true);
    const late = await b.untilDescribed('answer', 2);
    a.link.offer(3, true);
    a.take(late);
    a.take(await b.untilDescribed('answer', 3));
    await a.until('settled 3');
    a.take(late);

    a.passes = ({ type }) => type === 'link-candidate';
    a.link.offer(4, false);
    b.take(await a.untilDescribed('offer', 4));
    b.link.offer(5, false);
    a.take(await b.untilDescribed('offer', 5));
    a.take(await b.untilDescribed('answer', 4));
    b.take(await a.untilDescribed('answer', 5));
    await b.until('settled 5');
    expect(a.events.filter((event) => event.startsWith('settled'))).to.deep.equal(['settled 1', 'settled 3']);
    expect([...a.failures, ...b.failures]).to.deep.equal([]);
    expect(a.pc.signalingState).to.equal('stable');
    send(a);
    await untilBytesGrow(b);
    closeAll(a, b);
  });

  it('a restart while a renegotiation is out overtakes it, and covers it', async () => {
    const [a, b] = await connectedLinkPair();
    send(a);
    add(a);
    b.passes = (news) => news.type !== 'link-described' || news.neg === 3;
    a.link.offer(2, false);
    await a.untilDescribed('offer', 2);
    a.link.offer(3, true);
    await a.until('settled 3');
    expect(b.pc.getTransceivers()).to.have.length(3);
    const told = a.count('needed');
    await untilBytesGrow(b);
    expect(a.count('needed')).to.equal(told);
    expectFixedMedia(a, b);
    expect([...a.failures, ...b.failures, ...a.events, ...b.events]).not.to.include('closed');
    closeAll(a, b);
  });

  describe('candidates', () => {
    const real = ({ candidates }: LinkEnd) => candidates.filter((candidate) => candidate !== '');
    const bogus = (usernameFragment: string | null, port: number): IceCandidate => ({
      candidate: `candidate:1 1 udp 1 192.0.2.1 ${port} typ host`,
      sdpMid: '0',
      sdpMLineIndex: 0,
      usernameFragment,
    });
    const malformed = (fragment: string | null | undefined): IceCandidate[] => [
      { candidate: 'nonsense', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: fragment },
      { ...bogus(fragment ?? null, 9), sdpMid: '99', sdpMLineIndex: 99 },
      { candidate: bogus(null, 9).candidate, sdpMid: null, sdpMLineIndex: null },
      bogus(fragment ?? null, 99_999),
      { candidate: `candidate:1 1 tls 1 nowhere 9 typ odd`, sdpMid: '0', sdpMLineIndex: 0 },
    ];

    it('reversed, doubled, between malformed ones and a flood of strangers, before their description or late', async () => {
      const [a, b] = newLinkPair();
      for (const end of [a, b]) end.passes = ({ type }) => type === 'link-described';
      // All of A's come first, all of B's last: B's own become known only by them.
      const inDisorder = (from: LinkEnd, to: LinkEnd) => {
        const [one] = real(from);
        for (const candidate of malformed(one?.usernameFragment)) to.link.addCandidate(candidate);
        for (let i = 0; i < 5 * LIMITS.candidatesPerDescription; i++)
          to.link.addCandidate(bogus('strange', 1_000 + i));
        for (const candidate of [...real(from), ...real(from)].reverse()) to.link.addCandidate(candidate);
      };
      a.passes = () => false;
      a.link.offer(1, false);
      await waitUntil(() => a.candidates.includes(''), 'gathered', { timeout: 8_000 });
      inDisorder(a, b);
      b.take(await a.untilDescribed('offer', 1));
      await waitUntil(() => b.candidates.includes(''), 'gathered', { timeout: 8_000 });
      await a.until('settled 1');
      inDisorder(b, a);
      await untilOpen(a, b);

      // The next generation's come before their description, and those of the former one late.
      const former = { a: real(a), b: real(b) };
      for (const end of [a, b]) end.candidates.length = 0;
      b.passes = () => false;
      a.link.offer(2, true);
      await waitUntil(() => a.candidates.includes(''), 'gathered again', { timeout: 8_000 });
      inDisorder(a, b);
      for (const candidate of former.a) b.link.addCandidate(candidate);
      b.take(await a.untilDescribed('offer', 2));
      await waitUntil(() => b.candidates.includes(''), 'gathered again', { timeout: 8_000 });
      for (const candidate of former.b) a.link.addCandidate(candidate);
      inDisorder(b, a);
      a.take(await b.untilDescribed('answer', 2));
      await a.until('settled 2');
      send(a);
      await untilBytesGrow(b);
      expect([...a.failures, ...b.failures]).to.deep.equal([]);
      expect([...a.events, ...b.events]).not.to.include('closed');
      closeAll(a, b);
    });

    it('after a flood for the present description: servers can be changed, and a restart works', async () => {
      const [a, b] = await connectedLinkPair();
      const fragment = real(a)[0]?.usernameFragment ?? null;
      for (let i = 0; i < 5 * LIMITS.candidatesPerDescription; i++)
        b.link.addCandidate(bogus(fragment, 1_000 + i));
      b.link.setIceServers([{ urls: 'stun:127.0.0.1:9' }], 'all');
      a.link.offer(2, true);
      await a.until('settled 2');
      send(a);
      await untilBytesGrow(b);
      expect(b.failures).to.deep.equal([]);
      closeAll(a, b);
    });
  });

  describe('what is refused is told, and what comes next still works', () => {
    it('an offer that is nonsense, and one without sound', async () => {
      const [a, b] = newLinkPair();
      b.link.acceptOffer(1, GARBAGE);
      await b.until('failed offer');
      b.link.acceptOffer(1, '');
      await b.until('failed offer', 2);
      a.link.offer(1, false);
      await untilOpen(a, b);
      expect(b.events).to.include('open');
      closeAll(a, b);

      const [pc, c] = [new RTCPeerConnection(), new LinkEnd()];
      pc.createDataChannel('p2p-call', { negotiated: true, id: 0 });
      const { sdp = '' } = await pc.createOffer();
      c.link.acceptOffer(1, sdp);
      await c.until('failed offer');
      expect(c.descriptions).to.deep.equal([]);
      pc.close();
      closeAll(c);
    });

    it('an answer that is nonsense, or names two certificates: the good one may still come', async () => {
      const [a, b] = newLinkPair();
      b.passes = ({ type }) => type === 'link-candidate';
      a.link.offer(1, false);
      const answer = await b.untilDescribed('answer', 1);
      a.take({ ...answer, sdp: GARBAGE });
      a.take({ ...answer, sdp: `${answer.sdp}a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB\r\n` });
      await a.until('failed answer', 2);
      a.take(answer);
      await untilOpen(a, b);
      closeAll(a, b);
    });
  });

  it('a description that is too long for the wire is told, and never leaves', async () => {
    const [a, b] = await connectedLinkPair();
    for (let i = 0; i < 40; i++) add(a);
    a.link.offer(2, false);
    await a.until('failed offer');
    expect(a.pc.signalingState).to.equal('stable');
    expect([a.descriptions.length, b.descriptions.length]).to.deep.equal([1, 1]);
    closeAll(a, b);
  });

  describe('closed in the middle of it, nothing is told any more', () => {
    type Step = readonly [name: string, run: (a: LinkEnd, b: LinkEnd) => Promise<void> | void];
    const none = () => undefined;
    const first: Step[] = [
      ['as soon as an offer is asked for', (a) => a.link.offer(1, false)],
      [
        'with its offer made',
        async (a) => (a.link.offer(1, false), void (await a.untilDescribed('offer', 1))),
      ],
      [
        'as soon as the offer is handed over',
        async (a, b) => {
          a.passes = () => false;
          a.link.offer(1, false);
          b.take(await a.untilDescribed('offer', 1));
        },
      ],
      [
        'with the answer made',
        async (a, b) => (a.link.offer(1, false), void (await b.untilDescribed('answer', 1))),
      ],
      [
        'with candidates that wait',
        async (a, b) => {
          a.passes = ({ type }) => type === 'link-candidate';
          a.link.offer(1, false);
          await waitUntil(() => a.candidates.length > 0);
          b.link.measure();
        },
      ],
    ];
    const later: Step[] = [
      ['as a restart begins', (a) => a.link.offer(2, true)],
      ['with a restart out', async (a) => (a.link.offer(2, true), void (await a.untilDescribed('offer', 2)))],
      ['with both offering', (a, b) => (a.link.offer(2, false), b.link.offer(2, false))],
      [
        'with a transceiver added, a track set and a measurement on its way',
        (a, b) => {
          for (const end of [a, b]) {
            add(end);
            send(end);
            end.link.measure();
          }
        },
      ],
      ['with refused servers', (a) => a.link.setIceServers([{ urls: 'nonsense' }], 'relay')],
      ['at rest', none],
    ];
    const closeAndListen = async (a: LinkEnd, b: LinkEnd) => {
      closeAll(a, b);
      const told = [a, b].map(({ events, descriptions }) => [...events, descriptions.length]);
      const candidate: IceCandidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };
      for (const { link } of [a, b]) {
        link.offer(9, true);
        link.acceptOffer(9, GARBAGE);
        link.acceptAnswer(9, GARBAGE);
        link.addCandidate(candidate);
        link.setIceServers([], 'relay');
        link.setTrack('camera', null);
        link.send('"too late"');
        link.measure();
        link.close();
      }
      // Whatever the browser had in the making is through once it could make something new.
      const probe = new LinkEnd();
      probe.link.offer(1, false);
      await waitUntil(() => probe.candidates.includes(''), 'gathered', { timeout: 8_000 });
      closeAll(probe);
      expect([a, b].map(({ events, descriptions }) => [...events, descriptions.length])).to.deep.equal(told);
    };

    for (const [name, run] of first) {
      it(name, async () => {
        const [a, b] = newLinkPair();
        await run(a, b);
        await closeAndListen(a, b);
      });
    }
    for (const [name, run] of later) {
      it(`in a call, ${name}`, async () => {
        const [a, b] = await connectedLinkPair();
        await run(a, b);
        await closeAndListen(a, b);
      });
    }
  });
});
