// What the PeerJS client says: an identity of its own choice in the address, then messages for the other's identity.
const nameOf = (room, index) => `${room}-${index % 2}`;

export const peerjsWire = {
  protocol: null,
  lobby: false,
  path: ({ room, index }) =>
    `/peerjs?key=peerjs&id=${nameOf(room, index)}&token=${(index + 1e9).toString(36)}&version=1.5.5`,
  onOpen: () => undefined,
  onText(link, text) {
    const { type } = JSON.parse(text);
    if (type === 'OPEN') link.reach('seated');
    else throw new Error(`unexpected: ${text.slice(0, 80)}`);
  },
  message: ({ room, index }, sdp) =>
    JSON.stringify({
      type: 'OFFER',
      payload: { sdp: { type: 'offer', sdp }, type: 'media', connectionId: 'mc_k3v9q2x7d1b' },
      dst: nameOf(room, index ^ 1),
    }),
};
