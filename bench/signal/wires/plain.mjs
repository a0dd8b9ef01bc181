// The two bare servers: whoever opens a room's address is in it. They are sent the very text that ours is sent.

export const plainWire = {
  protocol: null,
  lobby: false,
  path: ({ room }) => `/${room}`,
  onOpen: (link) => link.reach('seated'),
  onText: (_link, text) => {
    throw new Error(`unexpected: ${text.slice(0, 80)}`);
  },
  message: ({ index }, sdp) =>
    JSON.stringify({ type: index % 2 === 0 ? 'offer' : 'answer', epoch: 1, conn: 1, neg: 1, sdp }),
};
