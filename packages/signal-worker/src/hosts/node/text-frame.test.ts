import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket, { WebSocketServer } from 'ws';
import { textFrame } from './text-frame.js';

let server: WebSocketServer;
let text = '';
before(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (_socket, request) => request.socket.write(textFrame(text)));
  await once(server, 'listening');
});
after(() => server.close());

for (const length of [0, 1, 125, 126, 65_535, 65_536, 70_000]) {
  test(`a text of ${length} bytes is what a reader of frames reads`, async () => {
    text = 'x'.repeat(length);
    const address = server.address();
    const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
    const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean];
    client.terminate();
    assert.deepEqual([data.toString('utf8'), isBinary], [text, false]);
  });
}

test('the length is that of the bytes, not of the characters', () => {
  const frame = textFrame('ä€😀\ud800');
  assert.equal(frame[1], 2 + 3 + 4 + 3);
  assert.equal(frame.subarray(2).toString('utf8'), 'ä€😀\ufffd');
});
