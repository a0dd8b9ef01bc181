import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkRoute } from './effects.js';
import { isTcpRelay, nextStep, profileAfter, routeOf, routesOf, waitBefore, type Means } from './ladder.js';
import type { RecoveryStep } from './snapshot.js';

const ALL: readonly LinkRoute[] = ['relay', 'relay-tcp'];

describe('the ladder', () => {
  const rows: [string, Means, RecoveryStep[]][] = [
    [
      'with relays',
      { canRestart: true, isSetup: false, routes: ALL },
      ['restart', 'rebuild', 'relay', 'relay-tcp', 'rebuild', 'relay'],
    ],
    [
      'beyond a restart',
      { canRestart: false, isSetup: false, routes: ALL },
      ['rebuild', 'relay', 'relay-tcp', 'rebuild'],
    ],
    ['without a relay', { canRestart: true, isSetup: false, routes: [] }, ['restart', 'rebuild', 'rebuild']],
    [
      'relays over UDP only',
      { canRestart: true, isSetup: false, routes: ['relay'] },
      ['restart', 'rebuild', 'relay', 'rebuild', 'relay'],
    ],
    [
      'the page allows relays only',
      { canRestart: true, isSetup: false, routes: ['relay-tcp'] },
      ['restart', 'rebuild', 'relay-tcp', 'rebuild'],
    ],
    [
      'a setup that found no way',
      { canRestart: false, isSetup: true, routes: ALL },
      ['relay', 'relay-tcp', 'rebuild', 'relay'],
    ],
    ['a setup without relays', { canRestart: false, isSetup: true, routes: [] }, ['rebuild', 'rebuild']],
  ];
  for (const [name, means, expected] of rows) {
    test(name, () => {
      const steps: RecoveryStep[] = [];
      for (const _ of expected) steps.push(nextStep(steps.at(-1) ?? null, means));
      assert.deepEqual(steps, expected);
    });
  }

  test('waits: none before the first step, then growing, then 8 s', () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 99].map(waitBefore), [0, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });
});

describe('the ways', () => {
  for (const [url, isTcp] of [
    ['turn:a.example', false],
    ['turn:a.example:3478?transport=udp', false],
    ['turn:a.example?transport=tcp', true],
    ['TURN:a.example?transport=TCP', true],
    ['turns:a.example', true],
    ['turns:a.example:443?transport=tcp', true],
    ['turns:a.example?transport=udp', false],
    ['stun:a.example', false],
    ['stun:turns.example', false],
  ] as const) {
    test(`${url}: ${isTcp ? 'over TCP or TLS' : 'not over TCP'}`, () => assert.equal(isTcpRelay(url), isTcp));
  }

  test('are those that the servers and the page leave open', () => {
    const udp = { urls: ['stun:a', 'turn:a?transport=udp'] };
    const tls = { urls: 'turns:a' };
    assert.deepEqual(routesOf([{ urls: 'stun:a' }], 'all'), []);
    assert.deepEqual(routesOf([udp], 'all'), ['relay']);
    assert.deepEqual(routesOf([udp, tls], 'all'), ['relay', 'relay-tcp']);
    assert.deepEqual(routesOf([udp, tls], 'relay'), ['relay-tcp']);
  });

  test('follow the step, else the page', () => {
    assert.equal(routeOf('relay', 'all'), 'relay');
    assert.equal(routeOf('relay-tcp', 'relay'), 'relay-tcp');
    assert.equal(routeOf('rebuild', 'relay'), 'relay');
    assert.equal(routeOf('restart', 'all'), 'all');
    assert.equal(routeOf(null, 'all'), 'all');
  });
});

test('after refusals: compatible twice, then sound alone', () => {
  assert.deepEqual([0, 1, 2, 3].map(profileAfter), ['full', 'compatible', 'compatible', 'audio']);
});
