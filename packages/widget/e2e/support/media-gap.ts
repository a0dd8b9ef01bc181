// Does the other person's picture ever stop? Asked many times a second, in the page itself.
import type { Page } from '@playwright/test';
import './probe.js';

/** What a page decoded since it was watched; ms. */
export interface Decoding {
  readonly frames: number;
  /** The longest time in which for certain no frame was decoded: between the first and the last look that saw the same count. */
  readonly longestGap: number;
  /** The longest time between two looks: how sharp the eyes were. */
  readonly longestBlink: number;
}

interface Watch {
  stop(): Decoding;
}

declare global {
  interface Window {
    e2eWatch: Watch;
  }
}

/** Begins to watch the one connection that is open. A page that is left is not watched any more. */
export function watchDecoding(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const LOOK_MS = 100;
    const count = async () => {
      let frames = 0;
      for (const connection of window.e2eProbe.connections) {
        if (connection.signalingState === 'closed') continue;
        for (const report of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
          if (report.type === 'inbound-rtp' && report.kind === 'video')
            frames += Number(report.framesDecoded ?? 0);
        }
      }
      return frames;
    };
    let isOver = false;
    let [last, sameSince, lastLook] = [await count(), performance.now(), performance.now()];
    let [decoded, longestGap, longestBlink] = [0, 0, 0];
    const look = async () => {
      const before = performance.now();
      const frames = await count();
      const after = performance.now();
      longestBlink = Math.max(longestBlink, before - lastLook);
      // Firefox counts anew when its own picture grows, and has no count for a moment: nothing is decoded in that either.
      if (frames === last || frames === 0) longestGap = Math.max(longestGap, before - sameSince);
      else sameSince = after;
      decoded += frames < last ? frames : frames - last;
      [last, lastLook] = [frames, after];
    };
    void (async () => {
      while (!isOver) {
        await look();
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    })();
    window.e2eWatch = {
      stop() {
        isOver = true;
        return {
          frames: decoded,
          longestGap: Math.round(longestGap),
          longestBlink: Math.round(longestBlink),
        };
      },
    };
  });
}

export const stopWatching = (page: Page): Promise<Decoding> => page.evaluate(() => window.e2eWatch.stop());
