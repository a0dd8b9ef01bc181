import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { connect } from './client.js';
import {
  ENVIRONMENT,
  lacks,
  newRoom,
  ONE_ADDRESS,
  sit,
  tokenFor,
  type Abuse,
  type AbusedHost,
} from './abuse-host.js';
import { BINARY, CLOSE_FRAME, CONTINUATION, frame, PING, RawSocket, TEXT } from './abuse-socket.js';

const BAD_UTF8 = Buffer.from([0x7b, 0xff, 0xfe]);
const more = { isLast: false };

const FRAMES: readonly (readonly [what: string, code: number, bytes: () => Buffer])[] = [
  ['65,537 bytes', 1009, () => frame(TEXT, 'x'.repeat(65_537))],
  ['a header that promises 65,537 bytes', 1009, () => frame(TEXT, '', { length: 65_537n })],
  ['a header that promises a terabyte', 1009, () => frame(TEXT, '', { length: 1n << 40n })],
  ['a header that promises 2^63 bytes', 1009, () => frame(TEXT, '', { length: 1n << 63n })],
  ['pieces of more than 64 KiB together', 1009, () => inPieces(3, 'x'.repeat(30_000))],
  ['binary', 1003, () => frame(BINARY, '{"type":"join"}')],
  ['bad UTF-8', 1007, () => frame(TEXT, BAD_UTF8)],
  ['half a character at the end', 1007, () => frame(TEXT, Buffer.from('{"type":"joi\u00f1').subarray(0, -1))],
  ['a surrogate as UTF-8', 1007, () => frame(TEXT, Buffer.from([0xed, 0xa0, 0x80]))],
  ['20,000 fragments', 1008, () => inPieces(20_000, ' ')],
  ['20,000 empty fragments', 1008, () => inPieces(20_000, '')],
  ['no mask', 1002, () => frame(TEXT, '{"type":"join"}', { isMasked: false })],
  ['a reserved opcode', 1002, () => frame(3, 'x')],
  ['a reserved control opcode', 1002, () => frame(11, 'x')],
  ['a reserved bit', 1002, () => frame(TEXT, 'x', { reserved: 1 })],
  ['the bit of a compression nobody agreed to', 1002, () => frame(TEXT, 'x', { reserved: 4 })],
  ['a ping of 126 bytes', 1002, () => frame(PING, 'x'.repeat(126))],
  ['half a ping', 1002, () => frame(PING, 'x', more)],
  ['the rest of nothing', 1002, () => frame(CONTINUATION, 'x')],
  ['a message within another', 1002, () => Buffer.concat([frame(TEXT, '{', more), frame(TEXT, '}')])],
  ['half a close code', 1002, () => frame(CLOSE_FRAME, 'x')],
  ['a close code that nobody may send', 1002, () => frame(CLOSE_FRAME, Buffer.from([3, 237]))],
  ['a close reason that is not text', 1007, () => frame(CLOSE_FRAME, Buffer.from([3, 232, 0xff]))],
  ['an HTTP request', 1002, () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
];

function inPieces(count: number, piece: string): Buffer {
  const rest = Array.from({ length: count - 1 }, () => frame(CONTINUATION, piece, more));
  return Buffer.concat([frame(TEXT, piece, more), ...rest]);
}

/** Ben, who writes his frames by hand, in a call with Anna. */
export async function sitByHand(t: TestContext, url: string, room: string, sub: string) {
  const socket = await RawSocket.open(url);
  t.after(() => socket.destroy());
  assert.equal(await socket.upgrade({ room }), 101);
  socket.say({ type: 'hello', token: await tokenFor(room, sub), join: true });
  const welcome: unknown = JSON.parse(await socket.message('welcome'));
  assert.ok(typeof welcome === 'object' && welcome !== null && 'ticket' in welcome);
  await socket.message('joined');
  return { socket, ticket: String(welcome.ticket) };
}

export function frames(abuse: Abuse): void {
  describe('frames', { skip: lacks(abuse, 'tcp') }, () => {
    let host: AbusedHost;
    before(async () => {
      host = await abuse.start({ ...ENVIRONMENT, ...ONE_ADDRESS });
    });
    after(() => host.close());

    for (const [what, code, bytes] of FRAMES) {
      test(`${what}: ${code}, and the seat is held`, async (t) => {
        const room = newRoom();
        const anna = (await sit(host.url, room, 'anna')).client;
        const ben = await sitByHand(t, host.url, room, 'ben');
        ben.socket.write(bytes());
        assert.equal(await ben.socket.closeCode(), code);
        ben.socket.destroy();
        // Not a leave: Ben finds his place again.
        await anna.next('peer-away');
        const again = await connect(host.url, { room });
        again.send({ type: 'hello', ticket: ben.ticket });
        assert.equal((await again.next('welcome')).seat?.slot, 1);
        await anna.next('peer-back');
        anna.send({ type: 'probe', n: 7 });
        assert.equal((await again.next('probe')).n, 7);
        for (const { socket } of [anna, again]) socket.close(1000);
      });
    }
  });
}
