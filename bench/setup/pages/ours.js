// Our element as a site uses it. The first person has joined and waits; the second has opened the camera in the lobby.
import { isWaiting, offerBench, query } from './bench-page.js';

let call = null;

function loadElement() {
  const script = document.createElement('script');
  script.src = query.element;
  const loaded = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error('the element did not load'));
  });
  document.head.append(script);
  return loaded;
}

/** `test` of the element's snapshot, looked at again and again: the snapshot has no event for everything. */
async function until(test) {
  while (!test(call.snapshot)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function prepare() {
  await loadElement();
  call = document.createElement('p2p-call');
  call.setAttribute('signaling-url', query.ours);
  call.setAttribute('room', query.room);
  call.setAttribute('token-url', `token?sub=${query.role}`);
  document.querySelector('main').append(call);
  await call.preview();
  await until(({ signaling }) => signaling === 'open');
  if (!isWaiting) return;
  await call.join();
  await until(({ phase }) => phase === 'waiting');
}

offerBench(prepare, () => void call.join());
