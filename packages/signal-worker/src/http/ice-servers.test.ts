import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { iceServersFor, turnState, type IceConfig } from './ice-servers.js';

const NOW = 1_795_353_600_500;

const config: IceConfig = {
  source: 'urls',
  stunUrls: ['stun:a.example', 'stun:b.example'],
  turnUrls: ['turn:a.example?transport=udp', 'turns:a.example:5349?transport=tcp'],
  turnSecret: 'static-auth-secret of coturn',
  ttlSeconds: 3600,
};

test('TURN credentials are what coturn computes', async () => {
  const grant = await iceServersFor(config, 'keyed-hash', NOW);
  const username = '1795357200:keyed-hash';
  const credential = createHmac('sha1', 'static-auth-secret of coturn').update(username).digest('base64');
  assert.deepEqual(grant, {
    iceServers: [
      { urls: ['stun:a.example', 'stun:b.example'] },
      { urls: ['turn:a.example?transport=udp', 'turns:a.example:5349?transport=tcp'], username, credential },
    ],
    iceTtl: 3600,
    turn: 'ok',
  });
});

test('without TURN there is STUN, or nothing, and it is said', async () => {
  const stun: IceConfig = { ...config, turnUrls: [], turnSecret: null };
  assert.deepEqual(await iceServersFor(stun, 'x', NOW), {
    iceServers: [{ urls: ['stun:a.example', 'stun:b.example'] }],
    iceTtl: 3600,
    turn: 'none',
  });
  assert.deepEqual((await iceServersFor({ ...stun, stunUrls: [] }, 'x', NOW)).iceServers, []);
});

test('static servers are handed on as they are', async () => {
  const servers = [{ urls: 'stun:a.example' }, { urls: ['turn:a.example'], username: 'u', credential: 'c' }];
  const fixed: IceConfig = { source: 'static', servers, ttlSeconds: 60 };
  assert.deepEqual(await iceServersFor(fixed, 'x', NOW), { iceServers: servers, iceTtl: 60, turn: 'ok' });
  assert.equal(turnState({ ...fixed, servers: [{ urls: ['stun:a.example'] }] }), 'none');
});
