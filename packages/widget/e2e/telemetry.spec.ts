import { networkInterfaces } from 'node:os';
import type { Page } from '@playwright/test';
import type { CallStats } from '../src/core/call-stats.js';
import { en } from '../src/i18n/en.js';
import { expect, test } from './support/fixtures.js';
import { button, callOf, expectPhase, meet, snapshotOf } from './support/person.js';
import {
  collectTelemetry,
  formsOf,
  leaksIn,
  logsOf,
  metricsOf,
  secretsOf,
  spansOf,
  toldBy,
} from './support/telemetry.js';
import { signToken } from './support/tokens.js';

type Call = HTMLElement & { getStats(): Promise<CallStats | null>; simulate(fault: string): void };

const statsOf = (page: Page) => callOf(page).evaluate((call) => (call as Call).getStats());
const names = (records: readonly { name: string }[]) => records.map(({ name }) => name);

async function expectSpan(page: Page, name: string): Promise<void> {
  await expect.poll(async () => names(await spansOf(page)), `the span ${name}`).toContain(name);
}

/**
 * From the frame that begins the setup to the event that ends it, as a page can measure it, ms. (The event `p2p-joined` comes after
 * the peer connection was made, which takes Firefox some 50 ms on a busy machine.)
 */
function measuredSetup(page: Page, beginning: 'joined' | 'peer-joined'): Promise<number> {
  return page.evaluate((type) => {
    const frame = window.e2eFrames.find(({ text }) => text.startsWith(`{"type":"${type}"`));
    const connected = window.e2eTold.find((told) => told.type === 'p2p-connected');
    return (connected?.at ?? NaN) - (frame?.at ?? NaN);
  }, beginning);
}

