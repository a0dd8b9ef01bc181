import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallStats } from './core/call-stats.js';
import type { CallFact } from './core/facts.js';
import { CallError } from './core/errors.js';
import {
  eventForFact,
  P2pJoinRequestEvent,
  P2pLeaveRequestEvent,
  P2pMicrophoneRequestEvent,
} from './events.js';

const REPORT = { timestamp: 1 } as CallStats;

const FACTS: CallFact[] = [
  { type: 'phase-change', phase: 'ended', previous: 'connected', reason: 'left' },
  { type: 'joined' },
  { type: 'peer-joined' },
  { type: 'peer-left', reason: 'lost' },
  { type: 'connected', timings: { total: 120 } },
  { type: 'media-change', who: 'peer', audio: true, video: false, screen: false },
  { type: 'recovery', step: 'restart', attempt: 1, outcome: 'recovered', elapsedMs: 900 },
  { type: 'error', error: new CallError('room-full') },
  { type: 'ended', reason: 'left', durationMs: 61_000 },
  { type: 'log', name: 'webrtc.ice_state', level: 'info', callId: 'c_1', attributes: { state: 'checking' } },
  { type: 'metric', name: 'ice_restart_total', value: 1, unit: '1', attributes: { outcome: 'failed' } },
  {
    ...{ type: 'span', name: 'set_local', startMs: 1, endMs: 2, attributes: {} },
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: null },
  },
  { type: 'stats', report: REPORT },
];

for (const fact of FACTS) {
  test(`${fact.type} becomes an event that leaves shadow trees, with the fact as its detail`, () => {
    const event = eventForFact(fact);
    const { type, ...detail } = fact;
    assert.equal(event.type, `p2p-${type}`);
    assert.deepEqual(event.detail, Object.keys(detail).length === 0 ? null : detail);
    assert.ok(event.bubbles && event.composed);
    assert.equal(event.cancelable, false);
  });
}

test('a request can be cancelled', () => {
  for (const event of [
    new P2pJoinRequestEvent(),
    new P2pLeaveRequestEvent(),
    new P2pMicrophoneRequestEvent({ on: true }),
  ]) {
    event.preventDefault();
    assert.equal(event.defaultPrevented, true);
    assert.ok(event.bubbles && event.composed);
  }
});
