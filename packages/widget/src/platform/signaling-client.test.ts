import { expect } from '@open-wc/testing';
import { CallError } from '../core/errors.js';
import type { SignalingInput } from '../core/inputs.js';
import { DEFAULT_SETTINGS, type CallSettings, type TokenReason } from '../core/settings.js';
import { FakeSocket } from '../testing/fake-socket.js';
import { welcome } from '../testing/machine-player.js';
import { ManualClock, settle } from '../testing/manual-clock.js';
import { SignalingClient } from './signaling-client.js';

let clock: ManualClock;
let client: SignalingClient;
let inputs: SignalingInput[];
let reasons: TokenReason[];
let fetched: string[];
let settings: CallSettings;
let wantsSeat: boolean;
/** What the page's token source does. */
let giveToken: (reason: TokenReason) => Promise<string>;
/** What plain requests to the service answer; `null`: nobody is there. */
let health: { originAllowed: boolean } | null;

beforeEach(() => {
  FakeSocket.all = [];
  clock = new ManualClock();
  [inputs, reasons, fetched] = [[], [], []];
  settings = {
    ...DEFAULT_SETTINGS,
    signalingUrl: 'https://signal.example/base/',
    room: 'r-1',
    displayName: 'Anna',
  };
  wantsSeat = false;
  giveToken = () => Promise.resolve(`token-${reasons.length}`);
  health = { originAllowed: true };
  client = new SignalingClient({
    clock,
    WebSocket: FakeSocket as unknown as new (url: string, protocol: string) => WebSocket,
    fetch: (url) => {
      fetched.push(String(url));
      const body = health;
      if (body === null) return Promise.reject(new TypeError('refused'));
      return Promise.resolve({ json: () => Promise.resolve(body) } as Response);
    },
  });
});

const open = () => {
  client.open({
    settings: () => settings,
    token: (reason) => {
      reasons.push(reason);
      return giveToken(reason);
    },
    wantsSeat: () => wantsSeat,
    handle: (input) => inputs.push(input),
  });
  return settle();
};

const hello = () => JSON.parse(FakeSocket.last.sent[0] ?? '{}') as Record<string, unknown>;
const kinds = () => inputs.map((input) => (input.type === 'message' ? input.message.type : input.type));
const refusal = () => inputs.find((input) => input.type === 'signaling-refused')?.why;

async function reach(): Promise<FakeSocket> {
  await open();
  FakeSocket.last.open();
  await settle();
  FakeSocket.last.say(welcome());
  return FakeSocket.last;
}

/** The next attempt, whatever it waits for. */
async function comeBack(): Promise<FakeSocket> {
  const before = FakeSocket.all.length;
  for (let n = 0; n < 100 && FakeSocket.all.length === before; n++) await clock.pass(100);
  expect(FakeSocket.all.length).to.equal(before + 1);
  FakeSocket.last.open();
  await settle();
  return FakeSocket.last;
}

describe('signaling client: the way in', () => {
  it('calls the room by its address, and puts the token in the first message, nowhere else', async () => {
    const socket = await reach();
    expect(socket.url).to.equal('wss://signal.example/base/v1/rooms/r-1');
    expect(socket.protocol).to.equal('p2p-call.v1');
    expect(hello()).to.deep.equal({ type: 'hello', token: 'token-1', name: 'Anna' });
    expect(kinds()).to.deep.equal(['welcome']);
  });

  it('opens the socket while the token is still on its way', async () => {
    let give: (token: string) => void = () => undefined;
    giveToken = () => new Promise((resolve) => (give = resolve));
    await open();
    expect(FakeSocket.all.length).to.equal(1);
    FakeSocket.last.open();
    await settle();
    expect(FakeSocket.last.sent).to.deep.equal([]);
    give('late');
    await settle();
    expect(hello()['token']).to.equal('late');
  });

  it('a token that takes its time is waited for, not asked for again', async () => {
    let give: (token: string) => void = () => undefined;
    giveToken = () => new Promise((resolve) => (give = resolve));
    await open();
    FakeSocket.last.open();
    await clock.pass(5_000);
    FakeSocket.last.cut(4408);
    await comeBack();
    expect(reasons).to.deep.equal(['join']);
    give('late');
    await settle();
    expect(hello()['token']).to.equal('late');
  });

  it('without a room, goes to the one the token is for', async () => {
    settings = { ...settings, room: null };
    giveToken = () => Promise.resolve(`x.${btoa(JSON.stringify({ room: 'from-token' }))}.x`);
    await open();
    expect(FakeSocket.last.url).to.equal('wss://signal.example/base/v1/rooms/from-token');
  });

  it('asks for a seat with the hello when one is wanted, and says so with the welcome', async () => {
    wantsSeat = true;
    await reach();
    expect(hello()['join']).to.equal(true);
    expect(inputs[0]).to.include({ type: 'message', askedSeat: true });
  });

  it('a page that has no token to give: refused, and not tried again', async () => {
    giveToken = () => Promise.reject(new CallError('token-invalid'));
    await open();
    FakeSocket.last.open();
    await settle();
    expect(refusal()).to.equal('no-token');
    expect(FakeSocket.live).to.equal(0);
    await clock.pass(60_000);
    expect(FakeSocket.all.length).to.equal(1);
  });

  it('a token server that stumbles is asked again', async () => {
    giveToken = () => Promise.reject(new Error('502'));
    await open();
    FakeSocket.last.open();
    await settle();
    expect(kinds()).to.deep.equal(['signaling-lost']);
    giveToken = () => Promise.resolve('now');
    await comeBack();
    expect(hello()['token']).to.equal('now');
  });
});

