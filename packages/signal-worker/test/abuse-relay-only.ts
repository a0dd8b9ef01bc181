import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, type Client } from './client.js';
import { newRoom, serve, sit, tokenFor, type Abuse } from './abuse-host.js';

/** Where somebody is who must not be found: on every line that can tell it. */
const OWN = ['192.0.2.77', '198.18.7.7', '2001:db8:77::7', 'fe80::77', '7777abcd-0000.local'];
const [V4 = '', PUBLIC = '', V6 = '', LINK = '', MDNS = ''] = OWN;
const RELAY = '203.0.113.200';

const GOOD = `candidate:9 1 udp 41885439 ${RELAY} 50000 typ relay raddr 0.0.0.0 rport 0 generation 0`;
const CANDIDATES = [
  `candidate:1 1 udp 2122260223 ${V4} 50000 typ host generation 0`,
  `candidate:2 1 udp 2122262783 ${V6} 50001 typ host`,
  `candidate:3 1 udp 2122262783 ${LINK} 50001 typ host`,
  `candidate:4 1 udp 2122260223 ${MDNS} 50002 typ host`,
  `candidate:5 1 tcp 1518280447 ${V4} 9 typ host tcptype active`,
  `candidate:6 1 udp 1686052607 ${PUBLIC} 50003 typ srflx raddr ${V4} rport 50000`,
  `candidate:7 1 udp 1686052607 ${PUBLIC} 50003 typ prflx raddr ${V4} rport 50000`,
  `candidate:8 1 udp 1 ${V4} 1 typ  relay`,
  `candidate:8 1 udp 1 ${V4} 1 TYP host typ relay`,
  `candidate:8 1 udp 1 ${V4} 1 typ host typ relay`,
  `candidate:8 1 udp 1 ${V4} 1 typ\trelay`,
];
const REPAIRED = [
  `candidate:9 1 udp 41885439 ${RELAY} 50000 typ relay raddr ${PUBLIC} rport 50003 generation 0`,
  `candidate:9 1 udp 41885439 ${RELAY} 50001 typ relay raddr ${V6} rport 50003 ufrag abcd`,
  `candidate:9 1 udp 41885439 ${RELAY} 50002 typ relay generation 0 raddr ${V4} rport 1 raddr ${PUBLIC} rport 2`,
];

const SDP = [
  'v=0',
  `o=- 1 2 IN IP4 ${V4}`,
  's=-',
  `c=IN IP6 ${V6}`,
  't=0 0',
  'm=audio 50000 UDP/TLS/RTP/SAVPF 111',
  `c=IN IP4 ${PUBLIC}`,
  `a=rtcp:50001 IN IP4 ${PUBLIC}`,
  ...[...CANDIDATES, ...REPAIRED, GOOD].map((line) => `a=${line}`),
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  `c=IN IP4 ${PUBLIC}/127`,
  `a=rtcp:9 IN IP6 ${V6}`,
  // As if it were one that tells nothing.
  `c=IN IP4 ${V4} IN IP4 0.0.0.0`,
  `a=rtcp:9 IN IP4 ${PUBLIC} IP4 127.0.0.1`,
  `o=IP4 0.0.0.0 2 IN IP4 ${V4}`,
  'a=end-of-candidates',
  '',
];
const DESCRIPTIONS = [SDP.join('\r\n'), SDP.join('\n'), SDP.join('\r')];

/** All that a page is told, as it came. */
function record(client: Client): () => string {
  const texts: string[] = [];
  client.socket.on('message', (data: Buffer) => texts.push(data.toString('utf8')));
  return () => texts.join('\n');
}

/** Nothing of theirs got through, and what may was not lost. */
function isHidden(text: string, what: string): void {
  for (const own of OWN) assert.ok(!text.includes(own), `${what}: ${own}`);
  assert.doesNotMatch(text, /typ\s+(host|srflx|prflx)|rport [1-9]/i, what);
  assert.ok(text.includes(RELAY), what);
}

