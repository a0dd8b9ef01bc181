import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createIceSource, type IceConfig, type IceProblem, type TurnState } from '../ice-servers.js';

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (value: unknown, status = 201): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));

/** What Cloudflare's documentation shows. */
const CLOUDFLARE_ANSWER = {
  iceServers: [
    { urls: ['stun:stun.cloudflare.com:3478', 'stun:stun.cloudflare.com:53'] },
    {
      urls: [
        'turn:turn.cloudflare.com:3478?transport=udp',
        'turn:turn.cloudflare.com:53?transport=udp',
        'turn:turn.cloudflare.com:3478?transport=tcp',
        'turn:turn.cloudflare.com:80?transport=tcp',
        'turns:turn.cloudflare.com:5349?transport=tcp',
        'turns:turn.cloudflare.com:443?transport=tcp',
      ],
      username: 'cloudflare-user',
      credential: 'cloudflare-password',
    },
  ],
};
const twilioTurn = { username: 'twilio-user', credential: 'twilio-password' };
/** What Twilio's documentation shows. */
const TWILIO_ANSWER = {
  username: 'twilio-user',
  password: 'twilio-password',
  ttl: '3600',
  account_sid: 'AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a',
  date_created: 'Fri, 01 May 2020 01:42:57 +0000',
  ice_servers: [
    { url: 'stun:global.stun.twilio.com:3478', urls: 'stun:global.stun.twilio.com:3478' },
    {
      url: 'turn:global.turn.twilio.com:3478?transport=udp',
      urls: 'turn:global.turn.twilio.com:3478?transport=udp',
      ...twilioTurn,
    },
    { urls: 'turn:global.turn.twilio.com:443?transport=tcp', ...twilioTurn },
  ],
};

const STUN = ['stun:own.example'];
const STUN_ONLY = { iceServers: [{ urls: STUN }], iceTtl: 60, turn: 'unavailable' };

let server: Server;
let apiUrl = '';
let asked: Asked[] = [];
let answer: Answer;
let now = 0;
let problems: IceProblem[] = [];
let results: TurnState[] = [];

const cloudflare = (): IceConfig => ({
  source: 'cloudflare',
  stunUrls: STUN,
  keyId: 'key-id',
  apiToken: 'api-token',
  apiUrl,
  ttlSeconds: 3600,
});
const twilio = (): IceConfig => ({
  source: 'twilio',
  stunUrls: [],
  accountSid: 'AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a',
  authToken: 'auth-token',
  apiUrl,
  ttlSeconds: 600,
});
const create = (config: IceConfig = cloudflare(), patience: { patienceMs?: number } = {}) =>
  createIceSource(config, {
    ...patience,
    now: () => now,
    onProblem: (problem) => problems.push(problem),
    onResult: (result) => results.push(result),
  });
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

