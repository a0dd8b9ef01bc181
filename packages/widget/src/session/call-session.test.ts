import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { ServerMessage } from '@p2p-call/protocol';
import { CallError } from '../core/errors.js';
import type { CallFact } from '../core/facts.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import type { CallSnapshot } from '../core/snapshot.js';
import { createFakePorts } from '../testing/fake-ports.js';
import { joined, peerJoined, peerLeft, welcome } from '../testing/machine-player.js';
import { settle } from '../testing/manual-clock.js';
import type { CallSession, CallStats, CallStreams } from './api.js';
import { createCallSession } from './call-session.js';

const SETTINGS = { ...DEFAULT_SETTINGS, signalingUrl: 'http://service.example', room: 'r', token: 't' };

let ports: ReturnType<typeof createFakePorts>;
let session: CallSession;
let snapshots: CallSnapshot[];
let streams: CallStreams[];
let facts: CallFact[];

beforeEach(() => {
  ports = createFakePorts();
  session = createCallSession(ports);
  [snapshots, streams, facts] = [[], [], []];
  session.subscribe({
    snapshot: (snapshot) => snapshots.push(snapshot),
    streams: (next) => streams.push(next),
    fact: (fact) => facts.push(fact),
  });
  session.configure(SETTINGS);
});

const hear = (message: ServerMessage) =>
  ports.signaling.request?.handle({ type: 'message', message, askedSeat: false });
const lastLink = () => {
  const link = ports.links.at(-1);
  assert.ok(link);
  return link;
};

function connect(): void {
  session.start();
  hear(welcome());
  void session.join();
  hear(
    joined({ slot: 1, polite: true, peer: { id: 'p_b', name: 'Ben' }, offer: { conn: 1, neg: 1, sdp: 'o' } }),
  );
  const { listener } = lastLink();
  listener.news({ type: 'link-described', kind: 'answer', neg: 1, sdp: 'a' });
  const track = (kind: string) => ({ kind }) as unknown as MediaStreamTrack;
  listener.tracks(track('video'), track('audio'));
  listener.news({ type: 'link-transport', transport: 'connected' });
  listener.news({ type: 'link-channel', open: true });
  assert.equal(session.snapshot.phase, 'connected');
}

describe('methods', () => {
  test('join resolves once seated', async () => {
    session.start();
    hear(welcome());
    const joining = session.join();
    assert.equal(session.snapshot.phase, 'joining');
    hear(joined());
    await joining;
    assert.equal(session.snapshot.phase, 'waiting');
  });

  test('join rejects with what went wrong', async () => {
    session.start();
    hear(welcome());
    const joining = session.join();
    hear({ type: 'error', code: 'room-full' });
    await assert.rejects(joining, (error) => error instanceof CallError && error.code === 'room-full');
  });

  test('join of a page that is set up wrongly rejects with what is wrong there', async () => {
    session.reportProblem(new CallError('config-invalid', { detail: 'signaling-url' }));
    await assert.rejects(
      session.join(),
      (error) => error instanceof CallError && error.code === 'config-invalid',
    );
  });

  test('hanging up while joining rejects the join', async () => {
    session.start();
    const joining = session.join();
    await session.leave();
    await assert.rejects(joining, CallError);
    assert.equal(ports.signaling.request, null);
  });

  test('preview resolves with both devices open, and rejects with the first that cannot be', async () => {
    session.start();
    const first = session.preview();
    ports.media.grant('microphone');
    ports.media.grant('camera');
    await first;
    assert.equal(session.snapshot.camera.on, true);
    assert.ok(session.streams.local);
    await session.setCamera(false);
    assert.equal(session.streams.local, null);
    const second = session.setCamera(true);
    ports.media.deny('camera');
    await assert.rejects(second, (error) => error instanceof CallError && error.code === 'media-denied');
    assert.equal(session.snapshot.camera.problem, 'media-denied');
  });
});

