import { expect } from '@open-wc/testing';
import { FakeSocket } from '../testing/fake-socket.js';
import { welcome } from '../testing/machine-player.js';
import { settle } from '../testing/manual-clock.js';
import { SignalingBench } from '../testing/signaling-bench.js';

let bench: SignalingBench;

beforeEach(() => {
  bench = new SignalingBench();
});

const pings = (socket: FakeSocket) => socket.sent.filter((text) => text === 'ping').length;

describe('signaling client: watchdogs', () => {
  it('a socket that does not open while the service answers: replaced after a second, the next one after two', async () => {
    await bench.open();
    for (const ms of [1_000, 2_000]) {
      const stuck = FakeSocket.last;
      await bench.clock.pass(ms - 1);
      expect(stuck.closed).to.equal(null);
      await bench.clock.pass(1);
      expect(stuck.closed?.code).to.equal(4000);
      while (FakeSocket.last === stuck) await bench.clock.pass(1);
      expect(FakeSocket.live).to.equal(1);
    }
  });

  for (const [what, health] of [
    ['nothing is heard of the service', 'silence'],
    ['the page may not ask plainly', null],
  ] as const) {
    it(`one that does not open, and ${what}: replaced after 8 s`, async () => {
      bench.health = health;
      await bench.open();
      const stuck = FakeSocket.last;
      await bench.clock.pass(7_999);
      expect(stuck.closed).to.equal(null);
      await bench.clock.pass(1);
      expect(stuck.closed?.code).to.equal(4000);
      await bench.comeBack();
      expect(FakeSocket.live).to.equal(1);
    });
  }

  it('one that is never welcomed, too', async () => {
    await bench.open();
    await bench.clock.pass(900);
    const silent = FakeSocket.last;
    silent.open();
    await bench.clock.pass(7_999);
    expect(silent.closed).to.equal(null);
    await bench.clock.pass(1);
    expect(silent.closed?.code).to.equal(4000);
    await bench.comeBack();
    expect(FakeSocket.live).to.equal(1);
  });
});

describe('signaling client: heartbeats', () => {
  it('every 15 s, every 4 s in a call', async () => {
    const socket = await bench.reach();
    await bench.clock.pass(14_999);
    expect(pings(socket)).to.equal(0);
    await bench.clock.pass(1);
    expect(pings(socket)).to.equal(1);
    socket.say('pong');
    bench.client.setPace(true);
    for (let n = 2; n < 5; n++) {
      await bench.clock.pass(4_000);
      expect(pings(socket)).to.equal(n);
      socket.say('pong');
    }
  });

  for (const [what, health, ms, sent] of [
    ['and the service answers elsewhere', { originAllowed: true }, 8_500, 3],
    ['and nothing is heard of it elsewhere', 'silence', 12_000, 3],
  ] as const) {
    it(`two without an answer, ${what}: a new socket, and the old one is no goodbye`, async () => {
      bench.client.setPace(true);
      const socket = await bench.reach();
      await bench.clock.pass(4_000);
      socket.say('pong');
      bench.health = health;
      await bench.clock.pass(ms - 1);
      expect(pings(socket)).to.equal(sent);
      expect(socket.closed).to.equal(null);
      await bench.clock.pass(1);
      expect(socket.closed?.code).to.equal(4000);
      bench.health = { originAllowed: true };
      await bench.comeBack();
      expect(FakeSocket.live).to.equal(1);
    });
  }

  it('any frame is an answer', async () => {
    const socket = await bench.reach();
    for (let n = 0; n < 20; n++) {
      await bench.clock.pass(14_000);
      socket.say({ type: 'room', seats: 1 });
    }
    expect(socket.closed).to.equal(null);
  });

  it('on suspicion one ping at once, and 1.5 s; asked twice, it is one', async () => {
    const socket = await bench.reach();
    bench.health = 'silence';
    bench.client.check();
    bench.client.check();
    expect(pings(socket)).to.equal(1);
    await bench.clock.pass(1_499);
    bench.client.setPace(true);
    expect(socket.closed).to.equal(null);
    await bench.clock.pass(1);
    expect(socket.closed?.code).to.equal(4000);
    bench.health = { originAllowed: true };
    await bench.comeBack();
    expect(bench.hello()['ticket']).to.equal('ticket');
  });

  it('a suspect that answers stays, and goes on at the usual pace', async () => {
    const socket = await bench.reach();
    bench.client.check();
    socket.say('pong');
    await bench.clock.pass(1_500);
    expect(pings(socket)).to.equal(2);
    socket.say('pong');
    await bench.clock.pass(14_999);
    expect(pings(socket)).to.equal(2);
    expect(socket.closed).to.equal(null);
  });

  it('after a sleep the socket is a suspect, and a busy page is no sleep', async () => {
    const socket = await bench.reach();
    bench.clock.slept += 2_000;
    await bench.clock.pass(15_000);
    socket.say('pong');
    await bench.clock.pass(14_999);
    bench.clock.slept += 3_600_000;
    await bench.clock.pass(1);
    expect(pings(socket)).to.equal(2);
    await bench.clock.pass(1_500);
    expect(socket.closed?.code).to.equal(4000);
  });

  it('a hidden page whose timers run once a minute keeps a live socket, and lets go of a dead one', async () => {
    const socket = await bench.reach();
    await bench.clock.pass(15_000);
    const late = async () => {
      bench.clock.slept += 60_000;
      await bench.clock.pass(1_500);
    };
    socket.say('pong');
    bench.clock.slept += 60_000;
    await bench.clock.pass(15_000);
    for (let n = 0; n < 5; n++) {
      socket.say('pong');
      await late();
    }
    expect(socket.closed).to.equal(null);
    for (let n = 0; n < 3; n++) await late();
    expect(socket.closed?.code).to.equal(4000);
  });
});

