import { CallError } from './errors.js';
import { backToLobby } from './ending.js';
import { askForIceServers } from './ice-servers.js';
import type { TimerName } from './inputs.js';
import { handleNoAnswer, handleOfferTime, offerAnew } from './link.js';
import { reopenDevices } from './lost-device.js';
import { BEAT_MS, WATCH_CLOSELY_MS, WATCH_MS } from './on-link.js';
import { handlePauseOver, losePath, probe } from './recovery.js';
import { handleStepOver } from './steps.js';
import type { Turn } from './turn.js';

export function handleTimer(turn: Turn, name: TimerName): void {
  const { link, phase } = turn.state;
  switch (name) {
    case 'join':
      return phase === 'joining' ? handleJoinTimeout(turn) : undefined;
    case 'offer-age':
      // A stored offer grows stale: addresses change, and the service forgets it.
      return phase === 'waiting' && turn.state.seat?.slot === 0 ? offerAnew(turn) : undefined;
    case 'offer':
      return handleOfferTime(turn);
    case 'answer':
      return handleNoAnswer(turn);
    case 'connect':
      return phase === 'connecting' ? losePath(turn, true) : undefined;
    case 'watch':
      if (!link) return;
      turn.start('watch', turn.state.recovery ? WATCH_CLOSELY_MS : WATCH_MS);
      return turn.do({ type: 'link-measure', link: link.id });
    case 'beat':
      if (!link) return;
      turn.start('beat', BEAT_MS);
      turn.set({ beats: turn.state.beats + 1 });
      return turn.do({ type: 'link-send', link: link.id, message: { type: 'beat', n: turn.state.beats } });
    case 'probe':
      return probe(turn);
    case 'pause':
      return handlePauseOver(turn);
    case 'step':
      return handleStepOver(turn);
    case 'ice':
      return askForIceServers(turn);
    case 'reopen':
      return reopenDevices(turn, false);
  }
}

function handleJoinTimeout(turn: Turn): void {
  // The service may be slow rather than deaf: no seat is to be held for somebody who went back.
  turn.send({ type: 'leave' });
  backToLobby(turn, new CallError('signaling-unreachable', { detail: 'no seat in time' }));
}