beforeEach(async () => {
  [asked, problems, results, now] = [[], [], [], 1_000_000];
  answer = json(CLOUDFLARE_ANSWER);
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url: path, headers } = request;
      const { authorization, 'content-type': contentType } = headers;
      asked.push({ method, path, authorization, contentType, body });
      answer(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  apiUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  // In this order: a request that still waits for a connection gets none.
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

describe('a managed TURN service', () => {
  test('Cloudflare is asked as its documentation says; ports that browsers block are left out', async () => {
    const source = create();
    assert.deepEqual(await source.serversFor('person', now), {
      iceServers: [
        { urls: STUN },
        { urls: ['stun:stun.cloudflare.com:3478'] },
        {
          urls: [
            'turn:turn.cloudflare.com:3478?transport=udp',
            'turn:turn.cloudflare.com:3478?transport=tcp',
            'turn:turn.cloudflare.com:80?transport=tcp',
            'turns:turn.cloudflare.com:5349?transport=tcp',
            'turns:turn.cloudflare.com:443?transport=tcp',
          ],
          username: 'cloudflare-user',
          credential: 'cloudflare-password',
        },
      ],
      iceTtl: 3600,
      turn: 'ok',
    });
    assert.deepEqual(asked, [
      {
        method: 'POST',
        path: '/v1/turn/keys/key-id/credentials/generate-ice-servers',
        authorization: 'Bearer api-token',
        contentType: 'application/json',
        body: '{"ttl":3600}',
      },
    ]);
    assert.deepEqual([source.turn(), results, problems], ['ok', ['ok'], []]);
  });

  test('Twilio is asked as its documentation says', async () => {
    answer = json(TWILIO_ANSWER);
    assert.deepEqual(await create(twilio()).serversFor('person', now), {
      iceServers: [
        { urls: ['stun:global.stun.twilio.com:3478'] },
        { urls: ['turn:global.turn.twilio.com:3478?transport=udp'], ...twilioTurn },
        { urls: ['turn:global.turn.twilio.com:443?transport=tcp'], ...twilioTurn },
      ],
      iceTtl: 600,
      turn: 'ok',
    });
    const [accountSid, authToken] = ['AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a', 'auth-token'];
    assert.deepEqual(asked, [
      {
        method: 'POST',
        path: `/2010-04-01/Accounts/${accountSid}/Tokens.json`,
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        contentType: 'application/x-www-form-urlencoded',
        body: 'Ttl=600',
      },
    ]);
  });

  test('everybody gets credentials of their own, each time', async () => {
    const source = create();
    for (const person of ['one', 'one', 'two']) await source.serversFor(person, now);
    assert.equal(asked.length, 3);
  });

  test('what is not understood is left out; no more is taken than a message holds', async () => {
    const { urls: _, ...credentials } = CLOUDFLARE_ANSWER.iceServers[1] ?? { urls: [] };
    answer = json({
      iceServers: [
        null,
        { urls: 'quic:new.example' },
        { urls: ['turn:turn.example', 'quic:new.example', 7], ...credentials, extra: 'field' },
        { urls: 'turn:no-password.example' },
        ...times(30, (index) => ({ urls: `stun:stun${index}.example` })),
      ],
    });
    const { iceServers, turn } = await create().serversFor('person', now);
    assert.equal(turn, 'ok');
    assert.deepEqual(iceServers[1], { urls: ['turn:turn.example'], ...credentials });
    assert.ok(iceServers.length <= 16, `${iceServers.length}`);
    assert.doesNotMatch(JSON.stringify(iceServers), /quic|no-password|extra/);
  });
});

/** What the service does → what is said of it. */
const FAILURES: Readonly<Record<string, readonly [Answer, IceProblem['what'], number | null]>> = {
  'a wrong key': [json({ error: 'api-token' }, 401), 'refused', 401],
  'a key without the right': [json({}, 403), 'refused', 403],
  'too many requests': [json({}, 429), 'failed', 429],
  'an error of its own': [json(CLOUDFLARE_ANSWER, 500), 'failed', 500],
  'a redirect, which would take the key elsewhere': [
    (response) => response.writeHead(307, { Location: '/elsewhere' }).end(),
    'failed',
    307,
  ],
  'no JSON': [(response) => response.end('<html>'), 'nonsense', 200],
  'an empty answer': [(response) => response.writeHead(204).end(), 'nonsense', 204],
  'JSON that is no object': [json([1, 2]), 'nonsense', 201],
  'another shape': [json({ iceServers: { urls: 'turn:a.example' } }), 'nonsense', 201],
  'TURN without a password': [json({ iceServers: [{ urls: 'turn:a.example' }] }), 'nonsense', 201],
  'no TURN at all': [json({ iceServers: [{ urls: 'stun:a.example' }] }), 'nonsense', 201],
  'a line that is cut': [
    (response) => {
      response.writeHead(201, { 'Content-Length': '1000' }).write('{"iceServers":');
      response.destroy();
    },
    'unreachable',
    null,
  ],
};

describe('without credentials there is STUN only, and it is said:', () => {
  for (const [name, [act, what, status]] of Object.entries(FAILURES)) {
    test(name, async () => {
      answer = act;
      const source = create();
      assert.deepEqual(await source.serversFor('person', now), STUN_ONLY);
      assert.deepEqual(problems, [{ source: 'cloudflare', what, status }]);
      assert.deepEqual([source.turn(), results, asked.length], ['unavailable', ['unavailable'], 1]);
    });
  }

  test('nobody there', async () => {
    const closed = create({ ...cloudflare(), apiUrl: 'http://127.0.0.1:1' } as IceConfig);
    assert.deepEqual(await closed.serversFor('person', now), STUN_ONLY);
    assert.deepEqual(problems, [{ source: 'cloudflare', what: 'unreachable', status: null }]);
  });

  test('an answer without end is not read to the end', async () => {
    const hungUp = new Promise<number>((resolve) => {
      answer = (response) => {
        let sent = 0;
        const more = (): void => {
          while (response.write(`"${'x'.repeat(1022)}"`)) sent += 1024;
          response.once('drain', more);
        };
        response.on('close', () => resolve(sent));
        more();
      };
    });
    assert.deepEqual(await create().serversFor('person', now), STUN_ONLY);
    assert.deepEqual(problems, [{ source: 'cloudflare', what: 'nonsense', status: 200 }]);
    // Into the buffers of the system, no further.
    assert.ok((await hungUp) < 64 * 1024 * 1024);
  });

  for (const [name, act] of [
    ['no answer', () => undefined],
    ['half an answer', (response: ServerResponse) => response.writeHead(201).write('{"iceServers":')],
  ] as const) {
    test(`${name} in 2 s`, async () => {
      const hungUp = new Promise<void>((resolve) => {
        answer = (response, request) => {
          request.socket.on('close', resolve);
          act(response);
        };
      });
      assert.deepEqual(await create().serversFor('person', now), STUN_ONLY);
      assert.deepEqual(problems, [{ source: 'cloudflare', what: 'timeout', status: null }]);
      await hungUp;
    });
  }

  test('nothing is told that was secret', async () => {
    answer = json({ error: 'api-token key-id' }, 401);
    await create().serversFor('a-person', now);
    assert.doesNotMatch(JSON.stringify(problems), /api-token|key-id|a-person|127\.0\.0\.1/);
  });
});

describe('a managed service in trouble is not asked by everybody', () => {
  test('after a failure nobody asks for a while, then one does, then all', async () => {
    const source = create();
    answer = json({}, 500);
    await source.serversFor('person', now);
    now += 4_999;
    assert.deepEqual(await source.serversFor('person', now), STUN_ONLY);
    assert.equal(asked.length, 1);

    now += 1;
    const held: ServerResponse[] = [];
    const arrived = new Promise<void>((resolve) => {
      answer = (response) => {
        held.push(response);
        resolve();
      };
    });
    const all = times(10, () => source.serversFor('person', now));
    await arrived;
    // Nine were told at once; the tenth waits for its answer.
    while (results.length < 10) await all[results.length];
    assert.deepEqual([asked.length, source.turn()], [2, 'unavailable']);
    for (const response of held) json(CLOUDFLARE_ANSWER)(response, response.req);
    assert.deepEqual((await Promise.all(all)).map(({ turn }) => turn).sort(), [
      'ok',
      ...times(9, () => 'unavailable'),
    ]);
    assert.equal(source.turn(), 'ok');

    answer = json(CLOUDFLARE_ANSWER);
    const grants = await Promise.all(times(10, () => source.serversFor('person', now)));
    assert.ok(grants.every(({ turn }) => turn === 'ok'));
    assert.deepEqual([asked.length, problems.length], [12, 1]);
  });

  test('200 people at once are served, a few at a time', async () => {
    let underWay = 0;
    let most = 0;
    answer = (response, request) => {
      most = Math.max(most, (underWay += 1));
      setImmediate(() => {
        underWay -= 1;
        json(CLOUDFLARE_ANSWER)(response, request);
      });
    };
    // On a busy machine the last of them wait for longer than people would.
    const source = create(cloudflare(), { patienceMs: 60_000 });
    const grants = await Promise.all(times(200, (index) => source.serversFor(`person-${index}`, now)));
    assert.ok(grants.every(({ turn }) => turn === 'ok'));
    assert.equal(asked.length, 200);
    assert.ok(most <= 32, `${most}`);
  });

  test('of 200 at once, those who would only repeat a failure do not ask', async () => {
    answer = json({}, 503);
    const source = create();
    const grants = await Promise.all(times(200, () => source.serversFor('person', now)));
    assert.ok(grants.every(({ turn }) => turn === 'unavailable'));
    assert.ok(asked.length <= 32, `${asked.length}`);
    assert.equal(problems.length, 1);
    assert.equal(results.length, 200);
  });
});
