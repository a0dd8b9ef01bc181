import { expect } from '@open-wc/testing';
import { CallError } from '../core/errors.js';
import { FakeSocket } from '../testing/fake-socket.js';
import { welcome } from '../testing/machine-player.js';
import { settle } from '../testing/manual-clock.js';
import { SignalingBench } from '../testing/signaling-bench.js';

let bench: SignalingBench;

beforeEach(() => {
  bench = new SignalingBench();
});

describe('signaling client: the way in', () => {
  it('calls the room by its address, and puts the token in the first message, nowhere else', async () => {
    const socket = await bench.reach();
    expect(socket.url).to.equal('wss://signal.example/base/v1/rooms/r-1');
    expect(socket.protocol).to.equal('p2p-call.v1');
    expect(bench.hello()).to.deep.equal({ type: 'hello', token: 'token-1', name: 'Anna' });
    expect(bench.kinds()).to.deep.equal(['welcome']);
  });

  it('opens the socket while the token is still on its way', async () => {
    let give: (token: string) => void = () => undefined;
    bench.giveToken = () => new Promise((resolve) => (give = resolve));
    await bench.open();
    expect(FakeSocket.all.length).to.equal(1);
    FakeSocket.last.open();
    await settle();
    expect(FakeSocket.last.sent).to.deep.equal([]);
    give('late');
    await settle();
    expect(bench.hello()['token']).to.equal('late');
  });

  it('a token that takes its time is waited for, not asked for again', async () => {
    let give: (token: string) => void = () => undefined;
    bench.giveToken = () => new Promise((resolve) => (give = resolve));
    await bench.open();
    FakeSocket.last.open();
    await bench.clock.pass(5_000);
    FakeSocket.last.cut(4408);
    await bench.comeBack();
    expect(bench.reasons).to.deep.equal(['join']);
    give('late');
    await settle();
    expect(bench.hello()['token']).to.equal('late');
  });

  it('without a room, goes to the one the token is for', async () => {
    bench.settings = { ...bench.settings, room: null };
    bench.giveToken = () => Promise.resolve(`x.${btoa(JSON.stringify({ room: 'from-token' }))}.x`);
    await bench.open();
    expect(FakeSocket.last.url).to.equal('wss://signal.example/base/v1/rooms/from-token');
  });

  it('asks for a seat with the hello when one is wanted, and says so with the welcome', async () => {
    bench.wantsSeat = true;
    await bench.reach();
    expect(bench.hello()['join']).to.equal(true);
    expect(bench.inputs[0]).to.include({ type: 'message', askedSeat: true });
  });

  it('a page that has no token to give: refused, and not tried again', async () => {
    bench.giveToken = () => Promise.reject(new CallError('token-invalid'));
    await bench.open();
    FakeSocket.last.open();
    await settle();
    expect(bench.refusal()?.why).to.equal('no-token');
    expect(FakeSocket.live).to.equal(0);
    await bench.clock.pass(60_000);
    expect(FakeSocket.all.length).to.equal(1);
  });

  it('a token server that stumbles is asked again', async () => {
    bench.giveToken = () => Promise.reject(new Error('502'));
    await bench.open();
    FakeSocket.last.open();
    await settle();
    expect(bench.kinds()).to.deep.equal(['signaling-lost']);
    bench.giveToken = () => Promise.resolve('now');
    await bench.comeBack();
    expect(bench.hello()['token']).to.equal('now');
  });

  it('a token that no socket could be opened for is kept', async () => {
    bench.isForbidden = true;
    await bench.open();
    await bench.clock.pass(60_000);
    bench.isForbidden = false;
    await bench.comeBack();
    expect(bench.hello()).to.include({ token: 'token-1' });
    expect(bench.reasons).to.deep.equal(['join']);
  });

  it('where only the token names the room, a token server that stumbles is not hammered', async () => {
    bench.settings = { ...bench.settings, room: null };
    // One that would hammer it would do so for ever.
    const fail = () => Promise.reject(new Error('502'));
    bench.giveToken = () => (bench.reasons.length > 100 ? new Promise(() => undefined) : fail());
    await bench.open();
    await bench.clock.pass(60_000);
    expect(bench.reasons.length).to.be.within(10, 25);
    bench.giveToken = () => Promise.resolve(`x.${btoa('{"room":"r"}')}.x`);
    await bench.comeBack();
  });
});

