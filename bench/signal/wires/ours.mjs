// Ours, as a page speaks it: a real token in the hello, a welcome in the lobby, a seat on asking, then descriptions of the pair.

/** Read when it is needed: at the start of the program it may not be built yet. */
const SERVICE = '../../../packages/signal-worker/dist/index.mjs';

/** Of what a server says besides relayed messages, what the benchmark expects and need not answer. */
const NEWS = new Set(['ticket', 'room', 'peer-joined', 'peer-left', 'peer-away']);

export function oursWire(secret) {
  return {
    protocol: 'p2p-call.v1',
    lobby: true,
    async prepare(link) {
      const { mintToken } = await import(SERVICE);
      link.token = await mintToken(secret, { room: link.room, sub: `person-${link.index}`, ttl: 600 });
    },
    path: ({ room }) => `/v1/rooms/${room}`,
    onOpen: (link) => link.send(JSON.stringify({ type: 'hello', token: link.token })),
    onText(link, text) {
      const message = JSON.parse(text);
      if (message.type === 'welcome') link.reach('lobby');
      else if (message.type === 'joined') {
        link.epoch = message.epoch;
        link.reach('seated');
      } else if (!NEWS.has(message.type)) throw new Error(`unexpected: ${text.slice(0, 80)}`);
    },
    join: (link) => link.send('{"type":"join"}'),
    leave: (link) => link.send('{"type":"leave"}'),
    message: ({ index, epoch }, sdp) =>
      JSON.stringify({ type: index % 2 === 0 ? 'offer' : 'answer', epoch, conn: 1, neg: 1, sdp }),
  };
}