describe('signaling client: cuts', () => {
  it('comes back with the ticket, and with what it saw last', async () => {
    const socket = await reach();
    socket.say({ type: 'probe', n: 0, from: 'p_b', seq: 7 });
    socket.cut(1006);
    await comeBack();
    expect(hello()).to.deep.include({ ticket: 'ticket', seen: 7 });
    expect(hello()).not.to.have.property('token');
    expect(reasons).to.deep.equal(['join'], 'a ticket needs no token');
  });

  it('uses the newest ticket', async () => {
    const socket = await reach();
    socket.say({ type: 'ticket', ticket: 'newer' });
    socket.cut(1006);
    await comeBack();
    expect(hello()['ticket']).to.equal('newer');
  });

  it('a ticket that is refused is worth one try with a new token, not two', async () => {
    (await reach()).cut(1006);
    (await comeBack()).cut(4401);
    await settle();
    FakeSocket.last.open();
    await settle();
    expect(hello()['token']).to.equal('token-2');
    FakeSocket.last.cut(4401);
    expect(refusal()).to.equal('token-invalid');
  });

  it('an expired token is renewed once', async () => {
    await open();
    FakeSocket.last.open();
    await settle();
    FakeSocket.last.cut(4402);
    await settle();
    expect(reasons).to.deep.equal(['join', 'expired']);
    FakeSocket.last.open();
    await settle();
    FakeSocket.last.cut(4402);
    expect(refusal()).to.equal('token-expired');
  });

  for (const [code, why] of [
    [4401, 'token-invalid'],
    [4403, 'forbidden'],
    [4406, 'removed'],
    [4407, 'room-closed'],
    [4410, 'replaced'],
    [4426, 'version-unsupported'],
    [4400, 'bad-message'],
  ] as const) {
    it(`${code} (${why}) is final`, async () => {
      (await reach()).cut(code);
      expect(refusal()).to.equal(why);
      await clock.pass(120_000);
      expect(FakeSocket.all.length).to.equal(1);
      expect(clock.pending).to.equal(0);
    });
  }

  it('while the service is away it is asked for, not hammered; the socket opens when it answers', async () => {
    (await reach()).cut(1012);
    health = null;
    await clock.pass(1);
    FakeSocket.last.cut(1006);
    const sockets = FakeSocket.all.length;
    await clock.pass(30_000);
    expect(FakeSocket.all.length).to.equal(sockets);
    expect(fetched.length).to.be.within(5, 40);
    health = { originAllowed: true };
    await comeBack();
    expect(hello()['ticket']).to.equal('ticket');
  });

  it('a service that is there and refuses this page: said, not tried for ever', async () => {
    await open();
    health = { originAllowed: false };
    for (let n = 0; n < 4 && refusal() === undefined; n++) {
      FakeSocket.last.cut(1006);
      await clock.pass(5_000);
    }
    expect(refusal()).to.equal('origin');
  });

  it('a service that comes back late is not mistaken for one that refuses', async () => {
    (await reach()).cut(1006);
    health = null;
    await clock.pass(20_000);
    health = { originAllowed: false };
    await comeBack();
    expect(fetched.filter((url) => url.endsWith('/v1/check'))).to.deep.equal([]);
    FakeSocket.last.say(welcome());
    expect(refusal()).to.equal(undefined);
  });

  it('a socket that never opens, or is never welcomed, is replaced', async () => {
    await open();
    const stuck = FakeSocket.last;
    await clock.pass(5_500);
    expect(stuck.closed?.code).to.equal(4000);
    await comeBack();
    const silent = FakeSocket.last;
    await clock.pass(5_500);
    expect(silent.closed?.code).to.equal(4000);
    expect(FakeSocket.live).to.be.at.most(1);
  });

  it('two pings without an answer: a new socket, and the old one is no goodbye', async () => {
    const socket = await reach();
    client.setPace(true);
    await clock.pass(4_000);
    expect(socket.sent.at(-1)).to.equal('ping');
    socket.say('pong');
    await clock.pass(8_000);
    expect(socket.closed).to.equal(null);
    await clock.pass(4_100);
    expect(socket.closed?.code).to.equal(4000);
    await comeBack();
    expect(FakeSocket.live).to.equal(1);
  });

  it('an old socket that speaks late is not heard', async () => {
    const socket = await reach();
    socket.cut(1006);
    await comeBack();
    inputs.length = 0;
    socket.say({ type: 'room', seats: 1 });
    socket.cut(4410);
    expect(inputs).to.deep.equal([]);
  });

  it('frames it does not know are passed over', async () => {
    const socket = await reach();
    inputs.length = 0;
    for (const text of ['{', '[]', '{"type":"news"}', 'null']) socket.say(text);
    expect(inputs).to.deep.equal([]);
    expect(socket.closed).to.equal(null);
  });

  it('close says goodbye, and nothing follows', async () => {
    const socket = await reach();
    client.close();
    expect(socket.closed).to.deep.equal({ code: 1000, reason: 'bye' });
    await clock.pass(60_000);
    expect(FakeSocket.all.length).to.equal(1);
    expect(clock.pending).to.equal(0);
  });

  it('closed while it waits for a token: no socket opens later', async () => {
    settings = { ...settings, room: null };
    let give: (token: string) => void = () => undefined;
    giveToken = () => new Promise((resolve) => (give = resolve));
    await open();
    client.close();
    give(`x.${btoa('{"room":"r"}')}.x`);
    await settle();
    expect(FakeSocket.all.length).to.equal(0);
  });
});