describe('signaling client: the network', () => {
  it('while there is none, it is tried seldom, and at once when it is back', async () => {
    (await bench.reach()).cut(1006);
    bench.isOnline = false;
    bench.health = null;
    await bench.clock.pass(60_000);
    expect(FakeSocket.all.length).to.be.at.most(2);
    expect(bench.fetched.length).to.be.at.most(14);
    bench.isOnline = true;
    bench.health = { originAllowed: true };
    const before = FakeSocket.all.length;
    bench.client.check();
    await bench.clock.pass(250);
    expect(FakeSocket.all.length).to.equal(before + 1);
  });

  it('a browser that is wrong about that reaches the service all the same', async () => {
    bench.isOnline = false;
    (await bench.reach()).cut(1006);
    await bench.comeBack();
    expect(bench.hello()['ticket']).to.equal('ticket');
  });

  it('good news does not shorten what the service asked for', async () => {
    const socket = await bench.reach();
    socket.say({ type: 'error', code: 'rate-warning', retryAfterMs: 20_000 });
    socket.cut(4429);
    for (let n = 0; n < 19; n++) {
      await bench.clock.pass(1_000);
      bench.client.check();
    }
    await bench.clock.pass(999);
    expect(FakeSocket.all.length).to.equal(1);
    await bench.comeBack();
    expect(bench.clock.now()).to.be.within(20_000, 28_000);
  });
});

describe('signaling client: what the service asks for', () => {
  it('going away: back after the time it names, not at once', async () => {
    for (const [chance, ms] of [
      [0, 10_000],
      [1, 14_000],
    ] as const) {
      bench = new SignalingBench();
      const socket = await bench.reach();
      bench.clock.chance = chance;
      socket.say({ type: 'going-away', retryAfterMs: 10_000 });
      socket.cut(1012);
      await bench.clock.pass(ms - 1);
      expect(FakeSocket.all.length).to.equal(1);
      await bench.clock.pass(1);
      expect(FakeSocket.all.length).to.equal(2);
    }
  });

  it('a restart without a word: within a second, spread', async () => {
    const socket = await bench.reach();
    await bench.clock.pass(10_000);
    bench.clock.chance = 0.9;
    socket.cut(1012);
    await bench.clock.pass(899);
    expect(FakeSocket.all.length).to.equal(1);
    await bench.clock.pass(1);
    expect(FakeSocket.all.length).to.equal(2);
  });

  it('no word of the service keeps it away for ever', async () => {
    const socket = await bench.reach();
    socket.say({ type: 'going-away', retryAfterMs: Number.MAX_SAFE_INTEGER });
    socket.cut(1012);
    await bench.comeBack();
    expect(bench.clock.now()).to.be.below(400_000);
  });

  it('a warning is of the socket it came on', async () => {
    const socket = await bench.reach();
    socket.say({ type: 'error', code: 'rate-warning', retryAfterMs: 100_000 });
    socket.cut(1006);
    const next = await bench.comeBack();
    expect(bench.clock.now()).to.be.below(2_000);
    next.say(welcome());
    next.cut(4429);
    await bench.comeBack();
    expect(bench.clock.now()).to.be.below(20_000);
  });

  it('warned, it says what it has to say slowly and in order, then as fast as before', async () => {
    const socket = await bench.reach();
    const said = () => socket.sent.slice(1).map((text) => (JSON.parse(text) as { n: number }).n);
    socket.say({ type: 'error', code: 'rate-warning', retryAfterMs: 1_000 });
    for (let n = 0; n < 8; n++) bench.client.send({ type: 'probe', n });
    expect(said()).to.deep.equal([0]);
    await bench.clock.pass(400);
    expect(said()).to.deep.equal([0, 1, 2]);
    await bench.clock.pass(600);
    expect(said()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
    bench.client.send({ type: 'probe', n: 8 });
    expect(said().length).to.equal(9);
  });

  it('what it still had to say when the line was cut is not said on the next', async () => {
    const socket = await bench.reach();
    socket.say({ type: 'error', code: 'rate-warning', retryAfterMs: 10_000 });
    for (let n = 0; n < 3; n++) bench.client.send({ type: 'probe', n });
    socket.cut(1006);
    const next = await bench.comeBack();
    next.say(welcome());
    await bench.clock.pass(5_000);
    await settle();
    expect(next.sent.length).to.equal(1);
  });
});
