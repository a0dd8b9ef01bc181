// Engine.IO 4 and Socket.IO 5 as their client speaks them over a WebSocket: the digits are the two layers' packet types.
const ENGINE_OPEN = '0';
const ENGINE_PING = '2';
const CONNECT = '40';
const EVENT = '42';

export const socketIoWire = {
  protocol: null,
  lobby: false,
  path: () => '/socket.io/?EIO=4&transport=websocket',
  onOpen: () => undefined,
  onText(link, text) {
    if (text.startsWith(CONNECT)) link.reach('seated');
    else if (text.startsWith(ENGINE_OPEN)) link.send(`${CONNECT}${JSON.stringify({ room: link.room })}`);
    else if (text === ENGINE_PING) link.send('3');
    else throw new Error(`unexpected: ${text.slice(0, 80)}`);
  },
  message: ({ index }, sdp) =>
    `${EVENT}${JSON.stringify(['signal', { type: index % 2 === 0 ? 'offer' : 'answer', sdp }])}`,
};
