// The two players of a page whose library shows nothing by itself.

function addPlayer(className) {
  const video = document.createElement('video');
  video.className = className;
  video.autoplay = true;
  video.playsInline = true;
  document.querySelector('main').append(video);
  return video;
}

export function addPlayers(ownStream) {
  const remote = addPlayer('remote');
  const self = addPlayer('self');
  self.muted = true;
  self.srcObject = ownStream;
  return {
    /** PeerJS tells of the same stream once per track; a player that is given it twice would start over. */
    show(stream) {
      if (remote.srcObject !== stream) remote.srcObject = stream;
    },
  };
}
