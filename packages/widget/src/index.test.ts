import assert from 'node:assert/strict';
import { test } from 'node:test';

// Loaded here, in Node, where there is no document: what server-side rendering does.
import * as api from './index.js';

test('everything can be imported without a document, and nothing is registered by it', () => {
  assert.equal(typeof api.P2pCallElement, 'function');
  assert.equal(typeof api.registerWords, 'function');
});

test('the element can be made without a document; its options have their defaults', () => {
  const call = new api.P2pCallElement();
  assert.equal(call.phase, 'idle');
  assert.deepEqual(call.codecs, ['vp8', 'h264']);
  assert.equal(call.mode, 'video');
});

test('registering without a registry does nothing', async () => {
  await assert.doesNotReject(import('./define.js'));
});
