import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ATTRIBUTE, decodeStun, encodeStun, METHOD } from '../src/hosts/node/turn/stun-message.js';
import { StunError, TurnClient, type Credentials } from '../src/hosts/node/turn/turn-client.js';
import { createIceSource } from '../src/http/ice-servers.js';
import { parseIceUrl } from '../src/http/ice/urls.js';
import { CONF, makeCertificate, startCoturn, WITHOUT_COTURN, type Coturn } from './coturn.js';

const [OLD, NEW, OTHER] = ['old-secret-of-the-relay', 'new-secret-of-the-relay', 'not-the-secret-at-all'];
const HOUR = 3_600_000;
const WITHOUT_V6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)
  ? false
  : 'this machine has no IPv6 loopback';

let coturn: Coturn;
let ca = '';
let people = 0;

type Way = 'udp' | 'tcp' | 'tls';
const WAYS = ['udp', 'tcp', 'tls'] as const;

const urlOf = (way: Way, host = 'localhost'): string =>
  way === 'tls'
    ? `turns:${host}:${coturn.tlsPort}?transport=tcp`
    : `turn:${host}:${coturn.port}?transport=${way}`;

/** What our service would hand to somebody: its TURN_SECRET is this one, its clock says that. */
async function credentialsOf(secret: string, now = Date.now(), person?: string): Promise<Credentials> {
  const source = createIceSource({
    source: 'urls',
    stunUrls: [],
    turnUrls: [urlOf('udp')],
    turnSecret: secret,
    ttlSeconds: 600,
  });
  people += 1;
  const { iceServers } = await source.serversFor(person ?? `person-${people}`, now);
  const { username, credential } = iceServers[0] ?? {};
  assert.ok(username !== undefined && credential !== undefined);
  return { username, password: credential };
}

async function withClient<Result>(
  way: Way,
  act: (client: TurnClient) => Promise<Result>,
  { host = '127.0.0.1', localAddress }: { host?: string; localAddress?: string } = {},
): Promise<Result> {
  const server = parseIceUrl(urlOf(way, host));
  assert.ok(server !== null);
  const client = await TurnClient.connect(server, AbortSignal.timeout(10_000), {
    ca,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  try {
    return await act(client);
  } finally {
    client.close();
  }
}

const refusedWith =
  (status: number) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof StunError, String(error));
    assert.equal(error.status, status);
    return true;
  };

/** Full still; or the system gave a port anew whose former owner the server still remembers (437). */
const isNotYet = (error: unknown): false => {
  assert.ok(error instanceof StunError && [437, 486].includes(error.status), String(error));
  return false;
};

/** An allocation that is given back. */
async function allocates(way: Way, credentials: Credentials | null): Promise<void> {
  await withClient(way, async (client) => {
    const { address, port } = await client.allocate(credentials);
    assert.ok(address === '127.0.0.1' && port >= 49_152);
    await client.release();
  });
}

