// The two bare servers share this much: a room is an address, and whatever one says in it the other hears.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';

/** @param onMessage (data, other) → passes it on */
export async function serveRooms(onMessage) {
  const { HOST, PORT } = process.env;
  const server = new WebSocketServer({ host: HOST, port: Number(PORT), clientTracking: false });
  const rooms = new Map();
  server.on('connection', (socket, { url }) => {
    const room = rooms.get(url) ?? new Set();
    rooms.set(url, room.add(socket));
    socket.on('message', (data) => {
      for (const other of room) if (other !== socket) onMessage(data, other);
    });
    socket.on('close', () => {
      room.delete(socket);
      if (room.size === 0) rooms.delete(url);
    });
    socket.on('error', () => socket.terminate());
  });
  await once(server, 'listening');
}
