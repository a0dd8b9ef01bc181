import { expect, waitUntil } from '@open-wc/testing';
import { closeAll, connectedLinkPair, newLinkPair, untilBytesGrow } from '../testing/link-end.js';
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

describe('a connection that is told another way', () => {
  let devices: MediaStream;
  before(async () => {
    devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  });
  after(() => {
    for (const track of devices.getTracks()) track.stop();
  });
  const kindsOf = ({ candidates }: { candidates: readonly ('' | { candidate: string })[] }) =>
    candidates.flatMap((one) => (one === '' ? [] : (/ typ (\w+)/.exec(one.candidate)?.[1] ?? '')));

  it('to relays only and back to all, alive: nothing breaks, nothing is renegotiated, a restart gathers its own addresses again', async () => {
    const [a, b] = await connectedLinkPair();
    for (const end of [a, b]) end.link.setTrack('camera', devices.getVideoTracks()[0] ?? null);
    await untilBytesGrow(b);
    const events = [...a.events];
    for (const route of ['relay', 'relay-tcp', 'all'] as const) {
      a.link.setIceServers([{ urls: 'turn:127.0.0.1:9', username: 'u', credential: 'c' }], route);
      expect(a.pc.getConfiguration().iceTransportPolicy).to.equal(route === 'all' ? 'all' : 'relay');
      await untilBytesGrow(b);
    }
    expect(a.events).to.deep.equal(events);
    a.candidates.length = 0;
    a.link.setIceServers([], 'all');
    a.link.offer(2, true);
    await a.until('settled 2');
    await waitUntil(() => kindsOf(a).includes('host'), 'its own addresses');
    await untilBytesGrow(b);
    closeAll(a, b);
  });

  it('with no server left it gathers nothing, and does not connect', async () => {
    const [a, b] = newLinkPair({
      route: 'relay-tcp',
      iceServers: [{ urls: 'turn:127.0.0.1:9?transport=udp', username: 'u', credential: 'c' }],
    });
    expect(a.pc.getConfiguration()).to.deep.include({ iceServers: [], iceTransportPolicy: 'relay' });
    a.link.offer(1, false);
    await a.until('settled 1');
    await waitUntil(() => a.pc.iceGatheringState === 'complete', 'gathered');
    await waitUntil(() => b.candidates.includes(''), 'all that the other has is known');
    expect(kindsOf(a)).to.deep.equal([]);
    expect(a.events).not.to.include('connected');
    expect(a.failures).to.deep.equal([]);
    closeAll(a, b);
  });

  it('takes the way even when the servers are refused, and never throws', () => {
    const servers = [
      { urls: ['turn:t?transport=udp', 'turn:t?transport=tcp'], username: 'u', credential: 'c' },
    ];
    const [{ link, pc }] = newLinkPair({ iceServers: servers });
    for (const refused of [[{ urls: 'nonsense' }], [{ urls: 'turns:t' }], [{ urls: [] }]]) {
      link.setIceServers(refused, 'relay');
      expect(pc.getConfiguration().iceTransportPolicy).to.equal('relay');
      expect(pc.getConfiguration().iceServers?.flatMap(({ urls }) => urls)).to.deep.equal(servers[0]?.urls);
      link.setIceServers([], 'all');
      link.setIceServers(servers, 'all');
    }
    link.setIceServers([{ urls: 'turns:t?transport=nonsense' }], 'relay-tcp');
    link.close();
    link.setIceServers(servers, 'relay-tcp');
  });
});
