import { expect } from '@open-wc/testing';
import { FakeSocket } from '../testing/fake-socket.js';
import { welcome } from '../testing/machine-player.js';
import { settle } from '../testing/manual-clock.js';
import { SignalingBench } from '../testing/signaling-bench.js';

const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;

let bench: SignalingBench;

beforeEach(() => {
  bench = new SignalingBench();
});

/** In a call; then nothing passes any more, and the machine finds that media stalls. */
async function loseThePath(): Promise<FakeSocket> {
  bench.client.setPace(true);
  const socket = await bench.reach();
  socket.say(welcome({ seat }));
  for (let n = 0; n < 3; n++) {
    await bench.clock.pass(4_000);
    socket.say('pong');
  }
  bench.health = 'silence';
  await bench.clock.pass(2_500);
  bench.client.check();
  return socket;
}

/** When requests went out, ms. */
async function timesOf(ms: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < ms; n += 10) {
    const before = bench.fetched.length;
    await bench.clock.pass(10);
    for (let k = before; k < bench.fetched.length; k++) times.push(bench.clock.now());
  }
  return times;
}

describe('signaling client: a path that swallows everything', () => {
  for (const chance of [0, 0.5, 0.99]) {
    it(`is tried by a fresh request every half second, few at a time: chance ${chance}`, async () => {
      bench.clock.chance = chance;
      await loseThePath();
      const times = await timesOf(40_000);
      const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
      expect(Math.max(...gaps)).to.be.at.most(660);
      expect(Math.min(...gaps)).to.be.at.least(340);
      expect(bench.mostAsking).to.be.within(3, 4);
      expect(FakeSocket.live).to.be.at.most(1);
    });
  }

  for (const cutMs of [3_000, 5_000, 15_000, 40_000]) {
    it(`for ${cutMs / 1000} s, and carries again: a new socket within 0.7 s, and all questions are called off`, async () => {
      await loseThePath();
      await bench.clock.pass(cutMs - 2_500);
      bench.health = { originAllowed: true };
      const { length } = FakeSocket.all;
      await bench.clock.pass(700);
      expect(FakeSocket.all.length).to.equal(length + 1);
      expect(bench.asking).to.equal(0);
      FakeSocket.last.open();
      await settle();
      expect(bench.hello()['ticket']).to.equal('ticket');
      expect(FakeSocket.live).to.equal(1);
    });
  }

  it('the old socket answers first: it is kept, and nobody asks any more', async () => {
    const socket = await loseThePath();
    await bench.clock.pass(1_400);
    expect(bench.asking).to.be.at.least(1);
    socket.say('pong');
    await settle();
    expect(bench.asking).to.equal(0);
    const { length } = bench.fetched;
    bench.health = { originAllowed: true };
    for (let n = 0; n < 5; n++) {
      await bench.clock.pass(3_000);
      socket.say('pong');
    }
    expect(bench.fetched.length).to.equal(length);
    expect(FakeSocket.all.length).to.equal(1);
    expect(bench.kinds()).not.to.include('signaling-lost');
  });

  it('a socket that answers within half a second costs no request', async () => {
    const socket = await bench.reach();
    bench.client.check();
    await bench.clock.pass(499);
    socket.say('pong');
    await bench.clock.pass(10_000);
    expect(bench.fetched).to.deep.equal([]);
  });

  it('good news of the network: asked at once, and again soon, however often it comes', async () => {
    await loseThePath();
    await bench.clock.pass(10_000);
    const { length } = bench.fetched;
    for (let n = 0; n < 100; n++) {
      bench.client.check();
      await bench.clock.pass(10);
    }
    expect(bench.fetched.length - length).to.be.within(1, 4);
  });

  it('closed: what it asked is called off, at once where no seat is held, else with the second word', async () => {
    await bench.reach();
    bench.health = 'silence';
    bench.client.check();
    await bench.clock.pass(5_000);
    expect(bench.asking).to.be.at.least(1);
    bench.client.close();
    await settle();
    expect([bench.asking, bench.clock.pending]).to.deep.equal([0, 0]);

    bench = new SignalingBench();
    await loseThePath();
    await bench.clock.pass(5_000);
    bench.client.close();
    await bench.clock.pass(1_000);
    expect(bench.asking).to.be.at.least(1);
    bench.client.close();
    await settle();
    expect([bench.asking, bench.clock.pending]).to.deep.equal([0, 0]);
  });

  it('closed while it asks whether its origin is refused: called off too', async () => {
    await bench.open();
    for (let n = 0; n < 2; n++) {
      FakeSocket.last.cut(1006);
      if (n === 0) await bench.clock.pass(1_000);
    }
    bench.health = 'silence';
    await bench.clock.pass(1_000);
    expect(bench.fetched.at(-1)).to.match(/\/v1\/check$/);
    expect(bench.asking).to.equal(1);
    bench.client.close();
    await settle();
    expect([bench.asking, bench.clock.pending]).to.deep.equal([0, 0]);
  });
});

