// The bare relay that simple-peer needs: whatever one page of a room says, the other one hears. No more than what everybody
// writes who tries that library.
import { once } from 'node:events';
import { WebSocketServer } from './ws.mjs';

export async function startRelay(host) {
  const server = new WebSocketServer({ host, port: 0 });
  await once(server, 'listening');
  const rooms = new Map();
  server.on('connection', (socket, { url }) => {
    const room = rooms.get(url) ?? new Set();
    rooms.set(url, room.add(socket));
    socket.on('message', (data) => {
      for (const other of room) if (other !== socket) other.send(data.toString());
    });
    socket.on('close', () => {
      room.delete(socket);
      if (room.size === 0) rooms.delete(url);
    });
    socket.on('error', () => socket.terminate());
  });
  return {
    url: `ws://${host}:${server.address().port}`,
    close() {
      for (const socket of server.clients) socket.terminate();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