describe('signaling client: cuts', () => {
  it('comes back with the ticket, and with what it saw last', async () => {
    const socket = await bench.reach();
    socket.say({ type: 'probe', n: 0, from: 'p_b', seq: 7 });
    socket.cut(1006);
    await bench.comeBack();
    expect(bench.hello()).to.deep.include({ ticket: 'ticket', seen: 7 });
    expect(bench.hello()).not.to.have.property('token');
    expect(bench.reasons).to.deep.equal(['join'], 'a ticket needs no token');
  });

  it('uses the newest ticket', async () => {
    const socket = await bench.reach();
    socket.say({ type: 'ticket', ticket: 'newer' });
    socket.cut(1006);
    await bench.comeBack();
    expect(bench.hello()['ticket']).to.equal('newer');
  });

  it('numbers go on where they were if what was missed follows, and start anew if not', async () => {
    const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
    for (const [more, seen] of [
      [{ seat }, 7],
      [{ seat, resync: true }, 0],
      [{}, 0],
    ] as const) {
      bench = new SignalingBench();
      const socket = await bench.reach();
      socket.say({ type: 'probe', n: 0, from: 'p_b', seq: 7 });
      socket.cut(1006);
      const next = await bench.comeBack();
      next.say(welcome(more));
      next.cut(1006);
      await bench.comeBack();
      expect(bench.hello()['seen']).to.equal(seen);
    }
  });

  it('a frame that comes again is not handled again', async () => {
    const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
    const probe = (seq: number) => ({ type: 'probe', n: seq, from: 'p_b', seq });
    const socket = await bench.reach();
    for (const seq of [1, 2]) socket.say(probe(seq));
    socket.cut(1006);
    const next = await bench.comeBack();
    next.say(welcome({ seat }));
    for (const seq of [1, 2, 3, 3, 2, 4]) next.say(probe(seq));
    const got = bench.inputs.flatMap((input) =>
      input.type === 'message' && input.message.type === 'probe' ? [input.message.seq] : [],
    );
    expect(got).to.deep.equal([1, 2, 3, 4]);
  });

  it('where the token named the room, it is known after a cut too', async () => {
    bench.settings = { ...bench.settings, room: null };
    bench.giveToken = () => Promise.resolve(`x.${btoa(JSON.stringify({ room: 'from-token' }))}.x`);
    (await bench.reach()).cut(1006);
    const socket = await bench.comeBack();
    expect(socket.url).to.match(/\/rooms\/from-token$/);
    expect(bench.hello()['ticket']).to.equal('ticket');
  });

  it('while the service is away it is asked for, not hammered; the socket opens when it answers', async () => {
    const socket = await bench.reach();
    await bench.clock.pass(10_000);
    socket.cut(1006);
    bench.health = null;
    await bench.clock.pass(1);
    expect(FakeSocket.all.length).to.equal(2, 'after a good while the first attempt waits for nothing');
    FakeSocket.last.cut(1006);
    await bench.clock.pass(8_000);
    expect(FakeSocket.all.length).to.equal(2);
    expect(bench.fetched.length).to.be.within(12, 18);
    bench.health = { originAllowed: true };
    await bench.comeBack();
    expect(bench.hello()['ticket']).to.equal('ticket');
  });

  it('a page that may not ask plainly comes back all the same', async () => {
    (await bench.reach()).cut(1006);
    bench.health = null;
    await bench.comeBack();
    expect(bench.fetched.length).to.equal(20);
  });

  it('a service that is there and refuses this page: said, not tried for ever', async () => {
    await bench.open();
    bench.health = { originAllowed: false };
    for (let n = 0; n < 4 && bench.refusal()?.why === undefined; n++) {
      FakeSocket.last.cut(1006);
      await bench.clock.pass(5_000);
    }
    expect(bench.refusal()?.why).to.equal('origin');
  });

  it('a service that comes back late is not mistaken for one that refuses', async () => {
    (await bench.reach()).cut(1006);
    bench.health = null;
    await bench.clock.pass(20_000);
    bench.health = { originAllowed: false };
    await bench.comeBack();
    expect(bench.fetched.filter((url) => url.endsWith('/v1/check'))).to.deep.equal([]);
    FakeSocket.last.say(welcome());
    expect(bench.refusal()?.why).to.equal(undefined);
  });

  it('an old socket that speaks late is not heard', async () => {
    const socket = await bench.reach();
    socket.cut(1006);
    await bench.comeBack();
    bench.inputs.length = 0;
    socket.say({ type: 'room', seats: 1 });
    socket.cut(4410);
    expect(bench.inputs).to.deep.equal([]);
  });

  it('frames it does not know are passed over', async () => {
    const socket = await bench.reach();
    bench.inputs.length = 0;
    for (const text of ['{', '[]', '{"type":"news"}', 'null']) socket.say(text);
    expect(bench.inputs).to.deep.equal([]);
    expect(socket.closed).to.equal(null);
  });

  it('close says goodbye, and nothing follows', async () => {
    const socket = await bench.reach();
    bench.client.close();
    expect(socket.closed).to.deep.equal({ code: 1000, reason: 'bye' });
    await bench.clock.pass(60_000);
    expect(FakeSocket.all.length).to.equal(1);
    expect(bench.clock.pending).to.equal(0);
  });

  it('closed while the line is away and a seat is held: comes back once, to give it up', async () => {
    const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
    const socket = await bench.reach();
    socket.say(welcome({ seat }));
    socket.cut(1006);
    bench.health = null;
    await bench.clock.pass(2_000);
    bench.settings = { ...bench.settings, room: 'elsewhere' };
    bench.inputs.length = 0;
    bench.client.close();
    bench.health = { originAllowed: true };
    const next = await bench.comeBack();
    expect(next.url).to.match(/\/rooms\/r-1$/);
    expect(bench.hello()).to.include({ ticket: 'ticket' });
    next.say(welcome({ seat }));
    expect(next.closed?.code).to.equal(1000);
    expect(bench.clock.pending).to.equal(0);
    expect(bench.inputs).to.deep.equal([], 'nobody hears of it');
    expect(bench.reasons).to.deep.equal(['join']);
  });

  for (const [what, more, stop, patience] of [
    ['no seat is held', {}, () => undefined, 0],
    ['it is closed again', { seat: true }, () => bench.client.close(), 0],
    ['the seat is no longer held', { seat: true }, () => undefined, 100_000],
  ] as const) {
    it(`closed while the line is away, and ${what}: nothing follows`, async () => {
      const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
      const socket = await bench.reach();
      socket.say(welcome('seat' in more ? { seat } : {}));
      socket.cut(1006);
      bench.health = null;
      bench.client.close();
      stop();
      await bench.clock.pass(patience);
      expect(bench.clock.pending).to.equal(0);
      bench.health = { originAllowed: true };
      await bench.clock.pass(60_000);
      expect(FakeSocket.live).to.equal(0);
      expect(bench.inputs.at(-1)?.type).to.equal('signaling-lost');
    });
  }

  it('closed while the line is away, and the ticket is refused: no token is asked for', async () => {
    const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
    const socket = await bench.reach();
    socket.say(welcome({ seat }));
    socket.cut(1006);
    bench.client.close();
    (await bench.comeBack()).cut(4401);
    await bench.next();
    await bench.clock.pass(60_000);
    expect(FakeSocket.live).to.equal(0);
    expect(bench.clock.pending).to.equal(0);
    expect(bench.reasons).to.deep.equal(['join']);
  });

  it('opened anew while it comes back to give a seat up: only that goes on', async () => {
    const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;
    const socket = await bench.reach();
    socket.say(welcome({ seat }));
    socket.cut(1006);
    bench.client.close();
    await bench.comeBack();
    await bench.open();
    expect(FakeSocket.live).to.equal(1);
    FakeSocket.last.open();
    await settle();
    expect(bench.hello()).to.include({ token: 'token-2' });
    FakeSocket.last.say(welcome());
    await bench.clock.pass(200_000);
    expect(bench.kinds().at(-1)).to.not.equal('signaling-refused');
  });

  it('closed while it waits for a token: no socket opens later', async () => {
    bench.settings = { ...bench.settings, room: null };
    let give: (token: string) => void = () => undefined;
    bench.giveToken = () => new Promise((resolve) => (give = resolve));
    await bench.open();
    bench.client.close();
    give(`x.${btoa('{"room":"r"}')}.x`);
    await settle();
    expect(FakeSocket.all.length).to.equal(0);
  });
});
