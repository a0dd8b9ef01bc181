import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig, type Config, type Environment } from './config.js';

const SECRET = 'a secret of the tests, long enough for HS256'.replaceAll(/[ ,]/g, '-');
const OTHER = 'another secret of the tests, also long enough'.replaceAll(/[ ,]/g, '-');
const PAGES = 'https://www.example.com';
const BASE = { JOIN_SECRET: SECRET, ALLOWED_ORIGINS: PAGES };
const CLOUDFLARE = {
  CLOUDFLARE_TURN_KEY_ID: '0123456789abcdef',
  CLOUDFLARE_TURN_API_TOKEN: 'token-of-the-key',
};
const TWILIO = { TWILIO_ACCOUNT_SID: `AC${'0a'.repeat(16)}`, TWILIO_AUTH_TOKEN: 'token-of-the-account' };
const ED25519 = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'one' };
const P256 = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43), kid: 'two' };

const noFiles = (): never => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
};

function good(environment: Environment, readFile: (path: string) => string = noFiles): Config {
  const result = parseConfig(environment, readFile);
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return result.config;
}

function problems(environment: Environment, readFile: (path: string) => string = noFiles): readonly string[] {
  const result = parseConfig(environment, readFile);
  assert.ok(!result.ok, 'there should be something wrong');
  for (const problem of result.problems) assert.match(problem, /^[A-Z_]+( and [A-Z_]+)* .+; .+\.$/);
  return result.problems;
}

