// Where servers listen.
import { once } from 'node:events';
import { createServer } from 'node:http';

export const HOST = '127.0.0.1';

/** A port of the loopback address that nobody has right now; for servers that cannot say which one they were given. */
export async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
