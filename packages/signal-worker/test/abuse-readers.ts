import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from './client.js';
import {
  figure,
  lacks,
  metric,
  ms,
  newRoom,
  ONE_ADDRESS,
  serve,
  sit,
  sitTogether,
  type Abuse,
} from './abuse-host.js';
import { sitByHand } from './abuse-frames.js';

/** So that one person can say enough to fill what the system itself buffers. */
const TALKATIVE = { ...ONE_ADDRESS, LIMIT_MESSAGES_BURST: '100000', LIMIT_MESSAGES_PER_SECOND: '10000' };
const KILOBYTES = 60;

/** So many KB, never more than a few at a time: what waits is at the service, not here. */
async function talk(client: Client, frames: number): Promise<void> {
  const text = `{"type":"probe","n":1,"x":"${'x'.repeat(KILOBYTES * 1024)}"}`;
  for (let n = 1; n <= frames; n += 1) {
    client.socket.send(text);
    if (n % 20 === 0) await client.pong();
  }
}

/** Longer than the test client waits for one message. */
async function awayAtLast(client: Client): Promise<void> {
  for (let n = 0; ; n += 1) {
    try {
      await client.next('peer-away');
      return;
    } catch (error) {
      if (n === 2) throw error;
    }
  }
}

export function readers(abuse: Abuse): void {
  test('a reader that stops reads 4413 when it goes on, and the other one is told (limits of messages lifted, of unsent bytes lowered)', async (t) => {
    const { url } = await serve(t, abuse, { ...TALKATIVE, LIMIT_UNSENT_BYTES: '65536' });
    const { room, anna, ben } = await sitTogether(url);
    ben.client.socket.pause();
    await talk(anna.client, 300);
    ben.client.socket.resume();
    assert.deepEqual(await ben.client.closed, { code: 4413, reason: 'slow-consumer' });
    await anna.client.next('peer-away');
    assert.ok(room.length > 0);
  });

  const skip = lacks(abuse, 'metrics');
  test(
    'ten readers that never go on are cut, and cost the service no memory (limits of messages lifted)',
    { skip },
    async (t) => {
      const { url } = await serve(t, abuse, TALKATIVE);
      const rss = (): Promise<number> => metric(url, 'process_resident_memory_bytes');
      // What so much talk costs where everybody reads: that memory is taken by now.
      const fine = await Promise.all(Array.from({ length: 10 }, () => sitTogether(url)));
      await Promise.all(fine.map(({ anna }) => talk(anna.client, 100)));
      const pairs = await Promise.all(Array.from({ length: 10 }, () => sitTogether(url)));
      for (const { ben } of pairs) ben.client.socket.pause();
      const before = await rss();
      const started = performance.now();
      let most = before;
      for (let n = 0; n < 5; n += 1) {
        await Promise.all(pairs.map(({ anna }) => talk(anna.client, 60)));
        most = Math.max(most, await rss());
      }
      await Promise.all(pairs.map(({ anna }) => awayAtLast(anna.client)));
      const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
      const said = 10 * 300 * KILOBYTES * 1024;
      figure(
        `ten stalled readers were sent ${megabytes(said)}`,
        `memory rose by ${megabytes(most - before)}; all cut after ${ms(performance.now() - started)}`,
      );
      assert.equal(await metric(url, 'p2p_limits_hit_total', { limit: 'unsent' }), 10);
      assert.ok(most - before < said / 2);
      for (const { ben } of pairs) ben.client.socket.terminate();
    },
  );

  test(
    'somebody who no longer answers is gone, and the other one is told (time of silence lowered)',
    { skip: lacks(abuse, 'tcp') },
    async (t) => {
      const { url } = await serve(t, abuse, { LIMIT_SILENT_MS: '800' });
      const room = newRoom();
      const anna = (await sit(url, room, 'anna')).client;
      const ben = await sitByHand(t, url, room, 'ben');
      const since = performance.now();
      const pings = setInterval(() => anna.socket.send('ping'), 200);
      t.after(() => clearInterval(pings));
      await anna.next('peer-away');
      await ben.socket.gone;
      figure('somebody silent, with 800 ms allowed, is gone after', ms(performance.now() - since));
    },
  );
}