function sayAll(client: Client, neg: number): void {
  for (const candidate of [...CANDIDATES, ...REPAIRED, GOOD])
    client.send({ type: 'candidate', epoch: 1, conn: 1, neg, candidate: { candidate, sdpMid: '0' } });
}

/** Asks for a seat and listens from the first frame on. */
async function listen(url: string, room: string, sub: string) {
  const client = await connect(url, { room });
  const heard = record(client);
  client.send({ type: 'hello', token: await tokenFor(room, sub), join: true });
  await client.next('joined');
  return { client, heard };
}

export function relayOnly(abuse: Abuse): void {
  describe('who may use relays only is not found', () => {
    for (const [n, sdp] of DESCRIPTIONS.entries()) {
      const offer = { type: 'offer', epoch: 1, conn: 1, neg: 1, sdp } as const;
      test(`in an offer that waits, and its candidates (line ends ${n})`, async (t) => {
        const { url } = await serve(t, abuse);
        const room = newRoom();
        const { client: anna, welcome } = await sit(url, room, 'anna', { relay: true });
        assert.equal(welcome.relay, true);
        anna.send(offer);
        sayAll(anna, 1);
        await anna.pong();
        const ben = await listen(url, room, 'ben');
        await ben.client.pong();
        isHidden(ben.heard(), 'the stored offer');
        assert.equal(ben.heard().match(/"type":"candidate"/g)?.length, REPAIRED.length + 1);
      });

      test(`in offers and answers that are passed on (line ends ${n})`, async (t) => {
        const { url } = await serve(t, abuse);
        const room = newRoom();
        const ben = await listen(url, room, 'ben');
        const { client: anna } = await sit(url, room, 'anna', { relay: true });
        for (const type of ['offer', 'answer'] as const) anna.send({ ...offer, type });
        sayAll(anna, 1);
        anna.send({ type: 'probe', n: 1 });
        await ben.client.next('probe');
        isHidden(ben.heard(), 'what was passed on');
        assert.match(ben.heard(), /"type":"answer"/);
        assert.equal(ben.heard().match(/"type":"candidate"/g)?.length, REPAIRED.length + 1);
      });
    }

    test('in a frame with equal names, or names in disguise', async (t) => {
      const { url } = await serve(t, abuse);
      const room = newRoom();
      const ben = await listen(url, room, 'ben');
      const { client: anna } = await sit(url, room, 'anna', { relay: true });
      const bad = JSON.stringify(SDP.join('\r\n'));
      const start = '{"type":"offer","epoch":1,"conn":1';
      anna.socket.send(`${start},"neg":1,"sdp":"v=0","sdp":${bad}}`);
      anna.socket.send(`${start},"neg":2,"sdp":"v=0","\\u0073dp":${bad}}`);
      anna.socket.send(`${start},"neg":3,"sdp":${bad.replaceAll('candidate', '\\u0063andidate')}}`);
      const [host = ''] = CANDIDATES;
      anna.socket.send(
        `{"type":"candidate","epoch":1,"conn":1,"neg":3,"candidate":null,"candidate":{"candidate":"","\\u0063andidate":${JSON.stringify(host)}}}`,
      );
      anna.send({ type: 'probe', n: 1 });
      await ben.client.next('probe');
      isHidden(ben.heard(), 'equal names');
      assert.equal(ben.heard().match(/"type":"offer"/g)?.length, 3);
    });

    test('in what is said again after a resume', async (t) => {
      const { url } = await serve(t, abuse);
      const room = newRoom();
      const ben = await listen(url, room, 'ben');
      const { client: anna } = await sit(url, room, 'anna', { relay: true });
      const { ticket } = await ben.client.next('ticket');
      ben.client.socket.terminate();
      await anna.next('peer-away');
      anna.send({ type: 'offer', epoch: 1, conn: 1, neg: 1, sdp: SDP.join('\r\n') });
      sayAll(anna, 1);
      await anna.pong();
      const again = await connect(url, { room });
      const heard = record(again);
      again.send({ type: 'hello', ticket, seen: 0 });
      await again.next('offer');
      await again.pong();
      isHidden(heard(), 'the resume');
    });
  });
}
