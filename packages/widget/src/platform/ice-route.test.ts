import { expect } from '@open-wc/testing';
import { routeOf } from './ice-route.js';

const secret = { username: 'u', credential: 'c' };

describe('the ways a connection may take', () => {
  it('all, or through relays only: the same servers', () => {
    const servers = [{ urls: 'stun:s' }, { urls: ['turn:t', 'turns:t'], ...secret }];
    expect(routeOf(servers, 'all')).to.deep.equal({ iceServers: servers, iceTransportPolicy: 'all' });
    expect(routeOf(servers, 'relay')).to.deep.equal({ iceServers: servers, iceTransportPolicy: 'relay' });
  });

  it('a server without a user has none: `undefined` would be refused', () => {
    const [server] = routeOf([{ urls: 'stun:s', username: undefined }], 'all').iceServers ?? [];
    expect(Object.keys(server ?? {})).to.deep.equal(['urls']);
  });

  for (const [url, isOverTcp] of [
    ['turn:t', false],
    ['turn:t:3478', false],
    ['turn:t?transport=udp', false],
    ['turn:t?transport=tcp', true],
    ['turn:t:80?transport=tcp', true],
    ['TURN:t?transport=TCP', true],
    ['turn:[2001:db8::1]:3478?transport=tcp', true],
    ['turns:t', true],
    ['turns:t:443', true],
    ['turns:t?transport=tcp', true],
    ['turns:t?transport=udp', false],
    ['stun:t', false],
    ['stuns:t', false],
    ['stun:t?transport=tcp', false],
    ['turn:t?transport=', false],
    ['turn:t?x=1', false],
    ['http:turns:t', false],
    ['', false],
  ] as const) {
    it(`${url || 'nothing'}: ${isOverTcp ? 'is' : 'is not'} a way over TCP`, () => {
      const route = routeOf([{ urls: url, ...secret }], 'relay-tcp');
      expect(route).to.deep.equal({
        iceServers: isOverTcp ? [{ urls: [url], ...secret }] : [],
        iceTransportPolicy: 'relay',
      });
    });
  }

  it('of a server with several addresses those over TCP stay', () => {
    const urls = ['turn:t?transport=udp', 'turn:t?transport=tcp', 'turns:t'];
    const { iceServers } = routeOf([{ urls: 'stun:s' }, { urls, ...secret }], 'relay-tcp');
    expect(iceServers).to.deep.equal([{ urls: urls.slice(1), ...secret }]);
  });
});
