// What people see while a call is broken and mended. Each of these states lasts for seconds in a network that is cut; here a
// real call is told that it is in one, so that all of them can be looked at in peace.
import { setTimeout as delay } from 'node:timers/promises';
import { until } from './demo.mjs';

const AWAY = { peer: { here: false } };
const SELF_AWAY = { signaling: 'resuming' };
const trying = (step, attempt) => ({
  phase: 'recovering',
  media: step === 'restart' ? 'restarting' : 'rebuilding',
  recovery: { step, attempt, sinceMs: attempt * 4_000 },
});
const over = (reason, code) => ({ phase: 'ended', reason, media: 'none', error: { code, message: code } });

/** What differs from a healthy call, by the name of the state. */
const STATES = {
  'unstable-between': { phase: 'unstable', media: 'stalled' },
  'unstable-self': { phase: 'unstable', media: 'stalled', ...SELF_AWAY },
  'unstable-peer': { phase: 'unstable', media: 'stalled', ...AWAY },
  'restart-first': trying('restart', 1),
  'rebuild-first': trying('rebuild', 1),
  'rebuild-later': trying('rebuild', 2),
  'relay-first': trying('relay', 1),
  'relay-later': trying('relay', 3),
  'relay-tcp-first': trying('relay-tcp', 1),
  'relay-tcp-later': trying('relay-tcp', 5),
  'recovering-self': { ...trying('rebuild', 2), ...SELF_AWAY },
  'recovering-peer': { ...trying('rebuild', 2), ...AWAY },
  'signaling-lost': SELF_AWAY,
  'peer-away': AWAY,
  'sound-only': { peer: { video: false }, camera: { on: false, problem: 'negotiation-failed' } },
  'connecting-slow': { ...trying('rebuild', 1), phase: 'connecting' },
  'waiting-after-lost': { phase: 'waiting', media: 'none', ...AWAY },
  'waiting-self': { phase: 'waiting', media: 'none', peer: null, ...SELF_AWAY },
  'ended-own-network': over('connection-lost', 'signaling-unreachable'),
  'ended-no-path': over('connection-lost', 'ice-failed'),
  'ended-incompatible': over('incompatible', 'negotiation-failed'),
};

/** Runs in the page. `change`: what to show instead of the truth; `null`: the truth again. */
function pretend(change) {
  const call = document.querySelector('p2p-call');
  delete call.snapshot;
  const { snapshot } = call;
  const merged = { ...snapshot };
  for (const [name, value] of Object.entries(change ?? {})) {
    const isPart = value !== null && typeof value === 'object' && snapshot[name] !== null;
    merged[name] = isPart ? { ...snapshot[name], ...value } : value;
  }
  if (change !== null) Object.defineProperty(call, 'snapshot', { value: merged, configurable: true });
  call.requestUpdate();
}

const wordsOf = (page) =>
  page.evaluate(() => {
    const status = document.querySelector('p2p-call').shadowRoot.querySelector('p2p-call-status');
    return status.shadowRoot.querySelector('.overlay').textContent.trim();
  });

/** @param me somebody in a call whose picture is there; after this, still in it */
export async function* mendingOf(me) {
  for (const [name, change] of Object.entries(STATES)) {
    await me.page.evaluate(pretend, null);
    await until('a calm call', async () => (await wordsOf(me.page)) === '');
    // So that a frozen picture is one of the call.
    await me.seesPicture();
    await me.page.evaluate(pretend, change);
    await until(`words for ${name}`, async () => (await wordsOf(me.page)) !== '');
    // A banner may join a panel that is there at once; and all of it fades in.
    await delay(name === 'waiting-self' ? 3_500 : 1_200);
    yield [`mending-${name}`, me];
  }
  await me.page.evaluate(pretend, null);
}
