// Every state a person can find the element in, as short stories. A story yields `[state, person]` each time there is
// something to look at, and ends for itself what it began.
import { setTimeout as delay } from 'node:timers/promises';
import { Person, startDemo, until } from './demo.mjs';
import { mendingOf } from './mending.mjs';

/** Two browsers that encode and decode on one machine: a small picture is enough to look at. */
const SMALL = { resolution: '360p', 'frame-rate': '15' };
const NAMES = ['Mira Okafor', 'Jonas Lindqvist'];

let rooms = 0;

/** Runs in the page before its scripts: it can stop answering the other, and lose its connections. */
function troublemaker() {
  const connections = new Set();
  const { setRemoteDescription } = RTCPeerConnection.prototype;
  window.trouble = {
    isSilent: false,
    lose: () => connections.forEach((connection) => connection.close()),
  };
  RTCPeerConnection.prototype.setRemoteDescription = function (...given) {
    connections.add(this);
    return window.trouble.isSilent ? new Promise(() => {}) : setRemoteDescription.apply(this, given);
  };
}

const beSilent = (person) => person.page.evaluate(() => void (window.trouble.isSilent = true));

async function two({ first, second }, demo, query = {}) {
  const room = `pictures-${++rooms}`;
  const people = [await Person.in(first), await Person.in(second, { script: troublemaker })];
  for (const [index, person] of people.entries()) {
    await person.open(demo, { ...SMALL, room, 'display-name': NAMES[index], ...query });
  }
  return people;
}

async function meet(me, other) {
  await me.join();
  await me.is('waiting');
  await other.join();
  for (const person of [me, other]) await person.is('connected');
  await me.seesPicture();
}

async function one(browser, demo, { query = {}, ...options } = {}) {
  const me = await Person.in(browser, options);
  await me.open(demo, { ...SMALL, room: `pictures-${++rooms}`, 'display-name': NAMES[0], ...query });
  return me;
}

async function* lobby({ demo, ...browsers }) {
  const [me, other] = await two(browsers, demo);
  await me.is('lobby');
  yield ['lobby-closed', me];
  await me.ask('preview');
  await delay(1500);
  yield ['lobby-preview', me];
  await me.ask('setCamera', false);
  await me.is(({ camera }) => !camera.on);
  yield ['lobby-camera-off', me];
  await other.join();
  await me.is(({ room }) => room?.waitingName === NAMES[1]);
  yield ['lobby-someone-waits', me];
  await other.leave();
  await me.leave();
}

async function* lobbyDenied({ demo, denied }) {
  const me = await one(denied, demo);
  await me.is('lobby');
  await me.ask('preview');
  await me.fails('media-denied');
  yield ['lobby-denied', me];
  await me.leave();
}

async function* call({ demo, ...browsers }) {
  const [me, other] = await two(browsers, demo);
  await me.join();
  await me.is('waiting');
  await delay(1500);
  yield ['waiting', me];
  await beSilent(other);
  await other.join();
  await me.is('connecting');
  yield ['connecting', me];
  await me.leave();
  await other.leave();
}

async function* connected({ demo, ...browsers }) {
  const [me, other] = await two(browsers, demo);
  await meet(me, other);
  yield ['connected', me];
  await me.ask('setMicrophone', false);
  await me.ask('setCamera', false);
  await other.ask('setMicrophone', false);
  await other.ask('setCamera', false);
  await delay(800);
  yield ['connected-all-off', me];
  for (const device of ['setCamera', 'setMicrophone']) {
    await me.ask(device, true);
    await other.ask(device, true);
  }
  await me.seesPicture();
  await beSilent(other);
  await other.page.evaluate(() => window.trouble.lose());
  await me.is('recovering');
  yield ['recovering', me];
  await other.leave();
  await me.leave();
}

async function* mending({ demo, words, ...browsers }) {
  const [me, other] = await two(browsers, demo);
  await me.page.evaluate(words);
  await meet(me, other);
  yield* mendingOf(me);
  await other.leave();
  await me.leave();
}

