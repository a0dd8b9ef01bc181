// Which codec each side really sends, by what the two prefer. A page's preference says what it would like to receive: so each side
// sends what the other one prefers, as far as both browsers have it. What nobody listed stays available behind, so there is
// always a call. Debian's Firefox ESR has VP8, VP9 and AV1, but no H.264.
import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures.js';
import { meet } from './support/person.js';
import { expectDecoding } from './support/together.js';

/** The codec of the video that a page sends, and of that which it receives and decodes; `null` while there is none. */
interface VideoCodecs {
  readonly sent: string | null;
  readonly received: string | null;
}

function codecsOf(page: Page): Promise<VideoCodecs> {
  return page.evaluate(async () => {
    const [connection] = window.e2eProbe.connections;
    const report = await connection?.getStats();
    const entries = [...(report?.values() ?? [])] as Record<string, unknown>[];
    // Firefox names a codec before anything is sent.
    const codecOf = (direction: string, count: string) => {
      const rtp = entries.find(
        ({ type, kind, [count]: some }) => type === direction && kind === 'video' && Number(some) > 0,
      );
      const codec = rtp && entries.find(({ id }) => id === rtp.codecId);
      return codec === undefined ? null : (String(codec.mimeType).split('/')[1] ?? null);
    };
    return {
      sent: codecOf('outbound-rtp', 'framesEncoded'),
      received: codecOf('inbound-rtp', 'framesDecoded'),
    };
  });
}

type Codecs = readonly [first: string, second: string];

/** What the first and the second send, where both browsers have H.264, and where one has not. */
const TABLE: readonly { readonly prefer: Codecs; readonly withH264: Codecs; readonly without: Codecs }[] = [
  { prefer: ['h264 vp8', 'h264 vp8'], withH264: ['H264', 'H264'], without: ['VP8', 'VP8'] },
  { prefer: ['vp8', 'h264'], withH264: ['H264', 'VP8'], without: ['VP8', 'VP8'] },
];

const hasH264 = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      RTCRtpSender.getCapabilities('video')?.codecs.some(({ mimeType }) => mimeType === 'video/H264') ??
      false,
  );

test.describe('codecs by preference', { tag: '@every-pair' }, () => {
  for (const { prefer, withH264, without } of TABLE) {
    test(`${prefer[0]} with ${prefer[1]}`, async ({ pair }) => {
      const { first, second } = pair;
      await Promise.all([pair.open(first, { codecs: prefer[0] }), pair.open(second, { codecs: prefer[1] })]);
      const have = await Promise.all([first, second].map(hasH264));
      const [ofFirst, ofSecond] = have.every(Boolean) ? withH264 : without;
      await meet(first, second);
      await expect.poll(() => codecsOf(first)).toEqual({ sent: ofFirst, received: ofSecond });
      await expect.poll(() => codecsOf(second)).toEqual({ sent: ofSecond, received: ofFirst });
      await Promise.all([first, second].map(expectDecoding));
    });
  }
});
