// PeerJS as its guide shows it: both have a peer that is open; who waits answers, who joins calls.
import { Peer } from 'peerjs';
import { isWaiting, offerBench, query } from './bench-page.js';
import { openCamera } from './camera.js';
import { addPlayers } from './players.js';

const idOf = (role) => `${query.room}-${role}`;
let stream = null;
let players = null;
let peer = null;

const follow = (call) => call.on('stream', (remote) => players.show(remote));

async function prepare() {
  stream = await openCamera();
  players = addPlayers(stream);
  peer = new Peer(idOf(query.role), {
    host: location.hostname,
    port: Number(query.peerjs),
    path: '/',
    config: { iceServers: [] },
  });
  if (isWaiting) {
    peer.on('call', (call) => {
      call.answer(stream);
      follow(call);
    });
  }
  await new Promise((resolve, reject) => {
    peer.on('open', resolve);
    peer.on('error', reject);
  });
}

offerBench(prepare, () => follow(peer.call(idOf('waits'), stream)));