describe('a good configuration', () => {
  test('needs a secret and the pages; the rest has defaults', () => {
    const config = good(BASE);
    assert.deepEqual(
      [config.host, config.port, config.demo, config.logLevel],
      ['127.0.0.1', 8787, false, 'info'],
    );
    assert.deepEqual(config.join, {
      keys: { family: 'secret', secrets: [SECRET] },
      audience: 'p2p-call',
      issuer: null,
    });
    assert.deepEqual(config.ticketSecrets, [SECRET]);
    assert.deepEqual(config.origins, { allowed: [PAGES], allowNone: false });
    assert.deepEqual(config.ice, {
      source: 'urls',
      stunUrls: [],
      turnUrls: [],
      turnSecret: null,
      ttlSeconds: 3600,
    });
    assert.deepEqual(config.limits, {
      helloMs: 5_000,
      silentMs: 30_000,
      graceInCallMs: 60_000,
      graceAloneMs: 90_000,
      offerForgetMs: 150_000,
      emptyRoomMs: 60_000,
      roomAgeMs: 43_200_000,
      silentIdleMs: 75_000,
      lobby: 8,
      socketsPerSub: 4,
      messagesPerSecond: 10,
      messagesBurst: 100,
      offersPerMinute: 30,
      candidatesPerDescription: 64,
      pendingPerAddress: 20,
      socketsPerAddress: 50,
      unsentBytes: 1_048_576,
    });
  });

  test('reads everything', () => {
    const config = good({
      ...BASE,
      HOST: '0.0.0.0',
      PORT: '9000',
      JOIN_SECRET: `${SECRET}, ${OTHER}`,
      JOIN_ISSUER: 'https://id.example.com',
      JOIN_AUDIENCE: 'calls',
      TICKET_SECRET: OTHER,
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000/, https://a.example',
      ALLOW_NO_ORIGIN: 'on',
      STUN_URLS: 'stun:a.example:3478,stun:b.example',
      TURN_URLS: 'turn:a.example:3478?transport=udp, turns:a.example:5349?transport=tcp',
      TURN_SECRET: 'coturn',
      TURN_TTL: '600',
      LIMIT_HELLO_MS: '100',
      LOG_LEVEL: 'debug',
      UNRELATED: 'yes',
    });
    assert.deepEqual(config.join.keys, { family: 'secret', secrets: [SECRET, OTHER] });
    assert.deepEqual([config.join.issuer, config.join.audience], ['https://id.example.com', 'calls']);
    assert.deepEqual(config.ticketSecrets, [OTHER]);
    assert.deepEqual(config.origins, {
      allowed: ['https://a.example', 'http://localhost:3000'],
      allowNone: true,
    });
    assert.deepEqual(config.ice, {
      source: 'urls',
      stunUrls: ['stun:a.example:3478', 'stun:b.example'],
      turnUrls: ['turn:a.example:3478?transport=udp', 'turns:a.example:5349?transport=tcp'],
      turnSecret: 'coturn',
      ttlSeconds: 600,
    });
    assert.equal(config.limits.helloMs, 100);
  });

  test('takes secrets from files', () => {
    const files: Record<string, string> = { '/run/join': `${SECRET}\n${OTHER}\n`, '/run/turn': 'coturn\n' };
    const config = good(
      {
        ALLOWED_ORIGINS: PAGES,
        JOIN_SECRET_FILE: '/run/join',
        TURN_SECRET_FILE: '/run/turn',
        TURN_URLS: 'turn:a.example',
      },
      (path) => files[path] ?? noFiles(),
    );
    assert.deepEqual(config.join.keys, { family: 'secret', secrets: [SECRET, OTHER] });
    assert.ok(config.ice.source === 'urls' && config.ice.turnSecret === 'coturn');
  });

  test('takes public keys, inline or by URL, with a secret for tickets', () => {
    const jwks = { keys: [ED25519, P256] };
    const environment = { ALLOWED_ORIGINS: PAGES, TICKET_SECRET: SECRET };
    assert.deepEqual(good({ ...environment, JOIN_JWKS: JSON.stringify(jwks) }).join.keys, {
      family: 'jwks',
      jwks,
    });
    const url = 'https://id.example.com/jwks.json';
    assert.deepEqual(good({ ...environment, JOIN_JWKS_URL: url }).join.keys, { family: 'jwks-url', url });
  });

  test('takes static ICE servers', () => {
    const servers = [
      { urls: ['stun:a.example'] },
      { urls: ['turn:a.example'], username: 'u', credential: 'c' },
    ];
    const config = good({ ...BASE, ICE_SERVERS: JSON.stringify(servers) });
    assert.deepEqual(config.ice, { source: 'static', servers, ttlSeconds: 3600 });
  });

  test('takes a managed TURN service, with STUN servers of one’s own, its secrets from files', () => {
    const common = { stunUrls: ['stun:a.example'], ttlSeconds: 3600 };
    assert.deepEqual(good({ ...BASE, ...CLOUDFLARE, STUN_URLS: 'stun:a.example' }).ice, {
      source: 'cloudflare',
      ...common,
      keyId: CLOUDFLARE.CLOUDFLARE_TURN_KEY_ID,
      apiToken: CLOUDFLARE.CLOUDFLARE_TURN_API_TOKEN,
      apiUrl: 'https://rtc.live.cloudflare.com',
    });
    const files: Record<string, string> = {
      '/run/sid': `${TWILIO.TWILIO_ACCOUNT_SID}\n`,
      '/run/token': `${TWILIO.TWILIO_AUTH_TOKEN}\n`,
    };
    const twilio = good(
      {
        ...BASE,
        STUN_URLS: 'stun:a.example',
        TWILIO_ACCOUNT_SID_FILE: '/run/sid',
        TWILIO_AUTH_TOKEN_FILE: '/run/token',
      },
      (path) => files[path] ?? noFiles(),
    );
    assert.deepEqual(twilio.ice, {
      source: 'twilio',
      ...common,
      accountSid: TWILIO.TWILIO_ACCOUNT_SID,
      authToken: TWILIO.TWILIO_AUTH_TOKEN,
      apiUrl: 'https://api.twilio.com',
    });
  });

  test('credentials are made with the first of two TURN secrets', () => {
    const { ice } = good({ ...BASE, TURN_URLS: 'turn:a.example', TURN_SECRET: 'new,old' });
    assert.ok(ice.source === 'urls' && ice.turnSecret === 'new');
  });

  test('needs nothing in demo mode, and makes a new secret each time', () => {
    const one = good({ DEMO: 'on' });
    const two = good({ DEMO: 'on' });
    assert.deepEqual([one.demo, one.logLevel, one.origins.allowed], [true, 'warn', []]);
    assert.ok(one.ticketSecrets[0].length >= 32);
    assert.notEqual(one.ticketSecrets[0], two.ticketSecrets[0]);
    assert.deepEqual(good({ DEMO: 'on', JOIN_SECRET: SECRET }).ticketSecrets, [SECRET]);
  });
});

