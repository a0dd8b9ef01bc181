import type { Effect } from '../core/effects.js';
import type { TimerName } from '../core/inputs.js';
import { messageOf, newsOf, type Step, type Story, type World } from './machine-story.js';
import { MachinePlayer } from './machine-player.js';
import { checkSerialisable, MachineRules } from './machine-rules.js';

/** Of what one step brings about, so much is played; two who answer each other would never end. */
const REACTIONS = 200;

/** Plays a story to a machine, under the rules. */
export function playStory({ opening, slot, steps }: Story): MachinePlayer {
  const player = new MachinePlayer();
  const hasStrays = steps.some((step) => step.do === 'stray');
  new MachineRules(player, hasStrays);
  if (opening === 'connected') player.connected(slot);
  else if (opening === 'connecting') player.connecting(slot);
  else if (opening !== 'page') player[opening]();
  player.clear();
  for (const step of steps) {
    play(player, step);
    checkSerialisable(player.state);
    player.clear();
  }
  return player;
}

function play(player: MachinePlayer, step: Step): void {
  switch (step.do) {
    case 'input':
      return void player.input(step.input);
    case 'hear':
      return void player.hear(messageOf(player, step), step.odd % 2 === 0);
    case 'news':
      return void player.input(newsOf(player, step));
    case 'stray':
      return void player.input({ type: 'timer', name: step.name });
    case 'sleep':
      player.now += step.ms;
      return passTime(player, 0, null);
    case 'next': {
      const [next] = due(player, Infinity);
      if (next) fire(player, next);
      return;
    }
    case 'pass':
      return passTime(player, step.ms, step.world);
  }
}

type Due = readonly [TimerName, number];

const due = ({ timers }: MachinePlayer, until: number): Due[] =>
  [...timers].filter(([, at]) => at <= until).sort((a, b) => a[1] - b[1]);

function fire(player: MachinePlayer, [name, at]: Due): readonly Effect[] {
  player.timers.delete(name);
  player.now = Math.max(player.now, at);
  return player.input({ type: 'timer', name });
}

/** Timers fire in order, and the world answers. */
function passTime(player: MachinePlayer, ms: number, world: World | null): void {
  const until = player.now + ms;
  for (let [next] = due(player, until); next; [next] = due(player, until)) {
    const effects = fire(player, next);
    if (world) answer(player, effects, world);
  }
  player.now = until;
}

function answer(player: MachinePlayer, first: readonly Effect[], world: World): void {
  const open = [...first];
  for (let n = 0; n < REACTIONS; n++) {
    const effect = open.shift();
    if (!effect) return;
    open.push(...react(player, effect, world));
  }
}

function react(player: MachinePlayer, effect: Effect, world: World): readonly Effect[] {
  const { link, seat } = player.state;
  const { bytes, peer, browser } = world;
  if (effect.type === 'link-measure' && link && bytes !== 'none')
    return player.link({ type: 'link-bytes', bytes: link.bytes + (bytes === 'grow' ? 50 : 0) });
  if (browser && effect.type === 'link-offer') {
    const { neg } = effect;
    const made = player.link({ type: 'link-described', kind: 'offer', neg, sdp: `o${neg}` }, effect.link);
    if (!peer || !link || !seat) return made;
    const position = { epoch: seat.epoch, conn: link.conn, neg, sdp: `a${neg}` };
    return [...made, ...player.hear({ type: 'answer', ...position, from: 'p_b', seq: 1 })];
  }
  if (browser && effect.type === 'link-accept-answer')
    return [...player.link({ type: 'link-settled', neg: effect.neg }, effect.link), ...join(player, world)];
  if (browser && effect.type === 'link-accept-offer') {
    const { neg } = effect;
    const made = player.link({ type: 'link-described', kind: 'answer', neg, sdp: `a${neg}` }, effect.link);
    return [...made, ...join(player, world)];
  }
  return peer && effect.type === 'send' ? reply(player, effect.message) : [];
}

/** The connection comes about. */
function join(player: MachinePlayer, { bytes }: World): readonly Effect[] {
  if (bytes !== 'grow') return [];
  return [
    ...player.link({ type: 'link-transport', transport: 'connected' }),
    ...player.link({ type: 'link-channel', open: true }),
  ];
}

/** The other page answers. */
function reply(player: MachinePlayer, message: (Effect & { type: 'send' })['message']): readonly Effect[] {
  const from = { from: 'p_b', seq: 1 };
  const { seat, link } = player.state;
  if (message.type === 'probe') return player.hear({ type: 'probe-ack', n: message.n, ...from });
  if (message.type !== 'recover' || !seat) return [];
  const isRestart = message.action === 'restart' && link !== null;
  const conn = isRestart ? link.conn : message.conn + 1;
  const neg = isRestart ? link.neg + 1 : 1;
  return player.hear({ type: 'offer', epoch: seat.epoch, conn, neg, sdp: `o${conn}.${neg}`, ...from });
}
