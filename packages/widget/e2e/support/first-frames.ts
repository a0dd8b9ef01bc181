// When each connection of a page brought its first picture, by the clock of the machine.
import type { Page } from '@playwright/test';
import './probe.js';

declare global {
  interface Window {
    /** ms since 1970, by connection in the order in which they were made; those that brought none are left out. */
    e2eFirstFrames: Map<RTCPeerConnection, number>;
  }
}

/** Runs in the page, after the probe. */
export function installFirstFrames(): void {
  const LOOK_MS = 50;
  const seen = new Map<RTCPeerConnection, number>();
  window.e2eFirstFrames = seen;
  const look = async () => {
    for (const connection of window.e2eProbe.connections) {
      if (seen.has(connection) || connection.signalingState === 'closed') continue;
      for (const report of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        const isVideo = report.type === 'inbound-rtp' && report.kind === 'video';
        if (isVideo && Number(report.framesDecoded ?? 0) > 0) seen.set(connection, Date.now());
      }
    }
    setTimeout(() => void look(), LOOK_MS);
  };
  void look();
}

/** Of the page's newest connection that brought one, ms since 1970; 0 before the first. */
export const firstFrameOf = (page: Page): Promise<number> =>
  page.evaluate(() => [...window.e2eFirstFrames.values()].at(-1) ?? 0);
