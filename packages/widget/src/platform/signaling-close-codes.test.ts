import { CLOSE } from '@p2p-call/protocol';
import { expect } from '@open-wc/testing';
import { CallError, type CallErrorCode } from '../core/errors.js';
import type { EndReason } from '../core/snapshot.js';
import { FakeSocket } from '../testing/fake-socket.js';
import { MachinePlayer, welcome } from '../testing/machine-player.js';
import { SignalingBench } from '../testing/signaling-bench.js';

/** `never` back; back `once`, with a new token; back `soon`, or after a while (`later`), as often as it takes. */
type Then = 'never' | 'once' | 'soon' | 'later';

/** What each close does, and, where it ends a call, what the person is told. */
const TABLE: readonly [code: number, then: Then, reason?: EndReason, error?: CallErrorCode][] = [
  [1000, 'never', 'error', 'signaling-protocol'],
  [1001, 'never', 'error', 'signaling-protocol'],
  [1003, 'never', 'error', 'signaling-protocol'],
  [1005, 'soon'],
  [1006, 'soon'],
  [1007, 'never', 'error', 'signaling-protocol'],
  [1008, 'never', 'error', 'signaling-protocol'],
  [1009, 'never', 'error', 'signaling-protocol'],
  [1011, 'soon'],
  [1012, 'soon'],
  [4400, 'never', 'error', 'signaling-protocol'],
  [4401, 'never', 'token-rejected', 'token-invalid'],
  [4402, 'once', 'token-rejected', 'token-expired'],
  [4403, 'never', 'token-rejected', 'signaling-rejected'],
  [4406, 'never', 'removed', 'removed'],
  [4407, 'never', 'room-closed', 'room-closed'],
  [4408, 'later'],
  [4409, 'once', 'token-rejected', 'token-invalid'],
  [4410, 'never', 'replaced', 'replaced'],
  [4413, 'later'],
  [4426, 'never', 'error', 'signaling-protocol'],
  [4429, 'later'],
  [4503, 'later'],
  [4999, 'soon'],
];

let bench: SignalingBench;

beforeEach(() => {
  bench = new SignalingBench();
});

/** Ends the newest socket with this code, and each that follows, as often as one does (or ten times). */
async function closeAll(code: number): Promise<number> {
  for (let n = 1; n <= 10; n++) {
    FakeSocket.last.cut(code);
    if ((await bench.next()) === null) return n;
  }
  return Infinity;
}

/** What a person in a call sees of the refusal. */
function told(): readonly [EndReason | null, CallErrorCode | undefined] {
  const refusal = bench.refusal();
  const player = new MachinePlayer().connected(0);
  if (refusal) player.input(refusal);
  return [player.state.reason, player.state.error?.code];
}

describe('close codes', () => {
  it('the table has each of the wire', () => {
    const codes = TABLE.map(([code]) => code);
    expect(Object.values(CLOSE).filter(({ code }) => !codes.includes(code))).to.deep.equal([]);
  });

  for (const [code, then, reason, error] of TABLE) {
    it(`${code}: ${then}${error ? `, then ${error}` : ''}`, async () => {
      await bench.reach();
      await bench.clock.pass(10_000);
      const sockets = await closeAll(code);
      expect(sockets).to.equal({ never: 1, once: 2, soon: Infinity, later: Infinity }[then]);
      expect(bench.reasons).to.deep.equal(then === 'once' ? ['join', 'expired'] : ['join']);
      expect(told()).to.deep.equal([reason ?? null, error]);
      if (reason) expect(bench.clock.pending).to.equal(0);
    });
  }

  it('what comes later grows to half a minute, what comes soon to four seconds', async () => {
    for (const [code, most] of [
      [4503, 30_000],
      [1006, 5_200],
    ] as const) {
      bench = new SignalingBench();
      bench.clock.chance = 1;
      await bench.reach();
      await closeAll(code);
      const gaps = bench.opened.map((at, n) => at - (bench.opened[n - 1] ?? 0));
      expect(Math.max(...gaps)).to.be.within(most * 0.9, most + 200);
    }
  });
});

describe('close codes: tokens', () => {
  const next = async (code: number) => {
    FakeSocket.last.cut(code);
    await bench.next();
  };

  for (const [code, error] of [
    [4401, 'token-invalid'],
    [4402, 'token-expired'],
    [4409, 'token-invalid'],
  ] as const) {
    it(`a ticket refused with ${code} is worth one try with a new token, not two`, async () => {
      await bench.reach();
      await next(1006);
      await next(code);
      expect(bench.hello()).to.include({ token: 'token-2' });
      expect(bench.reasons).to.deep.equal(['join', 'reconnect']);
      await next(code);
      expect(told()).to.deep.equal(['token-rejected', error]);
    });
  }

  it('a new token asks for the seat again, where there was one', async () => {
    await bench.reach();
    bench.wantsSeat = true;
    await next(4402);
    expect(bench.hello()).to.include({ token: 'token-2', join: true });
  });

  it('a token is renewed at once, and again in a later hour', async () => {
    await bench.open();
    FakeSocket.last.open();
    for (let hour = 1; hour < 4; hour++) {
      await bench.clock.pass(0);
      FakeSocket.last.cut(4402);
      await bench.clock.pass(1);
      expect(FakeSocket.all.length).to.equal(hour + 1);
      FakeSocket.last.open();
      await bench.clock.pass(0);
      FakeSocket.last.say(welcome());
      for (let n = 0; n < 360; n++) {
        await bench.clock.pass(10_000);
        FakeSocket.last.say('pong');
      }
    }
    expect(bench.refusal()).to.equal(undefined);
  });

  it('a session that is over again as soon as it is renewed is not renewed for ever', async () => {
    await bench.reach();
    for (let n = 0; n < 3 && !bench.refusal(); n++) {
      await next(4402);
      FakeSocket.last.say(welcome());
    }
    expect(told()).to.deep.equal(['token-rejected', 'token-expired']);
    expect(FakeSocket.all.length).to.equal(2);
  });

  it('a session that is over, of a page that has no other token', async () => {
    await bench.reach();
    bench.giveToken = () => Promise.reject(new CallError('token-expired'));
    await next(4402);
    expect(told()).to.deep.equal(['token-rejected', 'token-expired']);
    expect(FakeSocket.live).to.equal(0);
    expect(bench.clock.pending).to.equal(0);
  });
});