describe('signaling client: a service that is down for an hour', () => {
  for (const [how, health, sockets] of [
    ['refuses', null, 50],
    ['is out of reach', 'silence', 15],
  ] as const) {
    it(`${how}: two requests a second at first, less later; hardly a socket`, async () => {
      await loseThePath();
      bench.health = health;
      const { length } = FakeSocket.all;
      const times = await timesOf(60_000);
      expect(times.length).to.be.within(105, 130);
      for (let n = 0; n < 3_540; n++) {
        await bench.clock.pass(1_000);
        if (health === null && FakeSocket.last.readyState === 0) FakeSocket.last.cut(1006);
      }
      expect(bench.fetched.length).to.be.within(700, 900);
      expect(FakeSocket.all.length - length).to.be.at.most(sockets);
      bench.health = { originAllowed: true };
      const since = bench.clock.now();
      await bench.comeBack();
      expect(bench.clock.now() - since).to.be.below(10_000);
    });
  }
});

describe('signaling client: a slow network', () => {
  /** Every socket needs so long to open, and its hello and each ping to be answered; ms. */
  async function live(openMs: number, roundTrip: number, untilMs: number): Promise<void> {
    const begun = new Map<FakeSocket, number>();
    const answered = new Map<FakeSocket, number>();
    for (const end = bench.clock.now() + untilMs; bench.clock.now() < end;) {
      const socket = FakeSocket.last;
      const now = bench.clock.now();
      if (!begun.has(socket)) begun.set(socket, now);
      if (socket.readyState === 0 && now - (begun.get(socket) ?? 0) >= openMs) {
        socket.open();
        await settle();
      }
      const said = socket.sent.length;
      if (socket.readyState === 1 && said > (answered.get(socket) ?? 0)) {
        answered.set(socket, said);
        bench.clock.after(roundTrip, () => socket.say(said === 1 ? welcome({ seat }) : 'pong'));
      }
      await bench.clock.pass(50);
    }
  }

  for (const [what, answerMs, openMs, roundTrip] of [
    ['2 s for a round trip, TLS', 6_000, 6_000, 2_000],
    ['2 s, TLS, and a packet lost now and then', 9_000, 7_500, 4_500],
    ['2 s, and plain requests use a connection that is open', 2_000, 6_000, 2_000],
    ['sockets take 5 s to open, though plain requests are answered at once', 0, 5_000, 100],
  ] as const) {
    it(`${what}: gets in, and back in`, async () => {
      bench.answerMs = answerMs;
      await bench.open();
      await live(openMs, roundTrip, 40_000);
      expect(bench.kinds()).to.include('welcome');
      await bench.clock.pass(1);
      bench.inputs.length = 0;
      FakeSocket.last.cut(1006);
      await live(openMs, roundTrip, 40_000);
      expect(bench.kinds()).to.include('welcome');
    });
  }

  it('a socket that is slow to answer is no dead one: suspicion waits as long as it took before', async () => {
    await bench.open();
    bench.answerMs = 4_000;
    await live(800, 2_000, 40_000);
    const { length } = FakeSocket.all;
    for (let n = 0; n < 10; n++) {
      bench.client.check();
      await live(800, 2_000, 10_000);
    }
    expect(FakeSocket.all.length).to.equal(length);
  });
});

