// A call begins, whatever stands between the two people.
import { expect, startCall, test } from './support/fixtures.js';
import { expectClean, expectDirect, expectRelayed, pathOf, pathsOf } from './support/paths.js';
import type { Lab } from './lab/lab.js';

/**
 * A line with no delay at all is none: TCP and TLS cost nothing there, so relays over them are found before the direct way,
 * and Firefox keeps to the first pair that works (one in eight calls of two Firefoxes at 0 ms).
 */
const USUAL = { delayMs: 10 };

/** Begins a call, prints how long that took, and looks whether one offer was enough. */
async function begin(lab: Lab, what: string): Promise<void> {
  const { connectedMs, flows } = await startCall(lab);
  const { a, b } = await pathsOf(lab);
  const way = (path: typeof a): string =>
    `${path?.local}${path?.relayProtocol ? `/${path.relayProtocol}` : ''}`;
  console.log(
    `  ${what}: connected after ${connectedMs} ms, media after ${Math.max(flows.a, flows.b)} ms; ${way(a)} – ${way(b)}`,
  );
  await expectClean(lab);
}

test('plain NATs: a direct call', async ({ lab }) => {
  await lab.reset(USUAL);
  await begin(lab, 'plain');
  await expectDirect(lab);
  expect(lab.offersSent).toEqual({ a: 1, b: 0 });
});

test('plain NATs, 100 ms there and back', async ({ lab }) => {
  await lab.reset({ delayMs: 25 });
  await begin(lab, 'plain, 100 ms');
  await expectDirect(lab);
  expect(lab.offersSent).toEqual({ a: 1, b: 0 });
});

test('symmetric NATs at both: through the relay', async ({ lab }) => {
  await lab.reset({ ...USUAL, nat: 'symmetric' });
  await begin(lab, 'symmetric');
  await expectRelayed(lab);
});

test('UDP blocked at one: through the relay over TCP', async ({ lab }) => {
  await lab.reset(USUAL);
  lab.home.a.block('udp');
  await begin(lab, 'no UDP');
  await expectRelayed(lab);
  expect((await pathOf(lab.home.a.page))?.relayProtocol).toMatch(/^(tcp|tls)$/);
});

test('nothing but TCP 443 at one: through the relay over TLS', async ({ lab }) => {
  await lab.reset(USUAL);
  lab.home.a.allowOnly443();
  await begin(lab, 'only 443');
  await expectRelayed(lab);
  expect((await pathOf(lab.home.a.page))?.relayProtocol).toBe('tls');
});
