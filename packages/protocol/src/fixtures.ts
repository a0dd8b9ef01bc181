import type { ClientMessage, ServerMessage } from './messages.js';

/** A frame that decodes, and the message it decodes to: unknown fields are gone, all else is as sent. */
export interface ValidFrame<Message> {
  readonly name: string;
  readonly text: string;
  readonly message: Message;
}

/** A frame that does not decode, and what a decoder says to it. */
export interface InvalidFrame {
  readonly name: string;
  readonly text: string;
  readonly why: 'too-large' | 'not-json' | 'not-a-message';
}

/** Told as the message only: its text is the same members. */
const frame = <Message>(
  name: string,
  message: Message,
  text = JSON.stringify(message),
): ValidFrame<Message> => ({
  name,
  text,
  message,
});

const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';
const HOST = 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host generation 0 ufrag abcd';
const at = { epoch: 1, conn: 1, neg: 1 };
const stamped = { from: 'p_7Qk', seq: 9 };
const ICE = [
  { urls: ['stun:stun.example:3478', 'stun:stun2.example:3478'] },
  { urls: 'turn:turn.example:3478?transport=udp', username: '1795353600:p_7Qk', credential: 'c2VjcmV0' },
];

/** Every message a client may send, at least once, and the tricky spellings of them. */
export const VALID_CLIENT_FRAMES: readonly ValidFrame<ClientMessage>[] = [
  frame('hello with a token', { type: 'hello', token: 'eyJhbGciOi.J9.x' }),
  frame('hello with all fields', {
    type: 'hello',
    token: 'a.b.c',
    ticket: 'd.e.f',
    seen: 0,
    join: true,
    quiet: false,
    trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }),
  frame('hello with nothing', { type: 'hello' }),
  frame('join', { type: 'join' }),
  frame('join, quiet', { type: 'join', quiet: true }),
  frame('offer', { type: 'offer', ...at, sdp: SDP }),
  frame('answer', { type: 'answer', ...at, neg: 7, sdp: SDP }),
  frame('candidate', {
    type: 'candidate',
    ...at,
    candidate: { candidate: HOST, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'abcd' },
  }),
  frame('candidate with nulls, as browsers write them', {
    type: 'candidate',
    ...at,
    candidate: { candidate: HOST, sdpMid: null, sdpMLineIndex: null, usernameFragment: null },
  }),
  frame('candidate, the empty one of a generation', {
    type: 'candidate',
    ...at,
    candidate: { candidate: '', sdpMid: '0' },
  }),
  frame('candidate: no more, as text', { type: 'candidate', ...at, candidate: '' }),
  frame('candidate: no more, as null', { type: 'candidate', ...at, candidate: null }),
  frame('state', { type: 'state', rev: 0, audio: true, video: false, screen: false }),
  frame('recover by restart', {
    type: 'recover',
    epoch: 1,
    conn: 2,
    action: 'restart',
    reason: 'ice-failed',
  }),
  frame('recover by rebuild', { type: 'recover', epoch: 1, conn: 2, action: 'rebuild', reason: '' }),
  frame('probe', { type: 'probe', n: 0 }),
  frame('probe-ack', { type: 'probe-ack', n: Number.MAX_SAFE_INTEGER }),
  frame('ice', { type: 'ice' }),
  frame('report', {
    type: 'report',
    metrics: [
      { name: 'call_setup_time_ms', value: 412.5, labels: { browser: 'firefox' } },
      { name: 'quality_score', value: 5 },
    ],
  }),
  frame('report of nothing', { type: 'report', metrics: [] }),
  frame('leave', { type: 'leave' }),
  frame('leave with a reason', { type: 'leave', reason: 'hang-up' }),

  frame('white space everywhere', { type: 'probe', n: 1 }, ' \t\r\n{ "type" : "probe" , "n" : 1 } \n'),
  frame('unknown fields are dropped', { type: 'join' }, '{"type":"join","admin":true,"to":["everyone"]}'),
  frame(
    'of equal names the last counts',
    { type: 'probe', n: 2 },
    '{"n":1,"type":"join","type":"probe","n":2}',
  ),
  frame('`__proto__` is an unknown field', { type: 'join' }, '{"type":"join","__proto__":{"quiet":true}}'),
  frame('`constructor` is one too', { type: 'join' }, '{"type":"join","constructor":{"prototype":{"x":1}}}'),
  frame('names spelt with escapes', { type: 'join' }, '{"\\u0074ype":"jo\\u0069n"}'),
  frame(
    '`from` and `seq` of a client are dropped',
    { type: 'probe', n: 1 },
    '{"type":"probe","n":1,"from":"x","seq":5}',
  ),
  frame('a whole number written as a fraction', { type: 'probe', n: 1 }, '{"type":"probe","n":1.0}'),
  frame(
    'labels that every object has are dropped',
    { type: 'report', metrics: [{ name: 'a', value: 1, labels: {} }] },
    '{"type":"report","metrics":[{"name":"a","value":1,"labels":{"__proto__":"x","constructor":"y"}}]}',
  ),
  frame('NUL in free text', { type: 'leave', reason: 'a\0b' }),
  frame('a lone surrogate in free text', { type: 'leave', reason: '\ud800' }),
  frame(
    'deep nesting in a field nobody reads',
    { type: 'join' },
    `{"type":"join","x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  ),
];

const HUGE = 'x'.repeat(40 * 1024);

/** Frames no decoder of either direction accepts. */
const INVALID_FRAMES: readonly InvalidFrame[] = [
  { name: 'nothing', text: '', why: 'not-json' },
  { name: 'the heartbeat, which is no message', text: 'ping', why: 'not-json' },
  { name: 'half a frame', text: '{"type":"join"', why: 'not-json' },
  { name: 'two frames', text: '{"type":"join"}{"type":"join"}', why: 'not-json' },
  { name: 'a byte order mark', text: '\ufeff{"type":"join"}', why: 'not-json' },
  { name: 'NaN', text: '{"type":"probe","n":NaN}', why: 'not-json' },
  { name: 'a comment', text: '{"type":"join"/**/}', why: 'not-json' },
  { name: 'a raw line end in a string', text: '{"type":"leave","reason":"a\nb"}', why: 'not-json' },
  { name: 'a deep array that never closes', text: '['.repeat(60_000), why: 'not-json' },
  { name: 'a deep array', text: '['.repeat(30_000) + ']'.repeat(30_000), why: 'not-a-message' },
  { name: 'null', text: 'null', why: 'not-a-message' },
  { name: 'a number', text: '1', why: 'not-a-message' },
  { name: 'text', text: '"join"', why: 'not-a-message' },
  { name: 'an array', text: '[]', why: 'not-a-message' },
  { name: 'an array with a message', text: '[{"type":"join"}]', why: 'not-a-message' },
  { name: 'no type', text: '{}', why: 'not-a-message' },
  { name: 'a type by way of `__proto__`', text: '{"__proto__":{"type":"join"}}', why: 'not-a-message' },
  { name: 'an unknown type', text: '{"type":"shutdown"}', why: 'not-a-message' },
  { name: 'a type every object has', text: '{"type":"constructor"}', why: 'not-a-message' },
  { name: 'the type `__proto__`', text: '{"type":"__proto__"}', why: 'not-a-message' },
  { name: 'a type with NUL', text: '{"type":"join\\u0000"}', why: 'not-a-message' },
  { name: 'a type in capitals', text: '{"type":"JOIN"}', why: 'not-a-message' },
  { name: 'a type that is an array', text: '{"type":["join"]}', why: 'not-a-message' },
  {
    name: 'a frame larger than a frame may be',
    text: `{"type":"join","x":"${'x'.repeat(65 * 1024)}"}`,
    why: 'too-large',
  },
];

const bad = (name: string, message: unknown): InvalidFrame => ({
  name,
  text: typeof message === 'string' ? message : JSON.stringify(message),
  why: 'not-a-message',
});

/** Wrong in what a message of either direction holds; `more` are the members its direction adds. */
function badRelayed(more: object): InvalidFrame[] {
  const offer = { type: 'offer', ...at, sdp: SDP, ...more };
  const candidate = { type: 'candidate', ...at, candidate: { candidate: HOST }, ...more };
  const state = { type: 'state', rev: 1, audio: true, video: true, screen: false, ...more };
  const recover = { type: 'recover', epoch: 1, conn: 1, action: 'restart', reason: '', ...more };
  return [
    ...[0, -1, 1.5, 2 ** 53, '1', true, null, [1], { valueOf: 1 }].map((epoch) =>
      bad(`offer of epoch ${JSON.stringify(epoch)}`, { ...offer, epoch }),
    ),
    bad('offer of epoch 1e999', JSON.stringify(offer).replace('"epoch":1', '"epoch":1e999')),
    bad('offer without epoch', { ...offer, epoch: undefined }),
    bad('offer without conn', { ...offer, conn: undefined }),
    bad('offer without neg', { ...offer, neg: undefined }),
    bad('offer with an empty description', { ...offer, sdp: '' }),
    bad('offer with a huge description', { ...offer, sdp: HUGE }),
    bad('offer with a description that is an object', { ...offer, sdp: { toString: 'v=0' } }),
    bad('answer without description', { type: 'answer', ...at, ...more }),
    bad('candidate that is missing', { ...candidate, candidate: undefined }),
    bad('candidate that is text', { ...candidate, candidate: HOST }),
    bad('candidate without its line', { ...candidate, candidate: { sdpMid: '0' } }),
    bad('candidate with a long line', { ...candidate, candidate: { candidate: 'x'.repeat(1025) } }),
    bad('candidate of a negative section', {
      ...candidate,
      candidate: { candidate: HOST, sdpMLineIndex: -1 },
    }),
    bad('candidate of section 0 as text', {
      ...candidate,
      candidate: { candidate: HOST, sdpMLineIndex: '0' },
    }),
    bad('candidate of a long section name', {
      ...candidate,
      candidate: { candidate: HOST, sdpMid: 'x'.repeat(17) },
    }),
    bad('state without video', { ...state, video: undefined }),
    bad('state with 1 for true', { ...state, audio: 1 }),
    bad('state of a negative revision', { ...state, rev: -1 }),
    bad('recover by magic', { ...recover, action: 'magic' }),
    bad('recover for a long reason', { ...recover, reason: 'x'.repeat(65) }),
    bad('recover without reason', { ...recover, reason: undefined }),
    bad('probe without number', { type: 'probe', ...more }),
    bad('probe-ack with a fraction', { type: 'probe-ack', n: 0.5, ...more }),
  ];
}

export const INVALID_CLIENT_FRAMES: readonly InvalidFrame[] = [
  ...INVALID_FRAMES,
  ...badRelayed({}),
  bad('a message of the service', { type: 'going-away', retryAfterMs: 0 }),
  bad('hello with an empty token', { type: 'hello', token: '' }),
  bad('hello with a huge token', { type: 'hello', token: HUGE }),
  bad('hello with null for a token', { type: 'hello', token: null }),
  bad('hello with a negative `seen`', { type: 'hello', seen: -1 }),
  bad('hello with text for a switch', { type: 'hello', join: 'on' }),
  bad('hello with a long trace', { type: 'hello', trace: 'x'.repeat(65) }),
  bad('join with 1 for true', { type: 'join', quiet: 1 }),
  bad('leave for a long reason', { type: 'leave', reason: 'x'.repeat(65) }),
  bad('report without metrics', { type: 'report' }),
  bad('report of too many metrics', {
    type: 'report',
    metrics: Array.from({ length: 33 }, () => ({ name: 'a', value: 1 })),
  }),
  bad('report of endless value', '{"type":"report","metrics":[{"name":"a","value":1e999}]}'),
  bad('report of a value in text', { type: 'report', metrics: [{ name: 'a', value: '1' }] }),
  bad('report of a long name', { type: 'report', metrics: [{ name: 'x'.repeat(65), value: 1 }] }),
  bad('report of a long label', {
    type: 'report',
    metrics: [{ name: 'a', value: 1, labels: { a: 'x'.repeat(65) } }],
  }),
  bad('report of too many labels', {
    type: 'report',
    metrics: [{ name: 'a', value: 1, labels: { a: '', b: '', c: '', d: '', e: '' } }],
  }),
];

const pairing = { epoch: 1, slot: 0 as const, polite: false };
const anna = { id: 'p_7Qk', name: 'Anna' };
const welcome = {
  type: 'welcome' as const,
  self: anna,
  room: { seats: 0 as const },
  iceServers: ICE,
  iceTtl: 3600,
  turn: 'ok' as const,
  relay: false,
  ticket: 'eyJ.t.x',
  graceMs: 90_000,
  now: 1_795_353_600_000,
};

/** Every message the service may send, at least once. */
export const VALID_SERVER_FRAMES: readonly ValidFrame<ServerMessage>[] = [
  frame('welcome', welcome),
  frame('welcome to a resumed seat', {
    ...welcome,
    self: { id: 'p_b2d' },
    room: { seats: 2, peer: { name: 'Anna' } },
    iceServers: [],
    turn: 'none',
    seat: { slot: 1, epoch: 3, callId: 'c_x81', trace: '00-1-2-01', peer: 'away' },
    resync: true,
  }),
  frame('welcome to a seat alone', {
    ...welcome,
    turn: 'unavailable',
    relay: true,
    seat: { slot: 0, epoch: 1, callId: 'c_x81', peer: null },
  }),
  frame('joined, the first', { type: 'joined', callId: 'c_x81', trace: '00-1-2-01', ...pairing }),
  frame('joined, the second', {
    type: 'joined',
    callId: 'c_x81',
    trace: '',
    epoch: 1,
    slot: 1,
    polite: true,
    peer: { ...anna, state: { rev: 1, audio: true, video: true, screen: false } },
    offer: { conn: 1, neg: 1, sdp: SDP },
  }),
  frame('room', { type: 'room', seats: 1, peer: { name: 'Anna' } }),
  frame('room, empty', { type: 'room', seats: 0 }),
  frame('room with a person without a name', { type: 'room', seats: 2, peer: {} }),
  frame('peer-joined', {
    type: 'peer-joined',
    ...pairing,
    callId: 'c_x81',
    trace: '00-1-2-01',
    peer: { id: 'p_b2d', name: 'Ben 👋' },
    offer: { conn: 1, neg: 1 },
  }),
  frame('peer-joined, handed no offer', {
    type: 'peer-joined',
    ...pairing,
    callId: 'c_x81',
    trace: '',
    peer: { id: 'p_b2d' },
    offer: null,
  }),
  ...(['left', 'lost', 'removed', 'replaced'] as const).map((reason) =>
    frame(`peer-left: ${reason}`, { type: 'peer-left' as const, ...pairing, epoch: 2, peer: anna, reason }),
  ),
  frame('peer-away', { type: 'peer-away', epoch: 1, peer: anna }),
  frame('peer-back', { type: 'peer-back', epoch: 1, peer: { id: 'p_7Qk' } }),
  frame('offer', { type: 'offer', ...at, sdp: SDP, ...stamped }),
  frame('answer', { type: 'answer', ...at, sdp: SDP, ...stamped }),
  frame('candidate', { type: 'candidate', ...at, candidate: { candidate: HOST, sdpMid: '0' }, ...stamped }),
  frame('candidate: no more', { type: 'candidate', ...at, candidate: '', ...stamped }),
  frame('state', { type: 'state', rev: 2, audio: false, video: true, screen: true, ...stamped }),
  frame('recover', { type: 'recover', epoch: 1, conn: 1, action: 'rebuild', reason: 'no-proof', ...stamped }),
  frame('probe', { type: 'probe', n: 1, ...stamped }),
  frame('probe-ack', { type: 'probe-ack', n: 1, ...stamped }),
  frame('ticket', { type: 'ticket', ticket: 'eyJ.t.y' }),
  frame('ice', { type: 'ice', iceServers: ICE, iceTtl: 0, turn: 'ok' }),
  ...(['room-full', 'not-seated', 'bad-message', 'too-many-candidates', 'rate-warning'] as const).map(
    (code) => frame(`error: ${code}`, { type: 'error' as const, code }),
  ),
  frame('error with all fields', {
    type: 'error',
    code: 'rate-warning',
    ref: 'candidate',
    retryAfterMs: 1000,
  }),
  frame('going-away', { type: 'going-away', retryAfterMs: 0 }),

  frame('unknown fields are dropped', { type: 'room', seats: 0 }, '{"type":"room","seats":0,"mood":"good"}'),
  frame(
    'forged stamps come first, so they do not count',
    { type: 'probe', n: 1, from: 'p_7Qk', seq: 9 },
    '{"type":"probe","from":"p_bad","seq":1,"n":1,"from":"p_7Qk","seq":9}',
  ),
];

export const INVALID_SERVER_FRAMES: readonly InvalidFrame[] = [
  ...INVALID_FRAMES,
  ...badRelayed(stamped),
  bad('a message of a client', { type: 'hello' }),
  bad('a relayed frame without stamp', { type: 'probe', n: 1 }),
  bad('a relayed frame from nobody', { type: 'probe', n: 1, from: '', seq: 1 }),
  bad('a relayed frame from markup', { type: 'probe', n: 1, from: '<b>', seq: 1 }),
  bad('a relayed frame of number nought', { type: 'probe', n: 1, from: 'p_7Qk', seq: 0 }),
  bad('welcome without ticket', { ...welcome, ticket: undefined }),
  bad('welcome with three seats', { ...welcome, room: { seats: 3 } }),
  bad('welcome with a nameless self', { ...welcome, self: { name: 'Anna' } }),
  bad('welcome with a very long name', { ...welcome, self: { id: 'p_7Qk', name: 'x'.repeat(129) } }),
  bad('welcome with too many ICE servers', {
    ...welcome,
    iceServers: Array.from({ length: 17 }, () => ({ urls: 'stun:a' })),
  }),
  bad('welcome with a number for an ICE address', { ...welcome, iceServers: [{ urls: 1 }] }),
  bad('welcome with another turn', { ...welcome, turn: 'maybe' }),
  bad('welcome to a third slot', { ...welcome, seat: { slot: 2, epoch: 1, callId: 'c_x81', peer: null } }),
  bad('joined without trace', { type: 'joined', callId: 'c_x81', ...pairing }),
  bad('joined with an offer without description', {
    type: 'joined',
    callId: 'c_x81',
    trace: '',
    ...pairing,
    offer: at,
  }),
  bad('peer-joined without offer', { type: 'peer-joined', ...pairing, callId: 'c', trace: '', peer: anna }),
  bad('peer-left for no reason', { type: 'peer-left', ...pairing, peer: anna }),
  bad('peer-left for an unknown reason', { type: 'peer-left', ...pairing, peer: anna, reason: 'bored' }),
  bad('error of an unknown code', { type: 'error', code: 'oops' }),
  bad('error with a negative delay', { type: 'error', code: 'rate-warning', retryAfterMs: -1 }),
  bad('going-away without delay', { type: 'going-away' }),
];
