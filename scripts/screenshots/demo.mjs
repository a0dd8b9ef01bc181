// The built demo service on a free port, and people in it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../browser-options.mjs';
import { requireBrowsers } from '../browsers.mjs';

const PROGRAM = fileURLToPath(
  new URL('../../packages/signal-worker/bin/p2p-call-signal.mjs', import.meta.url),
);
const PATIENCE_MS = 20_000;

/** Starts the service. @returns where it is, and how to end it */
export async function startDemo() {
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    env: { ...process.env, DEMO: 'on', HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/\S+(?=\/\?room=)/.exec(line) ?? [];
    if (url === undefined) continue;
    clearTimeout(timer);
    child.stdout.resume();
    return {
      url,
      async stop() {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
  throw new Error('The service did not start: see above.');
}

/**
 * Starts a browser.
 * @param options `camera`: a file to show instead of the test pattern; `devices`: whether they are allowed
 */
export function startBrowser({ camera = null, devices = 'allowed' } = {}) {
  const args = CHROMIUM_FLAGS.map((flag) =>
    devices === 'denied' && flag === '--use-fake-ui-for-media-stream' ? `${flag}=deny` : flag,
  );
  return chromium.launch({
    executablePath: requireBrowsers().chromium.path,
    args: camera === null ? args : [...args, `--use-file-for-fake-video-capture=${camera}`],
  });
}

/** Waits until something holds. */
export async function until(what, holds) {
  for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await delay(50)) {
    if (Date.now() > deadline) throw new Error(`This took too long: ${what}`);
  }
}

/** A person in a page of their own. */
export class Person {
  constructor(page) {
    this.page = page;
  }

  /** Comes in a profile of their own. `script`: what runs in the page before anything else. */
  static async in(browser, { script, ...options } = {}) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      locale: 'en-US',
      ...options,
    });
    if (script !== undefined) await context.addInitScript(script);
    return new Person(await context.newPage());
  }

  open(demo, query) {
    return this.page.goto(`${demo.url}/?${new URLSearchParams({ 'self-view': 'corner', ...query })}`);
  }

  /** Calls a method of the element, without waiting for what comes of it: some wait for an answer that never comes. */
  ask(method, ...args) {
    return this.page.evaluate(
      ([name, given]) => {
        const call = document.querySelector('p2p-call');
        call[name](...given).catch(() => {});
      },
      [method, args],
    );
  }

  join() {
    return this.ask('join');
  }

  /** What the element knows of the call; of an error only its code. */
  snapshot() {
    return this.page.evaluate(() => {
      const { snapshot } = document.querySelector('p2p-call');
      const error = snapshot.error && { code: snapshot.error.code };
      return JSON.parse(JSON.stringify({ ...snapshot, error }));
    });
  }

  /** Waits until the call is as wanted: a phase, or a test of the snapshot. */
  is(wanted) {
    const test = typeof wanted === 'string' ? ({ phase }) => phase === wanted : wanted;
    return until(`the call is as wanted: ${wanted}`, async () => test(await this.snapshot()));
  }

  fails(code) {
    return this.is(({ error, microphone }) => [error?.code, microphone.problem].includes(code));
  }

  /** How wide the other person's picture is, in its own pixels; 0 while there is none. */
  pictureWidth() {
    return this.page.evaluate(() => {
      const stage = document.querySelector('p2p-call').shadowRoot.querySelector('p2p-call-stage');
      const video = stage?.shadowRoot.querySelector('[part~=remote-video]');
      return video?.checkVisibility() ? video.videoWidth : 0;
    });
  }

  /** The other person's picture is there, and has been for a moment: the first ones are blurred. */
  async seesPicture() {
    await until('a picture', async () => (await this.pictureWidth()) > 0);
    await delay(2000);
  }

  async leave() {
    await this.page.context().close();
  }
}