/** What is wrong → how the message begins. */
const WRONG: readonly [Environment, RegExp][] = [
  [{ ALLOWED_ORIGINS: PAGES }, /^JOIN_SECRET is missing/],
  [{ ...BASE, JOIN_SECRET: ' ' }, /^JOIN_SECRET is missing/],
  [{ ...BASE, JOIN_SECRET: 'short' }, /^JOIN_SECRET is shorter than 32 bytes/],
  [{ ...BASE, JOIN_SECRET: `${SECRET},short` }, /^JOIN_SECRET is shorter/],
  [{ ...BASE, JOIN_SECRET: `${SECRET},${OTHER},${SECRET}` }, /^JOIN_SECRET holds more than two/],
  [{ ...BASE, JOIN_SECRET_FILE: '/x' }, /^JOIN_SECRET_FILE is set, and so is JOIN_SECRET/],
  [
    { ALLOWED_ORIGINS: PAGES, JOIN_SECRET_FILE: '/x' },
    /^JOIN_SECRET_FILE names a file that cannot be read \(ENOENT\)/,
  ],
  [{ ...BASE, JOIN_JWKS_URL: 'https://a.example' }, /^JOIN_SECRET and JOIN_JWKS_URL are set together/],
  [{ ALLOWED_ORIGINS: PAGES, JOIN_JWKS_URL: 'https://a.example/k' }, /^TICKET_SECRET is missing/],
  [
    { ALLOWED_ORIGINS: PAGES, TICKET_SECRET: SECRET, JOIN_JWKS_URL: 'http://a.example/k' },
    /^JOIN_JWKS_URL is not an https/,
  ],
  [
    { ALLOWED_ORIGINS: PAGES, TICKET_SECRET: SECRET, JOIN_JWKS_URL: 'keys' },
    /^JOIN_JWKS_URL is not an https/,
  ],
  [{ ALLOWED_ORIGINS: PAGES, TICKET_SECRET: SECRET, JOIN_JWKS: '{' }, /^JOIN_JWKS is not JSON/],
  [{ ALLOWED_ORIGINS: PAGES, TICKET_SECRET: SECRET, JOIN_JWKS: '{"keys":[]}' }, /^JOIN_JWKS holds no keys/],
  [
    {
      ALLOWED_ORIGINS: PAGES,
      TICKET_SECRET: SECRET,
      JOIN_JWKS: JSON.stringify({ keys: [{ ...P256, d: 'x' }] }),
    },
    /^JOIN_JWKS holds a private/,
  ],
  [
    {
      ALLOWED_ORIGINS: PAGES,
      TICKET_SECRET: SECRET,
      JOIN_JWKS: JSON.stringify({ keys: [{ kty: 'oct', k: 'x' }] }),
    },
    /^JOIN_JWKS holds a private or secret/,
  ],
  [
    {
      ALLOWED_ORIGINS: PAGES,
      TICKET_SECRET: SECRET,
      JOIN_JWKS: JSON.stringify({ keys: [{ kty: 'RSA', n: 'x' }] }),
    },
    /^JOIN_JWKS holds a key of a kind/,
  ],
  [
    {
      ALLOWED_ORIGINS: PAGES,
      TICKET_SECRET: SECRET,
      JOIN_JWKS: JSON.stringify({ keys: [P256, { ...ED25519, kid: 'two' }] }),
    },
    /^JOIN_JWKS holds several keys without/,
  ],
  [{ ...BASE, TICKET_SECRET: 'short' }, /^TICKET_SECRET is shorter/],
  [{ JOIN_SECRET: SECRET }, /^ALLOWED_ORIGINS is missing/],
  [
    { ...BASE, ALLOWED_ORIGINS: 'https://*.example.com' },
    /^ALLOWED_ORIGINS has an entry that is not an exact origin/,
  ],
  [{ ...BASE, ALLOWED_ORIGINS: '*' }, /^ALLOWED_ORIGINS has an entry/],
  [{ ...BASE, ALLOWED_ORIGINS: 'https://a.example/page' }, /^ALLOWED_ORIGINS has an entry/],
  [{ ...BASE, ALLOWED_ORIGINS: 'null' }, /^ALLOWED_ORIGINS has an entry/],
  [{ ...BASE, ALLOW_NO_ORIGIN: 'maybe' }, /^ALLOW_NO_ORIGIN is neither on nor off/],
  [{ ...BASE, PORT: '65536' }, /^PORT is not a whole number/],
  [{ ...BASE, PORT: '80a' }, /^PORT is not a whole number/],
  [{ ...BASE, HOST: 'http://127.0.0.1' }, /^HOST is not an address/],
  [{ ...BASE, LOG_LEVEL: 'loud' }, /^LOG_LEVEL has an unknown value/],
  [{ ...BASE, STUN_URLS: 'a.example' }, /^STUN_URLS has an entry that is not such a URL/],
  [{ ...BASE, TURN_URLS: 'turn:a.example' }, /^TURN_SECRET is missing/],
  [{ ...BASE, TURN_SECRET: 'x' }, /^TURN_URLS is missing/],
  [{ ...BASE, TURN_URLS: 'turn:a?transport=sctp', TURN_SECRET: 'x' }, /^TURN_URLS has an entry/],
  [
    { ...BASE, TURN_URLS: 'turn:a', TURN_SECRET: 'new,old,older' },
    /^TURN_SECRET holds more than two secrets/,
  ],
  [{ ...BASE, TURN_URLS: 'turn:a:65536', TURN_SECRET: 'x' }, /^TURN_URLS has an entry/],
  [{ ...BASE, TURN_URLS: 'stun:a', TURN_SECRET: 'x' }, /^TURN_URLS has an entry/],
  [{ ...BASE, STUN_URLS: 'turn:a' }, /^STUN_URLS has an entry/],
  [{ ...BASE, STUN_URLS: 'stun:a?transport=udp' }, /^STUN_URLS has an entry/],
  [{ ...BASE, CLOUDFLARE_TURN_KEY_ID: 'abc' }, /^CLOUDFLARE_TURN_API_TOKEN is missing/],
  [{ ...BASE, CLOUDFLARE_TURN_API_TOKEN: 'abcdefgh' }, /^CLOUDFLARE_TURN_KEY_ID is missing/],
  [
    { ...BASE, ...CLOUDFLARE, CLOUDFLARE_TURN_KEY_ID: '../x' },
    /^CLOUDFLARE_TURN_KEY_ID is not the id of a TURN key/,
  ],
  [
    { ...BASE, ...CLOUDFLARE, CLOUDFLARE_TURN_API_TOKEN: 'two words' },
    /^CLOUDFLARE_TURN_API_TOKEN is not a token/,
  ],
  [
    { ...BASE, ...CLOUDFLARE, CLOUDFLARE_TURN_API_URL: 'http://api.example' },
    /^CLOUDFLARE_TURN_API_URL is not an https URL/,
  ],
  [{ ...BASE, TWILIO_ACCOUNT_SID: TWILIO.TWILIO_ACCOUNT_SID }, /^TWILIO_AUTH_TOKEN is missing/],
  [{ ...BASE, TWILIO_AUTH_TOKEN: 'abcdefgh' }, /^TWILIO_ACCOUNT_SID is missing/],
  [{ ...BASE, ...TWILIO, TWILIO_ACCOUNT_SID: 'AC12' }, /^TWILIO_ACCOUNT_SID is not the SID/],
  [{ ...BASE, ...TWILIO, TWILIO_AUTH_TOKEN_FILE: '/x' }, /^TWILIO_AUTH_TOKEN_FILE is set, and so is/],
  [{ ...BASE, ...TWILIO, TWILIO_API_URL: 'ftp://api.example' }, /^TWILIO_API_URL is not an https URL/],
  [{ ...BASE, ...CLOUDFLARE, ...TWILIO }, /^CLOUDFLARE_TURN_KEY_ID and TWILIO_ACCOUNT_SID are set together/],
  [
    { ...BASE, ...TWILIO, TURN_URLS: 'turn:a', TURN_SECRET: 'x' },
    /^TURN_URLS and TWILIO_ACCOUNT_SID are set together/,
  ],
  [
    { ...BASE, ...CLOUDFLARE, ICE_SERVERS: '[{"urls":"stun:a"}]' },
    /^ICE_SERVERS is set together with CLOUDFLARE_TURN_KEY_ID, CLOUDFLARE_TURN_API_TOKEN/,
  ],
  [{ ...BASE, TURN_TTL: '86401' }, /^TURN_TTL is not a whole number/],
  [{ ...BASE, TURN_TTL: '1' }, /^TURN_TTL is not a whole number/],
  [{ ...BASE, ICE_SERVERS: '[]', STUN_URLS: 'stun:a' }, /^ICE_SERVERS is set together with STUN_URLS/],
  [{ ...BASE, ICE_SERVERS: 'stun:a' }, /^ICE_SERVERS is not a JSON list/],
  [{ ...BASE, ICE_SERVERS: '[{"urls":"turn:a"}]' }, /^ICE_SERVERS is not a JSON list/],
  [{ DEMO: 'on', HOST: '0.0.0.0' }, /^DEMO is on, but HOST is not a loopback address/],
  [{ DEMO: 'on', JOIN_JWKS_URL: 'https://a.example' }, /^JOIN_JWKS_URL cannot be used with DEMO/],
  [{ ...BASE, DEMO: '1' }, /^DEMO is neither on nor off/],
  [{ ...BASE, REDIS_URL: 'redis://127.0.0.1' }, /^REDIS_URL is not supported by this version/],
  [{ ...BASE, SERVICE_KEY_FILE: '/x' }, /^SERVICE_KEY_FILE names a file that cannot be read/],
  [{ ...BASE, ALLOWED_ORIGINS: ' , ' }, /^ALLOWED_ORIGINS is missing/],
  [{ ...BASE, TURN_URLS: ',', TURN_SECRET: 'x' }, /^TURN_URLS is missing/],
  [{ ...BASE, TURN_URLS: 'turn:a', TURN_SECRET: ',' }, /^TURN_SECRET is missing/],
  [
    { ALLOWED_ORIGINS: PAGES, JOIN_JWKS_URL: 'https://a:b@c.example/', TICKET_SECRET: SECRET },
    /^JOIN_JWKS_URL is not an https URL/,
  ],
  [{ ...BASE, TURN_TTL_FILE: '/x' }, /^TURN_TTL_FILE is not read: this is no secret; set TURN_TTL itself/],
  [{ ...BASE, METRICS_PORT: 'x' }, /^METRICS_PORT is not a whole number/],
  [{ ...BASE, METRICS_TOKEN: 'with a blank' }, /^METRICS_TOKEN has a character that a header cannot carry/],
  [{ ...BASE, PORT: '9000', METRICS_PORT: '9000' }, /^METRICS_PORT is the same as PORT/],
  [{ ...BASE, TRUSTED_PROXIES: '127.0.0.1, nginx' }, /^TRUSTED_PROXIES has an entry .*"nginx"/],
  [{ ...BASE, LIMIT_HELLO_MS: 'soon' }, /^LIMIT_HELLO_MS is not a whole number/],
  [{ ...BASE, LIMIT_MESSAGES_PER_YEAR: '5' }, /^LIMIT_MESSAGES_PER_YEAR is not a limit of this version/],
];

describe('a wrong configuration', () => {
  for (const [environment, expected] of WRONG) {
    test(String(expected), () => {
      const list = problems(environment);
      assert.match(list.join('\n'), expected);
      assert.equal(list.length, 1, list.join('\n'));
    });
  }

  test('is listed whole', () => {
    const list = problems({ PORT: 'x', LOG_LEVEL: 'x', DEMO: 'x', TURN_TTL: 'x', LIMIT_X: '1', HOST: 'a b' });
    assert.equal(list.length, 8, list.join('\n'));
  });

  test('never shows a secret', () => {
    const list = problems({ JOIN_SECRET: 'shush', TICKET_SECRET: 'hush', TURN_SECRET: 'whisper', PORT: 'x' });
    assert.doesNotMatch(list.join('\n'), /shush|hush|whisper/);
  });
});
