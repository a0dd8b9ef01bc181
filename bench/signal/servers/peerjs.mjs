// peerjs-server as its own command starts it. What would end the load (so many people, silent for so long) is lifted.
import { PeerServer } from 'peer';

const { HOST, PORT } = process.env;
PeerServer({ host: HOST, port: Number(PORT), path: '/', concurrent_limit: 1e6, alive_timeout: 864e5 });
