import { offerAnew } from './link.js';
import { reopenDevices } from './lost-device.js';
import { probeNow } from './recovery.js';
import type { Turn } from './turn.js';

/** The page came to the front or the network changed: what is being waited for may be there now. */
export function handleWake(turn: Turn, network: boolean): void {
  if (network) turn.set({ networkAt: turn.now });
  probeNow(turn);
  reopenDevices(turn, true);
  const { link, peer, phase } = turn.state;
  // A stored offer names addresses of the network that we left.
  if (network && phase === 'waiting' && peer === null) return offerAnew(turn);
  if (link?.channel === 'open') turn.do({ type: 'link-measure', link: link.id });
}
