// simple-peer over a bare relay, after the example in its README: who waits has made its peer and listens, who joins is the
// initiator. The other way round (who joins says so, who waits then makes the offer) costs one more way through the relay.
import SimplePeer from 'simple-peer/simplepeer.min.js';
import { isWaiting, offerBench, query } from './bench-page.js';
import { openCamera } from './camera.js';
import { addPlayers } from './players.js';

let stream = null;
let players = null;
let socket = null;

function startPeer(initiator) {
  const peer = new SimplePeer({ initiator, stream, trickle: true, config: { iceServers: [] } });
  peer.on('signal', (signal) => socket.send(JSON.stringify(signal)));
  peer.on('stream', (remote) => players.show(remote));
  // It throws what nobody listens to.
  peer.on('error', (error) => console.error(error));
  socket.onmessage = ({ data }) => peer.signal(JSON.parse(data));
}

async function prepare() {
  stream = await openCamera();
  players = addPlayers(stream);
  socket = new WebSocket(`${query.relay}/${query.room}`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('no relay'));
  });
  if (isWaiting) startPeer(false);
}

offerBench(prepare, () => startPeer(true));
