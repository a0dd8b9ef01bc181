import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { createIceSource, type IceConfig } from './ice-servers.js';
import { parseIceUrl } from './ice/urls.js';

const NOW = 1_795_353_600_500;

const config: IceConfig = {
  source: 'urls',
  stunUrls: ['stun:a.example', 'stun:b.example'],
  turnUrls: ['turn:a.example?transport=udp', 'turns:a.example:5349?transport=tcp'],
  turnSecret: 'static-auth-secret of coturn',
  ttlSeconds: 3600,
};

test('TURN credentials are what coturn computes', async () => {
  const source = createIceSource(config);
  const grant = await source.serversFor('keyed-hash', NOW);
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
  assert.equal(source.turn(), 'ok');
});

test('credentials are made anew each time, for whoever asks', async () => {
  const source = createIceSource(config);
  const [, first] = (await source.serversFor('one', NOW)).iceServers;
  const [, later] = (await source.serversFor('one', NOW + 60_000)).iceServers;
  const [, other] = (await source.serversFor('two', NOW)).iceServers;
  assert.deepEqual(
    [first?.username, later?.username, other?.username],
    ['1795357200:one', '1795357260:one', '1795357200:two'],
  );
  assert.equal(new Set([first?.credential, later?.credential, other?.credential]).size, 3);
});

test('without TURN there is STUN, or nothing, and it is said', async () => {
  const stun: IceConfig = { ...config, turnUrls: [], turnSecret: null };
  assert.deepEqual(await createIceSource(stun).serversFor('x', NOW), {
    iceServers: [{ urls: ['stun:a.example', 'stun:b.example'] }],
    iceTtl: 3600,
    turn: 'none',
  });
  const results: string[] = [];
  const nothing = createIceSource({ ...stun, stunUrls: [] }, { onResult: (result) => results.push(result) });
  assert.deepEqual((await nothing.serversFor('x', NOW)).iceServers, []);
  assert.deepEqual([nothing.turn(), results], ['none', ['none']]);
});

test('static servers are handed on as they are', async () => {
  const servers = [{ urls: 'stun:a.example' }, { urls: ['turn:a.example'], username: 'u', credential: 'c' }];
  const fixed: IceConfig = { source: 'static', servers, ttlSeconds: 60 };
  assert.deepEqual(await createIceSource(fixed).serversFor('x', NOW), {
    iceServers: servers,
    iceTtl: 60,
    turn: 'ok',
  });
  assert.equal(createIceSource({ ...fixed, servers: [{ urls: ['stun:a.example'] }] }).turn(), 'none');
});

describe('an ICE URL', () => {
  for (const [url, expected] of [
    ['stun:a.example', ['stun', false, 'a.example', 3478, 'udp']],
    ['STUN:a.example:19302', ['stun', false, 'a.example', 19302, 'udp']],
    ['turn:192.0.2.1', ['turn', false, '192.0.2.1', 3478, 'udp']],
    ['turn:[2001:db8::1]:80?transport=tcp', ['turn', false, '2001:db8::1', 80, 'tcp']],
    ['turns:a.example', ['turn', true, 'a.example', 5349, 'tcp']],
    ['turns:a.example:443?transport=UDP', ['turn', true, 'a.example', 443, 'udp']],
  ] as const) {
    test(url, () => {
      const { kind, isTls, host, port, transport } = parseIceUrl(url) ?? {};
      assert.deepEqual([kind, isTls, host, port, transport], expected);
    });
  }
  for (const url of [
    '',
    'turn:',
    'http://a.example',
    'turn://a.example',
    'turn:a b',
    'turn:a:0',
    'turn:a:65536',
    'turn:2001:db8::1',
    'turn:user@a.example',
    'turn:a?transport=sctp',
    'stun:a?transport=udp',
    `stun:${'a'.repeat(600)}`,
  ]) {
    test(`not "${url.slice(0, 30)}"`, () => assert.equal(parseIceUrl(url), null));
  }
});
