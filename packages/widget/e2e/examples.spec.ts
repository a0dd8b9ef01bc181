// The pages in examples/ are what people copy: each is run here as its README says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/fixtures.js';
import { expectGrowingAudio, expectMovingVideo } from './support/media.js';
import { expectWords, meet } from './support/person.js';
import { freePort, startTestService } from './support/service.js';
import { JOIN_SECRET } from './support/tokens.js';

const HTML_SERVER = fileURLToPath(new URL('../../../examples/html/server.mjs', import.meta.url));

/** Starts an example's website. @returns where it is, and how to end it */
async function startWebsite(program: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
    if (url === undefined) continue;
    const stop = async () => {
      child.kill();
      await ended;
    };
    return { url, stop };
  }
  throw new Error(`${program} did not start`);
}

test('html: a page with a token endpoint of its own', async ({ pair, third }) => {
  const port = await freePort();
  const service = await startTestService({
    JOIN_SECRET,
    ALLOWED_ORIGINS: `http://localhost:${port}`,
    DEMO: 'off',
  });
  const website = await startWebsite(HTML_SERVER, {
    JOIN_SECRET,
    PORT: String(port),
    SIGNALING_URL: service.url,
  });
  try {
    const { first, second } = pair;
    // One after the other: the website numbers its visitors.
    for (const page of [first, second]) await page.goto(website.url);
    await meet(first, second);
    for (const person of [first, second]) {
      await expectMovingVideo(person);
      await expectGrowingAudio(person);
    }
    await expectWords(first, 'Person 2');

    const statusFor = (room: string) =>
      third.evaluate(
        async (asked) =>
          (await fetch('/p2p-token', { method: 'POST', body: JSON.stringify({ room: asked }) })).status,
        room,
      );
    await test.step('nobody gets a token for a room that the website does not know', async () => {
      await third.goto(website.url);
      expect(await statusFor('support-42')).toBe(200);
      expect(await statusFor('elsewhere')).toBe(403);
    });
  } finally {
    await website.stop();
    await service.stop();
  }
});

test('html: without the secret the website says what is missing, and does not start', async () => {
  const child = spawn(process.execPath, [HTML_SERVER], { env: { ...process.env, JOIN_SECRET: '' } });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(1);
  expect(said).toContain('JOIN_SECRET');
});