describe('signaling client: a machine that slept for five minutes', () => {
  const SLEEP_MS = 300_000;
  const wakes: Record<string, () => unknown> = {
    'a timer that is late': () => undefined,
    'the page that comes to the front': () => bench.client.check(),
  };
  for (const [sign, wake] of Object.entries(wakes)) {
    it(`in a call, told by ${sign}: a dead socket is replaced within 2 s`, async () => {
      bench.client.setPace(true);
      const socket = await bench.reach();
      await bench.clock.pass(3_000);
      bench.clock.slept += SLEEP_MS;
      wake();
      // The timer that was to run in a second runs first thing.
      if (sign.startsWith('a timer')) await bench.clock.pass(1_000);
      await bench.clock.pass(2_000);
      expect(socket.closed?.code).to.equal(4000);
      expect(FakeSocket.live).to.equal(1);
      FakeSocket.last.open();
      await settle();
      expect(bench.hello()['ticket']).to.equal('ticket');
    });
  }

  it('while it looked for the service: asked at once', async () => {
    await loseThePath();
    await bench.clock.pass(100_000);
    bench.clock.slept += SLEEP_MS;
    bench.health = { originAllowed: true };
    bench.client.check();
    await bench.clock.pass(300);
    expect(FakeSocket.live).to.equal(1);
  });
});

describe('signaling client: a host lets the line drop, for its own tests', () => {
  it('it comes back at once by itself, with the ticket, and the seat is no longer asked for', async () => {
    const socket = await bench.reach();
    await bench.clock.pass(10_000);
    bench.client.drop();
    expect(socket.closed?.code).to.equal(4000);
    expect(bench.kinds().at(-1)).to.equal('signaling-lost');
    await bench.clock.pass(1);
    expect(FakeSocket.all.length).to.equal(2);
    FakeSocket.last.open();
    await settle();
    expect(bench.hello()).to.deep.include({ ticket: 'ticket' });
    expect(FakeSocket.live).to.equal(1);
  });

  it('while there is none, nothing changes', async () => {
    bench.client.drop();
    const socket = await bench.reach();
    socket.cut(4429);
    const { length } = bench.inputs;
    bench.client.drop();
    expect(bench.inputs.length).to.equal(length);
    bench.client.close();
    bench.client.drop();
    expect(bench.clock.pending).to.equal(0);
  });
});

describe('signaling client: a path that swallows everything, where sockets are fresh (Chromium)', () => {
  beforeEach(() => {
    bench = new SignalingBench(true);
  });

  it('is tried by sockets, a fresh one within three seconds but for each third, which gets its time', async () => {
    await loseThePath();
    await bench.clock.pass(40_000);
    const gaps = bench.opened.slice(1).map((at, n) => at - (bench.opened[n] ?? 0));
    // The first is that of before the loss.
    expect(Math.max(...gaps.slice(1, 3))).to.be.at.most(3_000);
    expect(
      gaps
        .slice(1)
        .filter((gap) => gap > 3_000)
        .every((gap) => gap < 8_500),
    ).to.equal(true);
    expect(gaps.length).to.be.within(8, 12);
    expect(FakeSocket.live).to.equal(1);
    expect(bench.asking, 'plain requests would only wait for each other').to.equal(0);
  });

  it('and carries again: the next socket is welcomed', async () => {
    await loseThePath();
    await bench.clock.pass(45_000);
    const { length } = FakeSocket.all;
    bench.health = { originAllowed: true };
    while (FakeSocket.all.length === length) await bench.clock.pass(50);
    FakeSocket.last.open();
    await settle();
    expect(bench.hello()['ticket']).to.equal('ticket');
    expect(FakeSocket.live).to.equal(1);
  });

  it('and is slow now: the third socket gets the six seconds that it needs', async () => {
    await loseThePath();
    for (let at = bench.clock.now(), n = 0; n < 400 && FakeSocket.last.readyState === 0; n++) {
      const { last } = FakeSocket;
      await bench.clock.pass(50);
      if (last !== FakeSocket.last) at = bench.clock.now();
      else if (bench.clock.now() - at >= 6_000) last.open();
    }
    expect(FakeSocket.last.readyState).to.equal(1);
  });

  it('a first socket on a slow network gets its time too', async () => {
    bench.health = 'silence';
    await bench.open();
    await bench.clock.pass(6_000);
    expect(FakeSocket.all.length).to.equal(1);
  });

  it('a service that refuses is asked plainly, as everywhere', async () => {
    const socket = await bench.reach();
    bench.health = null;
    socket.cut(1006);
    await bench.clock.pass(10_000);
    expect(bench.fetched.length).to.be.at.least(10);
  });
});
