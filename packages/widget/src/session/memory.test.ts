import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createPeerConnection } from '../platform/peer-connection.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** As much of a browser's peer connection as is needed to ask it for statistics. */
class AskedConnection {
  static readonly reports: WeakRef<object>[] = [];
  readonly currentRemoteDescription = null;
  createDataChannel(): object {
    return { readyState: 'open', close: () => undefined };
  }
  getStats(): Promise<object> {
    const report = new Map();
    AskedConnection.reports.push(new WeakRef(report));
    return Promise.resolve(report);
  }
  close(): void {
    // Nothing is open.
  }
}

test('a report of the statistics is forgotten once it is read, though the connection goes on', async () => {
  Object.assign(globalThis, { RTCPeerConnection: AskedConnection });
  const link = createPeerConnection(
    { iceServers: [], route: 'all', profile: 'full', codecs: [], maxBitrate: 1, startScale: 1 },
    { news: () => undefined, message: () => undefined, tracks: () => undefined },
  );
  for (let n = 0; n < 50; n++) await link.stats();
  await new Promise((resolve) => setTimeout(resolve, 20));
  collectGarbage();
  assert.equal(AskedConnection.reports.length, 50);
  // The last one may still be on the stack.
  assert.ok(AskedConnection.reports.filter((report) => report.deref()).length <= 1);
  link.close();
  await assert.rejects(link.stats(), /closed/);
});