describe('coturn with the file of examples/', { skip: WITHOUT_COTURN }, () => {
  before(async () => {
    const { cert, key } = await makeCertificate();
    ca = cert;
    coturn = await startCoturn({ secrets: [NEW, OLD], cert, key });
  });
  after(() => coturn.stop());

  for (const way of WAYS) {
    describe(`over ${way}`, () => {
      test('tells everybody their address', async () => {
        const { address } = await withClient(way, (client) => client.bind());
        assert.equal(address, '127.0.0.1');
      });

      test('relays for whoever has credentials of our service, made with either secret', async () => {
        await allocates(way, await credentialsOf(NEW));
        await allocates(way, await credentialsOf(OLD));
      });

      test('401 for nobody, for expired and wrong credentials, and for those of another secret', async () => {
        const good = await credentialsOf(NEW);
        for (const credentials of [
          null,
          await credentialsOf(NEW, Date.now() - HOUR),
          await credentialsOf(OTHER),
          { ...good, password: 'guessed' },
          // Somebody who writes a later expiry into what they got.
          { ...good, username: good.username.replace(/^\d+/, (time) => String(Number(time) + 86_400)) },
          { username: 'admin', password: 'admin' },
        ])
          await assert.rejects(allocates(way, credentials), refusedWith(401));
      });
    });
  }

  test('speaks TLS 1.2 or newer, nothing older', async () => {
    const handshake = (minVersion: 'TLSv1' | 'TLSv1.2', maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
      new Promise<string | null>((resolve) => {
        // Else our own side would refuse the old ones.
        const ciphers = 'DEFAULT@SECLEVEL=0';
        const to = { host: '127.0.0.1', port: coturn.tlsPort, ca };
        const socket = connectTls({ ...to, minVersion, maxVersion, ciphers });
        const end = (outcome: string | null): void => {
          socket.destroy();
          resolve(outcome);
        };
        socket.on('secureConnect', () => end(socket.getProtocol()));
        socket.on('error', () => end(null));
        // To what is too old, coturn says nothing for a minute.
        socket.setTimeout(2_000, () => end(null));
      });
    // 1.3 depends on the version of coturn: 4.6.1 does not have it.
    assert.equal(await handshake('TLSv1.2', 'TLSv1.2'), 'TLSv1.2');
    assert.equal(await handshake('TLSv1', 'TLSv1.1'), null);
  });

  test('answers have a fingerprint, and do not name the program', async () => {
    const udp = createSocket('udp4');
    try {
      const question = {
        method: METHOD.binding,
        kind: 'request',
        transaction: randomBytes(12),
        attributes: [],
      } as const;
      udp.send(encodeStun(question, null), coturn.port, '127.0.0.1');
      const [bytes] = (await once(udp, 'message')) as [Buffer];
      const types = decodeStun(bytes)?.attributes.map(({ type }) => type) ?? [];
      assert.equal(types.at(-1), ATTRIBUTE.fingerprint);
      assert.ok(!types.includes(ATTRIBUTE.software));
    } finally {
      udp.close();
    }
  });

  describe('whom it speaks to', () => {
    /** Both ways to name a peer. */
    const reach = async (client: TurnClient, peer: string, channel: number): Promise<void> => {
      await client.permit(peer);
      await client.bindChannel(channel, { address: peer, port: 9 });
    };
    const refusesBoth = async (client: TurnClient, peer: string): Promise<void> => {
      await assert.rejects(client.permit(peer), refusedWith(403), peer);
      await assert.rejects(client.bindChannel(0x4000, { address: peer, port: 9 }), refusedWith(403), peer);
    };

    test('IPv4: nobody but public addresses', async () => {
      await withClient('udp', async (client) => {
        await client.allocate(await credentialsOf(NEW));
        for (const peer of [
          ...['0.0.0.0', '0.1.2.3', '10.0.0.5', '10.255.255.255', '100.64.0.1', '100.127.255.255'],
          ...['127.0.0.1', '127.8.8.8', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
          ...['192.0.0.8', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '198.51.100.1'],
          ...['203.0.113.1', '224.0.0.1', '239.1.2.3', '240.0.0.1', '255.255.255.255'],
        ])
          await refusesBoth(client, peer);
        // No packet leaves: a permission only says that one might. Just outside the ranges above, and others.
        const neighbours = ['9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.255.255'];
        const publicOnes = [...neighbours, '172.32.0.0', '192.167.255.255', '192.169.0.0', '1.1.1.1'];
        for (const [index, peer] of publicOnes.entries()) await reach(client, peer, 0x4000 + index);
        await client.release();
      });
    });

    test('IPv6: nobody but public addresses, in no clothes', { skip: WITHOUT_V6 }, async () => {
      await withClient('udp', async (client) => {
        await client.allocate(await credentialsOf(NEW), 6);
        for (const peer of [
          ...['::ffff:10.0.0.5', '::ffff:127.0.0.1', '::ffff:169.254.169.254', '::ffff:192.168.1.1'],
          ...['::ffff:8.8.8.8', '::ffff:0:10.0.0.5', '::10.0.0.5', '::', '::1'],
          ...['64:ff9b::10.0.0.5', '64:ff9b::127.0.0.1', '64:ff9b:1::1', '2002:a00:5::1', '2001::1'],
          ...['fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'ff0e::1'],
          ...['100::1', '2001:db8::1'],
        ])
          await refusesBoth(client, peer);
        const publicOnes = ['2001:200::1', '2001:4860::1', '2003::1', '2606:4700::1111', '2a00::1'];
        for (const [index, peer] of publicOnes.entries()) await reach(client, peer, 0x4000 + index);
        await client.release();
      });
    });
  });

  test('one person gets as many relayed addresses as the file says, then 486; others still get theirs', async () => {
    const quota = Number(/^user-quota=(\d+)$/m.exec(await readFile(CONF, 'utf8'))?.[1]);
    assert.ok(
      quota >= 8,
      'a browser with three URLs and two networks needs six, and as many again for a rebuild',
    );
    // Newer credentials of the same person count for the same person.
    const credentials = [
      await credentialsOf(NEW, Date.now(), 'greedy'),
      await credentialsOf(NEW, Date.now() + 60_000, 'greedy'),
    ];
    const clients: TurnClient[] = [];
    const open = async (whose: Credentials | undefined): Promise<void> => {
      const server = parseIceUrl(urlOf('udp', '127.0.0.1'));
      assert.ok(server !== null && whose !== undefined);
      const client = await TurnClient.connect(server, AbortSignal.timeout(30_000));
      clients.push(client);
      await client.allocate(whose);
    };
    try {
      for (let count = 0; count < quota; count += 1) await open(credentials[count % 2]);
      await assert.rejects(open(credentials[0]), refusedWith(486));
      clients.pop()?.close();
      await allocates('udp', await credentialsOf(NEW));
      await clients[0]?.release();
      // The server takes a moment to count what was given back.
      while (!(await allocates('udp', credentials[1] ?? null).then(() => true, isNotYet)));
    } finally {
      for (const client of clients) {
        await client.release().catch(() => undefined);
        client.close();
      }
    }
  });

  test(
    'its log holds nobody’s address',
    { skip: process.platform === 'linux' ? false : 'needs 127.0.0.9' },
    async () => {
      const from = { localAddress: '127.0.0.9' };
      const good = await credentialsOf(NEW);
      for (const way of ['udp', 'tcp'] as const) {
        await withClient(
          way,
          async (client) => {
            await client.allocate(good);
            await client.permit('1.1.1.1');
            await client.permit('10.0.0.5').catch(() => undefined);
            await client.release();
          },
          from,
        );
        await withClient(way, (client) => client.allocate(null).catch(() => undefined), from);
        const wrong = await credentialsOf(OTHER);
        await withClient(way, (client) => client.allocate(wrong).catch(() => undefined), from);
      }
      const log = await coturn.log();
      assert.match(log, /Total General servers/);
      for (const address of ['127.0.0.9', '1.1.1.1', '10.0.0.5:']) assert.ok(!log.includes(address), address);
    },
  );

  describe('a change of the secret', () => {
    test('begins with both: credentials made before it are good; ends with the new one: they are not', async () => {
      const [LATER] = ['the-secret-of-later'];
      // Before: TURN_SECRET=NEW. The relay learns LATER first, the service makes credentials with it from then on.
      const before = await credentialsOf(NEW);
      await coturn.restart([LATER, NEW]);
      await allocates('udp', before);
      const after = await credentialsOf(LATER);
      await allocates('udp', after);
      // Once the last old credentials have run out, the old line goes.
      await coturn.restart([LATER]);
      await assert.rejects(allocates('udp', before), refusedWith(401));
      await assert.rejects(allocates('udp', await credentialsOf(NEW)), refusedWith(401));
      for (const way of WAYS) await allocates(way, after);
    });
  });
});