describe('one connection', () => {
  test('gets the tracks that are open, and those that open later', () => {
    session.start();
    hear(welcome());
    void session.join();
    ports.media.grant('microphone');
    hear(joined());
    assert.equal(lastLink().tracks.get('microphone'), ports.media.track('microphone'));
    assert.equal(lastLink().tracks.get('camera'), null);
    ports.media.grant('camera');
    assert.equal(lastLink().tracks.get('camera'), ports.media.track('camera'));
  });

  test('a device that ends by itself is opened anew, also when another is plugged in, and its track is sent', async () => {
    connect();
    ports.media.grant('microphone');
    ports.media.onLost?.('microphone');
    assert.deepEqual(ports.media.reopened, ['microphone']);
    assert.equal(lastLink().tracks.get('microphone'), null);
    ports.media.deny('microphone');
    assert.equal(session.snapshot.microphone.problem, 'media-denied');
    await ports.clock.pass(900);
    ports.page.watcher?.devices();
    await ports.clock.pass(100);
    assert.deepEqual(ports.media.reopened, ['microphone', 'microphone']);
    ports.media.grant('microphone');
    assert.equal(session.snapshot.microphone.problem, null);
    assert.ok(lastLink().tracks.get('microphone'));
    assert.equal(lastLink().tracks.get('microphone'), ports.media.track('microphone'));
  });

  test('candidates and the answer reach it in order', () => {
    session.start();
    hear(welcome());
    void session.join();
    hear(joined());
    lastLink().listener.news({ type: 'link-described', kind: 'offer', neg: 1, sdp: 'o' });
    hear(peerJoined());
    const at = { epoch: 1, conn: 1, neg: 1, from: 'p_b', seq: 1 };
    hear({ type: 'answer', ...at, sdp: 'a' });
    hear({ type: 'candidate', ...at, candidate: { candidate: 'c' } });
    hear({ type: 'candidate', ...at, candidate: null });
    assert.deepEqual(lastLink().done, ['offer 1', 'accept answer 1 a', 'candidate c', 'candidate end']);
  });

  test('one that cannot be made is a failure of the negotiation, not of the page', () => {
    ports.createLink = () => {
      throw new SyntaxError('bad ICE server');
    };
    session.start();
    hear(welcome());
    void session.join().catch(() => undefined);
    hear(joined());
    assert.equal(session.snapshot.phase, 'ended');
    assert.equal(session.snapshot.reason, 'incompatible');
  });
});

describe('what a page hears', () => {
  test('several changes of one moment are one snapshot', () => {
    session.start();
    hear(welcome());
    snapshots.length = 0;
    void session.join();
    hear(joined());
    assert.equal(snapshots.length, 2);
    assert.equal(snapshots.at(-1)?.phase, 'waiting');
  });

  test('an event is told when the snapshot already says so', () => {
    const seen: string[] = [];
    session.subscribe({
      fact: (fact) => fact.type === 'phase-change' && seen.push(`${fact.type} ${session.snapshot.phase}`),
    });
    session.start();
    assert.deepEqual(seen, ['phase-change lobby', 'phase-change lobby']);
  });

  test("the peer's streams come with their tracks and go with the peer", () => {
    connect();
    assert.ok(session.streams.remoteVideo && session.streams.remoteAudio);
    hear(peerLeft());
    assert.equal(session.streams.remoteVideo, null);
  });

  test('through a rebuild the last picture stays until the new connection carries media', () => {
    connect();
    const before = session.streams.remoteVideo;
    hear({ type: 'offer', epoch: 1, conn: 2, neg: 1, sdp: 'o2', from: 'p_b', seq: 9 });
    const { listener } = lastLink();
    listener.tracks({ kind: 'video' } as MediaStreamTrack, { kind: 'audio' } as MediaStreamTrack);
    assert.equal(session.streams.remoteVideo, before);
    listener.news({ type: 'link-transport', transport: 'connected' });
    assert.notEqual(session.streams.remoteVideo, before);
  });

  test('tracks that are told after the new connection is up are shown at once', () => {
    connect();
    hear({ type: 'offer', epoch: 1, conn: 2, neg: 1, sdp: 'o2', from: 'p_b', seq: 9 });
    const { listener } = lastLink();
    const before = session.streams.remoteVideo;
    listener.news({ type: 'link-transport', transport: 'connected' });
    listener.tracks({ kind: 'video' } as MediaStreamTrack, { kind: 'audio' } as MediaStreamTrack);
    assert.notEqual(session.streams.remoteVideo, before);
  });
});

