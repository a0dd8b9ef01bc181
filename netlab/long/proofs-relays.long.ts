// A call has to change to the relay in the middle, by whatever is left; and what opens the relay is of no use after a while.
import type { Page } from '@playwright/test';
import { expectTogether } from '../../packages/widget/e2e/support/together.js';
import { SERVER } from '../lab/addresses.js';
import { expect, seconds, test } from '../support/fixtures.js';
import { expectClean, expectDirect, expectRelayed, pathOf } from '../support/paths.js';
import { ONLY, call, callHere, expectTrue, ms, prove, worst } from './support/proof.js';
import { meansOf } from './support/watch.js';

const RELAY_WITHIN_MS = 8_000;

test.describe('a firewall comes up in the middle of a call', () => {
  const WALLS = [
    ['UDP is blocked', 'udp', /^(udp|tcp|tls)$/],
    ['nothing is left but TCP 443', 'only443', /^tls$/],
  ] as const;
  for (const [what, block, protocol] of WALLS) {
    test(what, ({ lab, media }) =>
      prove(
        lab,
        { what: `${what} in the middle of a call`, bound: `through the relay within ${RELAY_WITHIN_MS} ms` },
        async () => {
          const { watch } = await call(lab);
          await expectDirect(lab);
          lab.home.b.block(block);
          const since = performance.now();
          await media.stopsBothWays({ within: 2_000 });
          const stopped = performance.now() - since;
          const back = await media.flowsBothWays({ within: RELAY_WITHIN_MS - stopped });
          await expectTogether(lab.homes);
          await expectRelayed(lab);
          const path = await pathOf(lab.home.b.page);
          if (path?.relayProtocol !== null) expect(path?.relayProtocol).toMatch(protocol);
          else expect(path.remote).toBe('relay');
          await expectTrue(watch);
          await expectClean(lab);
          return `${ms(stopped + worst(back))}, by ${meansOf(await watch.seen())}`;
        },
      ),
    );
  }
});

/** Names and passwords for the relay that a page's newest connection has. */
const serversOf = (page: Page): Promise<RTCIceServer[]> =>
  page.evaluate(() => {
    const connection = [...window.e2eProbe.connections].at(-1);
    return structuredClone(connection?.getConfiguration().iceServers ?? []);
  });
const namesOf = (servers: readonly RTCIceServer[]): string[] =>
  servers.flatMap(({ username }) => username ?? []);

/** Whether the relay lets somebody in with these, asked in a connection of its own. */
const opensRelay = (page: Page, { username, credential }: RTCIceServer): Promise<boolean> =>
  page.evaluate(
    async ([turn, name, word]) => {
      const servers = [{ urls: `turn:${turn}:3478?transport=udp`, username: name, credential: word }];
      const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' });
      const found = new Promise<boolean>((resolve) => {
        connection.onicecandidate = ({ candidate }) => {
          if (candidate?.type === 'relay') resolve(true);
        };
        connection.onicegatheringstatechange = () => {
          if (connection.iceGatheringState === 'complete') resolve(false);
        };
      });
      connection.createDataChannel('relay');
      await connection.setLocalDescription();
      const isFound = await found;
      connection.close();
      window.e2eProbe.connections.delete(connection);
      return isFound;
    },
    [SERVER.turn, username ?? '', credential ?? ''] as const,
  );

const LIFE_S = 60;

const expired = 'relayed, with names for the relay that have expired: the address changes after that';
test(expired, { tag: [ONLY.cf] }, ({ lab, media }) => {
  test.setTimeout(200_000);
  return prove(
    lab,
    { what: expired, bound: 'media never stops when they expire, and is back within 15000 ms' },
    async () => {
      await lab.reset({ delayMs: 10, nat: 'symmetric' });
      // Before the pages come: they keep the servers that they are given for half of their life.
      await lab.server.restartService({ TURN_TTL: String(LIFE_S) });
      const { watch } = await callHere(lab);
      await expectRelayed(lab);
      const { page } = lab.home.b;
      const old = (await serversOf(page)).find(({ username }) => username !== undefined);
      if (old === undefined) throw new Error('no names for the relay');
      expect(await opensRelay(page, old), 'the name opens the relay while it is young').toBe(true);
      await seconds(LIFE_S + 10);
      expect(await opensRelay(page, old), 'the old name opens the relay').toBe(false);
      const { a, b } = await media.during(2_000);
      expect(Math.min(a.frames, b.frames), 'frames after they expired').toBeGreaterThan(5);
      // What the relay knows the call by is gone, too: it has to be asked again.
      await lab.home.b.cut();
      lab.home.b.changeAddress('outside');
      await seconds(5);
      await lab.home.b.mend();
      const back = await media.flowsBothWays({ within: 15_000 });
      await expectTogether(lab.homes);
      await expectRelayed(lab);
      expect(namesOf(await serversOf(page))).not.toContain(old.username);
      await expectTrue(watch);
      return `${ms(worst(back))}, by ${meansOf(await watch.seen())}`;
    },
  );
});