test.describe('what the element says of a call', () => {
  test(
    'setup, parts, trace, spans, codec and path agree with what can be measured',
    { tag: '@every-pair' },
    async ({ pair }) => {
      const { first, second } = pair;
      const both = [
        { page: first, beginning: 'peer-joined', makes: 'create_offer' },
        { page: second, beginning: 'joined', makes: 'create_answer' },
      ] as const;
      for (const { page } of both) await page.addInitScript(collectTelemetry);
      await pair.open(undefined, { 'stats-interval': '500' });
      expect(await statsOf(first)).toBe(null);
      await meet(first, second);

      for (const { page, beginning } of both) {
        await expectSpan(page, 'first_frame');
        const value = async (name: string) =>
          (await metricsOf(page)).find((metric) => metric.name === name)?.value ?? NaN;
        const setup = await value('call_setup_time_ms');
        const measured = await measuredSetup(page, beginning);
        expect(Math.abs(setup - measured), `${setup} is ${measured}, ${beginning}`).toBeLessThan(20);
        const parts = (await value('sdp_ms')) + (await value('ice_ms')) + (await value('dtls_ms'));
        expect(Math.abs(parts - setup)).toBeLessThan(1);
        const { timings } = await snapshotOf(page);
        expect(timings.firstFrame).toBeCloseTo(await value('first_frame_ms'), 2);
        expect(timings.firstFrame).toBeGreaterThan(0);

        await expect.poll(async () => names(await metricsOf(page))).toContain('codec_selected_total');
        const stats = await statsOf(page);
        const codec = (await metricsOf(page)).find(({ name }) => name === 'codec_selected_total')?.attributes
          .codec;
        expect(codec).toBe(stats?.outbound.video.codec);
        expect(stats?.path).toMatchObject({ protocol: 'udp' });
        // Firefox begins to receive anew, and to count anew, whenever it is told to send otherwise: here when its picture grows.
        await expect
          .poll(async () => (await statsOf(page))?.inbound.video.framesDecoded ?? 0, 'pictures are decoded')
          .toBeGreaterThan(0);
        await expect
          .poll(async () => (await toldBy(page)).filter(({ type }) => type === 'p2p-stats').length)
          .toBeGreaterThan(1);
      }

      await button(second, en.ui.leave).click();
      await expectPhase(second, 'ended');
      await expectPhase(first, 'waiting');
      for (const { page } of both) await expectSpan(page, 'call');
      const traces = new Set<string>();
      const roots = new Set<string | null>();
      for (const { page, makes } of both) {
        const spans = await spansOf(page);
        const call = spans.find(({ name }) => name === 'call');
        for (const name of [
          'set_local',
          'set_remote',
          'ice_connected',
          'dtls_connected',
          'first_frame',
          makes,
        ])
          expect(names(spans)).toContain(name);
        expect(names(spans)).toContain('ice_gathering');
        expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
        for (const { name, startMs, endMs, spanId, traceId, parentId } of spans) {
          expect(spanId).toMatch(/^[0-9a-f]{16}$/);
          expect(startMs, name).toBeLessThanOrEqual(endMs);
          expect(Math.abs(endMs - Date.now())).toBeLessThan(120_000);
          traces.add(traceId);
          if (name === 'call') roots.add(parentId);
          else expect(parentId).toBe(call?.spanId);
        }
        for (const { callId, attributes } of await logsOf(page))
          if (callId !== null) traces.add(String(attributes.traceId));
        const relay = (await metricsOf(page)).find(({ name }) => name === 'turn_usage_ratio');
        expect(relay?.value).toBe(0);
      }
      expect([...traces], 'one trace for both').toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
      expect([...roots], 'under one parent').toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    },
  );

  test(
    'nothing of a person in any of it, nor in the reports',
    { tag: '@every-pair' },
    async ({ pair, service, site }) => {
      const { first, second } = pair;
      const room = `canary-room-${process.pid}-${Date.now()}`;
      const people = [
        { page: first, name: 'Anna Canary-Çelik', token: signToken(room) },
        { page: second, name: 'Ben Canary~日本', token: signToken(room) },
      ];
      for (const { page, name, token } of people) {
        await page.addInitScript(collectTelemetry);
        const attributes = { room, token, 'display-name': name, 'stats-interval': '300' };
        await site.open(page, service, { attributes });
      }
      await meet(first, second);
      for (const { page } of people) await expectSpan(page, 'first_frame');
      const secrets: (readonly [string, string])[] = [
        ['room', room],
        ['address', '127.0.0.1'],
        ...Object.values(networkInterfaces()).flatMap((all) =>
          (all ?? []).map(({ address }) => ['address of the machine', address] as const),
        ),
        ...people.flatMap(({ name, token }) => [
          ['name', name] as const,
          ...token.split('.').map((part) => ['token', part] as const),
        ]),
      ];
      for (const { page } of people) secrets.push(...(await secretsOf(page)));

      await callOf(first).evaluate((call) => (call as Call).simulate('ice-failed'));
      await expectSpan(first, 'recovery');
      for (const { page } of people) await expectPhase(page, 'connected');
      for (const { page } of people) secrets.push(...(await secretsOf(page)));
      for (const { page } of people) {
        await button(page, en.ui.leave).click();
        await expectPhase(page, 'ended');
        await expectSpan(page, 'call');
      }
      const kinds = new Set(secrets.map(([kind]) => kind));
      for (const kind of ['ticket', 'ufrag', 'pwd', 'fingerprint', 'address', 'device label'])
        expect([...kinds]).toContain(kind);

      for (const { page } of people) {
        const told = await toldBy(page);
        for (const type of ['p2p-log', 'p2p-metric', 'p2p-span', 'p2p-stats'])
          expect(told.some((event) => event.type === type)).toBe(true);
        const reports = await page.evaluate(() =>
          window.e2eFrames.filter(({ from, text }) => from === 'page' && text.startsWith('{"type":"report"')),
        );
        expect(reports.length).toBeGreaterThan(0);
        const said = { told, reports: reports.map(({ text }) => JSON.parse(text) as unknown) };
        expect(leaksIn(said, secrets)).toEqual([]);
      }

      await test.step('one that is planted is found, in whatever form', async () => {
        for (const [kind, value] of [
          ['room', room],
          secrets.find(([name]) => name === 'ufrag') ?? ['', ''],
        ] as const) {
          for (const form of [
            value,
            value.toUpperCase(),
            ...formsOf(value),
            Buffer.from(`x: ${value}!`).toString('base64'),
          ]) {
            await callOf(first).evaluate((call, text) => {
              window.e2eTold = [];
              const detail = { name: 'webrtc.offer', attributes: { direction: `sent ${text}` } };
              call.dispatchEvent(new CustomEvent('p2p-log', { detail, bubbles: true }));
            }, form);
            const leaks = leaksIn(await toldBy(first), secrets);
            expect(
              leaks.some((leak) => leak.startsWith(`${kind} in`)),
              `${kind} as ${form}`,
            ).toBe(true);
          }
        }
      });
    },
  );
});