describe('the end', () => {
  test('dispose: silent, and nothing stays open', async () => {
    connect();
    ports.media.grant('camera');
    facts.length = 0;
    session.dispose();
    await settle();
    assert.deepEqual(facts, []);
    assert.equal(lastLink().done.at(-1), 'close');
    assert.equal(ports.media.tracks.size, 0);
    assert.equal(ports.signaling.request, null);
    assert.equal(ports.clock.pending, 0);
    session.dispose();
  });

  test('nothing opens after the end, and whatever is open goes with the element', async () => {
    connect();
    await session.leave();
    await session.preview();
    assert.deepEqual(ports.media.asked.length, 1, 'only the join asked');
    ports.media.tracks.set('camera', {} as MediaStreamTrack);
    session.dispose();
    assert.equal(ports.media.tracks.size, 0);
  });

  test('dispose settles what callers wait for', async () => {
    session.start();
    const joining = session.join();
    session.dispose();
    await assert.rejects(joining, CallError);
  });

  test('the page is left, and comes back as it was: the lobby', () => {
    connect();
    ports.page.watcher?.hide();
    assert.equal(session.snapshot.phase, 'ended');
    assert.equal(ports.clock.pending, 0);
    ports.page.watcher?.show();
    assert.equal(session.snapshot.phase, 'lobby');
    assert.equal(session.snapshot.reason, null);
  });

  test('a call that had ended before the page was left stays ended', async () => {
    connect();
    await session.leave();
    ports.page.watcher?.hide();
    ports.page.watcher?.show();
    assert.equal(session.snapshot.phase, 'ended');
  });

  test('the page to the front, or the network back: the socket is looked after, as long as there is an element', () => {
    connect();
    ports.page.watcher?.wake(false);
    assert.equal(ports.signaling.checks, 2, 'once at Join');
    session.dispose();
    assert.equal(ports.page.watcher, null);
  });

  test('the end is told once, with how long it was', async () => {
    connect();
    await ports.clock.pass(2_000);
    await session.leave();
    await session.leave();
    const ended = facts.filter((fact) => fact.type === 'ended');
    assert.deepEqual(ended, [{ type: 'ended', reason: 'left', durationMs: 2_000 }]);
  });
});

describe('statistics', () => {
  const report = { timestamp: 1 } as CallStats;
  const told = () => facts.flatMap((fact) => (fact.type === 'stats' ? [fact.report] : []));

  test('asked for while two are connected, at the interval that is set, and told as they come', async () => {
    session.configure({ ...SETTINGS, statsInterval: 300 });
    await ports.clock.pass(1_000);
    connect();
    lastLink().report = report;
    assert.deepEqual(told(), []);
    await ports.clock.pass(299);
    assert.deepEqual(told(), []);
    await ports.clock.pass(1);
    assert.deepEqual(told(), [report]);
    await ports.clock.pass(600);
    assert.equal(told().length, 3);
    await session.leave();
    await ports.clock.pass(1_000);
    assert.equal(told().length, 3);
  });

  test('a connection that does not say is asked again', async () => {
    connect();
    await ports.clock.pass(2_000);
    assert.deepEqual(told(), []);
    lastLink().report = report;
    await ports.clock.pass(2_000);
    assert.deepEqual(told(), [report]);
  });

  test('an answer that comes after the call is told to nobody', async () => {
    connect();
    let answer: (report: CallStats) => void = () => undefined;
    lastLink().stats = () => new Promise((resolve) => (answer = resolve));
    await ports.clock.pass(2_000);
    await session.leave();
    answer(report);
    await settle();
    assert.deepEqual(told(), []);
  });

  test('getStats: null outside of a call, and where the browser does not say', async () => {
    assert.equal(await session.getStats(), null);
    connect();
    assert.equal(await session.getStats(), null);
    lastLink().report = report;
    assert.equal(await session.getStats(), report);
    await session.leave();
    assert.equal(await session.getStats(), null);
  });
});
