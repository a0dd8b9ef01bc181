import type { Page } from '@playwright/test';
import { en } from '../src/i18n/en.js';
import { expect, test } from './support/fixtures.js';
import { button, expectPhase, meet, snapshotOf } from './support/person.js';
import { freePort, startTestService } from './support/service.js';

declare global {
  interface Window {
    /** What went out on the page's sockets, in order: frames, and `close <code>`. */
    e2eSent: string[];
  }
}

/**
 * Writes down what the page says to the service. In the page, since the protocol that drives a distribution's Firefox tells
 * nothing of sockets.
 */
function recordFrames(): void {
  window.e2eSent = [];
  const { send, close } = WebSocket.prototype;
  WebSocket.prototype.send = function (this: WebSocket, data) {
    if (this.readyState === WebSocket.OPEN) window.e2eSent.push(String(data));
    return send.call(this, data);
  };
  WebSocket.prototype.close = function (this: WebSocket, code, reason) {
    window.e2eSent.push(`close ${code}`);
    return close.call(this, code, reason);
  };
}

interface Frame {
  readonly type: string;
  readonly metrics?: readonly { name: string; value: number; labels?: Record<string, string> }[];
}

/** What the service exports of reports, but for the parts of its histograms; and those it did not take. */
const REPORTED =
  /^((call_setup_time_ms|turn_usage_ratio|recovery_time_ms)_count|(ice_restart|codec_selected|call_end|p2p_reports_dropped)_total)\b/;

const sentBy = (page: Page) => page.evaluate(() => window.e2eSent);

async function framesOf(page: Page): Promise<Frame[]> {
  return (await sentBy(page)).filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as Frame);
}

const metricsOf = async (page: Page) => (await framesOf(page)).flatMap(({ metrics = [] }) => metrics);

test.describe('what the widget reports of a call', () => {
  const once = 'setup, codec, relay and end, each once, the last before the socket is closed';
  test(once, { tag: '@mixed-pair' }, async ({ pair }) => {
    const { first, second } = pair;
    for (const person of [first, second]) await person.addInitScript(recordFrames);
    await pair.open();
    await meet(first, second);
    const beginnings: Awaited<ReturnType<typeof metricsOf>>[] = [];
    for (const person of [first, second]) {
      await expect
        .poll(async () => (await metricsOf(person)).map(({ name }) => name))
        .toEqual(['call_setup_time_ms', 'codec_selected_total']);
      const beginning = await metricsOf(person);
      const { total = 0 } = (await snapshotOf(person)).timings;
      expect(total).toBeGreaterThan(0);
      expect(beginning[0]?.value).toBeCloseTo(total, 2);
      expect(beginning[1]).toEqual({ name: 'codec_selected_total', value: 1, labels: { codec: 'VP8' } });
      beginnings.push(beginning);
    }
    const [ofFirst = [], ofSecond = []] = beginnings;
    const direct = { name: 'turn_usage_ratio', value: 0 };
    const left = { name: 'call_end_total', value: 1, labels: { reason: 'left' } };

    await button(second, en.ui.leave).click();
    await expectPhase(second, 'ended');
    expect(await metricsOf(second)).toEqual([...ofSecond, direct, left]);
    expect((await framesOf(second)).slice(-2).map(({ type }) => type)).toEqual(['leave', 'report']);
    expect((await sentBy(second)).at(-1)).toBe('close 1000');

    await expectPhase(first, 'waiting');
    await expect.poll(() => metricsOf(first)).toEqual([...ofFirst, direct]);
    await button(first, en.ui.leave).click();
    await expectPhase(first, 'ended');
    expect(await metricsOf(first)).toEqual([...ofFirst, direct, left]);
  });

  test('the service counts the word of both', async ({ pair: { first, second, room } }) => {
    const port = await freePort();
    const service = await startTestService({ METRICS_PORT: String(port) });
    const countsOf = async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => REPORTED.test(line) && !line.endsWith(' 0'))
        .sort();
    };
    try {
      for (const person of [first, second]) await person.goto(`${service.url}/?room=${room}&resolution=360p`);
      await meet(first, second);
      await expect
        .poll(countsOf)
        .toEqual(['call_setup_time_ms_count 2', 'codec_selected_total{codec="VP8"} 2']);
      for (const person of [second, first]) {
        await button(person, en.ui.leave).click();
        await expectPhase(person, 'ended');
      }
      await expect
        .poll(countsOf)
        .toEqual([
          'call_end_total{reason="left"} 2',
          'call_setup_time_ms_count 2',
          'codec_selected_total{codec="VP8"} 2',
          'turn_usage_ratio_count 2',
        ]);
    } finally {
      await service.stop();
    }
  });

  test('a call that never came about: nothing', async ({ pair }) => {
    const { first } = pair;
    await first.addInitScript(recordFrames);
    await pair.open(first);
    await button(first, 'Join').click();
    await expectPhase(first, 'waiting');
    await button(first, en.ui.leave).click();
    await expectPhase(first, 'ended');
    expect((await sentBy(first)).at(-1)).toBe('close 1000');
    expect(await metricsOf(first)).toEqual([]);
  });
});
