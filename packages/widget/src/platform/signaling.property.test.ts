import { CLOSE } from '@p2p-call/protocol';
import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { FakeSocket } from '../testing/fake-socket.js';
import { welcome } from '../testing/machine-player.js';
import { settle } from '../testing/manual-clock.js';
import { SignalingBench } from '../testing/signaling-bench.js';

const seat = { slot: 0, epoch: 1, callId: 'c_1', peer: 'here' } as const;

/** Everything that can happen to a line. */
const STEPS: Record<string, (bench: SignalingBench) => unknown> = {
  'page opens it': (bench) => bench.open(),
  'page closes it': (bench) => bench.client.close(),
  'socket opens': () => FakeSocket.all.at(-1)?.readyState === 0 && FakeSocket.last.open(),
  welcome: () => FakeSocket.all.at(-1)?.say(welcome()),
  'welcome back': () => FakeSocket.all.at(-1)?.say(welcome({ seat, resync: true })),
  pong: () => FakeSocket.all.at(-1)?.say('pong'),
  warning: () => FakeSocket.all.at(-1)?.say({ type: 'error', code: 'rate-warning', retryAfterMs: 3_000 }),
  'an old socket speaks': () => FakeSocket.all.at(-2)?.say(welcome()),
  'an old socket closes': () => FakeSocket.all.at(-2)?.cut(4410),
  'network gone': (bench) => (bench.isOnline = false),
  'network back': (bench) => {
    bench.isOnline = true;
    bench.client.check();
  },
  'page to the front': (bench) => bench.client.check(),
  'machine sleeps': (bench) => (bench.clock.slept += 600_000),
  'service gone': (bench) => (bench.health = null),
  'service out of reach': (bench) => (bench.health = 'silence'),
  'slow network': (bench) => (bench.answerMs = 3_000),
  'a host lets the line drop': (bench) => bench.client.drop(),
  'service back': (bench) => (bench.health = { originAllowed: true }),
  'no token': (bench) => (bench.giveToken = () => Promise.reject(new Error('502'))),
  'a token': (bench) => (bench.giveToken = () => Promise.resolve('t')),
  'something to say': (bench) => bench.client.send({ type: 'probe', n: 1 }),
};

type Step = { do: string } | { cut: number } | { pass: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(STEPS)).map((name) => ({ do: name })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.values(CLOSE).map(({ code }) => code)).map((cut) => ({ cut })),
  },
  { weight: 2, arbitrary: fc.oneof(fc.nat(50), fc.nat(20_000)).map((pass) => ({ pass })) },
);

async function play(bench: SignalingBench, step: Step): Promise<void> {
  if ('do' in step) await STEPS[step.do]?.(bench);
  else if ('pass' in step) await bench.clock.pass(step.pass);
  else if (FakeSocket.all.at(-1)?.readyState !== 3) FakeSocket.all.at(-1)?.cut(step.cut);
  await settle();
}

/** The most sockets opened within any minute. */
function busiestMinute({ opened }: SignalingBench): number {
  return Math.max(0, ...opened.map((from) => opened.filter((at) => at >= from && at < from + 60_000).length));
}

/** A service that is there, and lets everybody in. */
async function letIn(bench: SignalingBench): Promise<boolean> {
  bench.isOnline = true;
  bench.health = { originAllowed: true };
  bench.giveToken = () => Promise.resolve('t');
  for (let n = 0; n < 1_000; n++) {
    const socket = FakeSocket.last;
    if (socket.readyState === 0) socket.open();
    await settle();
    if (socket.readyState === 1 && socket.sent.length > 0) {
      socket.say(welcome());
      socket.say('pong');
      bench.client.send({ type: 'probe', n: 424_242 });
      await bench.clock.pass(3_000);
      if (socket.sent.some((text) => text.includes('424242'))) return true;
    }
    await bench.clock.pass(500);
  }
  return false;
}

describe('signaling client: whatever happens', () => {
  it('one live socket at most, never a busy loop, nothing left after close; and in at last', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { maxLength: 40 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        async (sequence, chance) => {
          const bench = new SignalingBench();
          bench.clock.chance = chance;
          await bench.open();
          for (const step of sequence) {
            await play(bench, step);
            expect(FakeSocket.live).to.be.at.most(1);
          }
          expect(busiestMinute(bench)).to.be.at.most(40 + sequence.length);
          if (bench.refusal() || sequence.some((step) => 'do' in step && step.do === 'page closes it'))
            await bench.open();
          expect(await letIn(bench)).to.equal(true);
          expect(FakeSocket.live).to.equal(1);
          bench.client.close();
          await settle();
          expect(FakeSocket.live).to.equal(0);
          expect(bench.asking).to.equal(0);
          expect(bench.mostAsking).to.be.at.most(4);
          expect(bench.clock.pending).to.equal(0);
        },
      ),
      { numRuns: 150 },
    );
  }).timeout(60_000);

  it('a service that closes at once, whatever it says: few attempts a minute', async () => {
    for (const { code } of Object.values(CLOSE)) {
      for (const isWelcoming of [false, true]) {
        const bench = new SignalingBench();
        bench.clock.chance = 0;
        await bench.open();
        for (let n = 0; n < 600; n++) {
          if (FakeSocket.last.readyState === 0) FakeSocket.last.open();
          await settle();
          if (isWelcoming) FakeSocket.last.say(welcome());
          if (FakeSocket.last.readyState === 1) FakeSocket.last.cut(code);
          bench.client.check();
          await bench.clock.pass(100);
        }
        // Even where chance takes all of a wait, and the page comes to the front all the time.
        expect(bench.opened.length, `${code}`).to.be.at.most(242);
      }
    }
  }).timeout(60_000);
});