async function* ended({ demo, ...browsers }) {
  const [me, other] = await two(browsers, demo);
  await meet(me, other);
  await other.ask('leave');
  await me.is('waiting');
  yield ['waiting-peer-left', me];
  yield ['ended-left', other];
  await me.leave();
  await other.leave();
}

async function* serviceDown(browsers) {
  const demo = await startDemo();
  const [me, other] = await two(browsers, demo);
  const late = await one(browsers.first, demo);
  await meet(me, other);
  await demo.stop();
  await me.is(({ signaling }) => signaling !== 'open');
  await delay(500);
  yield ['connected-service-down', me];
  await me.leave();
  await other.leave();
  await late.join();
  await late.fails('signaling-unreachable');
  yield ['lobby-service-down', late];
  await late.leave();
}

async function* sound({ demo, ...browsers }) {
  const [me, other] = await two(browsers, demo, { mode: 'audio' });
  await me.ask('preview');
  await me.is(({ microphone }) => microphone.deviceId !== null);
  yield ['audio-lobby', me];
  await me.join();
  await me.is('waiting');
  await other.join();
  await me.is('connected');
  yield ['audio-connected', me];
  await me.leave();
  await other.leave();
}

async function* refusals({ demo, first, second }) {
  const stuck = await one(first, demo);
  await stuck.page.route('**/v1/demo/token*', () => {});
  await stuck.page.reload();
  await stuck.join();
  await stuck.is('joining');
  await delay(500);
  yield ['joining', stuck];
  await stuck.leave();

  const strange = await one(first, demo);
  await strange.page.route('**/v1/demo/token*', (route) => route.fulfill({ status: 403 }));
  await strange.page.reload();
  await strange.fails('token-invalid');
  yield ['error-token-invalid', strange];
  await strange.page.evaluate(() => {
    document.querySelector('main').innerHTML = '<p2p-call></p2p-call>';
  });
  await strange.fails('config-invalid');
  yield ['error-config-invalid', strange];
  await strange.leave();

  const old = await one(first, demo, { script: () => delete window.RTCPeerConnection });
  await old.fails('unsupported-browser');
  yield ['error-unsupported', old];
  await old.leave();

  const [me, other] = await two({ first, second }, demo);
  await meet(me, other);
  const third = await Person.in(first);
  await third.page.goto(me.page.url());
  await third.join();
  await third.fails('room-full');
  yield ['lobby-room-full', third];
  for (const person of [third, other, me]) await person.leave();
}

async function* arabic({ demo, words, ...browsers }) {
  const [me, other] = await two(browsers, demo, { lang: 'ar' });
  for (const { page } of [me, other]) await page.evaluate(words);
  yield ['arabic-lobby', me];
  for (const person of [me, other]) await person.join();
  for (const person of [me, other]) await person.is('connected');
  await me.seesPicture();
  yield ['arabic-connected', me];
  await me.ask('leave');
  await me.is('ended');
  yield ['arabic-ended', me];
  await other.leave();
  await me.leave();
}

/** Of these each state is one sheet, with the other direction of writing on it. */
export const SHEETS = ['mending'];

export const STORIES = {
  lobby,
  lobbyDenied,
  call,
  connected,
  mending,
  ended,
  serviceDown,
  sound,
  refusals,
  arabic,
};

/** The README's picture. @returns the person to look at */
export async function bestMoment({ demo, first, second }) {
  const room = 'readme';
  const [me, other] = [await Person.in(first), await Person.in(second)];
  await me.open(demo, { room, 'display-name': NAMES[0], theme: 'light' });
  await other.open(demo, { room, 'display-name': NAMES[1] });
  await me.join();
  await other.join();
  for (const person of [me, other]) await person.is('connected');
  await me.seesPicture();
  // The first seconds are blurred: the sender finds out only then how much the line carries.
  await until('a sharp picture', () => me.pictureWidth().then((width) => width >= 960)).catch(() => {});
  await delay(6000);
  return me;
}
