// socket.io with rooms and one event, as its documentation shows it. No pings during the measurement, nobody else has any.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const { HOST, PORT } = process.env;
const http = createServer();
const io = new Server(http, { transports: ['websocket'], pingInterval: 864e5, serveClient: false });
io.on('connection', (socket) => {
  const { room } = socket.handshake.auth;
  socket.join(room);
  socket.on('signal', (message) => socket.to(room).emit('signal', message));
});
http.listen(Number(PORT), HOST);
