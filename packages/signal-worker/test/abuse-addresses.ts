import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { lacks, newRoom, serve, tokenFor, type Abuse } from './abuse-host.js';
import { RawSocket } from './abuse-socket.js';

const [MALLORY, NEIGHBOUR, PROXY] = ['127.0.0.66', '127.0.0.67', '127.0.0.9'];
const TOO_MANY = { pending: 21, all: 51 };

interface Knock {
  readonly status: number;
  readonly socket: RawSocket;
}

/** Asks for a socket. */
async function knock(
  t: TestContext,
  url: string,
  from: string,
  forwardedFor?: string | string[],
): Promise<Knock> {
  const socket = await RawSocket.open(url, from);
  t.after(() => socket.destroy());
  const headers = forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor };
  return { socket, status: await socket.upgrade({ headers }) };
}

/** A socket that said hello. */
async function welcome(t: TestContext, url: string, from: string, n: number): Promise<RawSocket> {
  const room = newRoom();
  const socket = await RawSocket.open(url, from);
  t.after(() => socket.destroy());
  assert.equal(await socket.upgrade({ room }), 101, `the ${n}th`);
  socket.say({ type: 'hello', token: await tokenFor(room, `person-${n}`) });
  await socket.message('welcome');
  return socket;
}

/** Knocks until it is let in: the service hears of a close a moment later. */
async function knockAgain(t: TestContext, url: string, from: string): Promise<number> {
  for (let n = 0; n < 200; n += 1) {
    const { status } = await knock(t, url, from);
    if (status === 101) return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return 429;
}

export function addresses(abuse: Abuse): void {
  const skip = lacks(abuse, 'tcp', 'addresses');
  describe('limits per address', { skip }, () => {
    test('the 21st without a hello: 429, and nobody else is affected', async (t) => {
      const { url } = await serve(t, abuse);
      const inside: RawSocket[] = [];
      for (let n = 1; n < TOO_MANY.pending; n += 1) {
        const { status, socket } = await knock(t, url, MALLORY);
        assert.equal(status, 101, `the ${n}th`);
        inside.push(socket);
      }
      for (let n = 0; n < 3; n += 1) assert.equal((await knock(t, url, MALLORY)).status, 429);
      await welcome(t, url, NEIGHBOUR, 1);
      // Places are given back, however the socket ends, and by a hello.
      inside[0]?.destroy();
      assert.equal(await knockAgain(t, url, MALLORY), 101);
      assert.equal((await knock(t, url, MALLORY)).status, 429);
    });

    test('the 51st: 429, and nobody else is affected', async (t) => {
      const { url } = await serve(t, abuse);
      const inside: RawSocket[] = [];
      for (let n = 1; n < TOO_MANY.all; n += 1) inside.push(await welcome(t, url, MALLORY, n));
      assert.equal((await knock(t, url, MALLORY)).status, 429);
      await welcome(t, url, NEIGHBOUR, 1);
      inside[0]?.destroy();
      assert.equal(await knockAgain(t, url, MALLORY), 101);
      assert.equal((await knock(t, url, MALLORY)).status, 429);
    });
  });

  describe('X-Forwarded-For', { skip }, () => forwarded(abuse));
}

/** Two places each, so that few sockets tell who is counted as whom. */
const FEW = { LIMIT_PENDING_PER_ADDRESS: '2' };
const BEHIND = { ...FEW, TRUSTED_PROXIES: `${PROXY}, 10.0.0.0/8` };
const FULL = [101, 101, 429];

function forwarded(abuse: Abuse): void {
  const statuses = async (t: TestContext, url: string, from: string, all: readonly (string | string[])[]) => {
    const got: number[] = [];
    for (const one of all) got.push((await knock(t, url, from, one)).status);
    return got;
  };
  const alike: readonly (readonly [
    what: string,
    one: string | string[],
    two: string | string[],
    three: string | string[],
  ])[] = [
    ['one person', '203.0.113.1', '203.0.113.1', '203.0.113.1'],
    [
      'whatever they claim before it',
      '203.0.113.1',
      '198.51.100.1, 203.0.113.1',
      '10.9.9.9, 198.51.100.2,203.0.113.1',
    ],
    [
      'behind a second proxy',
      '203.0.113.1, 10.0.0.3',
      '203.0.113.1, 10.0.0.4',
      '8.8.8.8, 203.0.113.1, 10.0.0.3, 10.1.2.3',
    ],
    [
      'in several headers',
      '203.0.113.1',
      ['198.51.100.1', '203.0.113.1'],
      ['198.51.100.1', '198.51.100.2', '203.0.113.1'],
    ],
    ['with a port', '203.0.113.1:1024', '203.0.113.1:65535', '203.0.113.1'],
    ['in IPv6 clothes', '203.0.113.1', '::ffff:203.0.113.1', '[::ffff:203.0.113.1]:443'],
    ['a /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::2', '[2001:DB8:1:2:0:0:0:3]:443'],
    ['garbage counts as the proxy', 'nonsense', '203.0.113.1, 999.1.1.1', '"; drop table'],
    ['nothing counts as the proxy', '', ',', ' , , '],
    ['all of them proxies', '10.0.0.1', '10.0.0.1, 10.0.0.2', '10.0.0.1, 10.3.3.3'],
    [
      '16,000 characters',
      '203.0.113.1',
      `${'1.1.1.1,'.repeat(1_900)}203.0.113.1`,
      `${','.repeat(15_000)}203.0.113.1`,
    ],
  ];
  for (const [what, ...three] of alike) {
    test(`from a trusted proxy, ${what}: counted as one`, async (t) => {
      const { url } = await serve(t, abuse, BEHIND);
      assert.deepEqual(await statuses(t, url, PROXY, three), FULL);
      assert.deepEqual(await statuses(t, url, PROXY, ['203.0.113.99', '2001:db8:1:3::1']), [101, 101]);
    });
  }

  test('from anybody else it is not believed, and that is said once', async (t) => {
    const { url, log } = await serve(t, abuse, { ...BEHIND, LOG_LEVEL: 'debug' });
    const lies = ['203.0.113.1', '203.0.113.2', '127.0.0.9'];
    assert.deepEqual(await statuses(t, url, MALLORY, lies), FULL);
    assert.deepEqual(await statuses(t, url, NEIGHBOUR, ['203.0.113.3']), [101]);
    if (log === undefined) return;
    const hints = log().filter((line) => line.includes('TRUSTED_PROXIES'));
    assert.equal(hints.length, 1);
    for (const secret of [...lies, MALLORY]) assert.ok(!log().join().includes(secret));
  });
}
