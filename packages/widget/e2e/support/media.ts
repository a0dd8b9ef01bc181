// What a person sees and hears, judged by what the browser has really received, decoded and painted.
import { expect, type Page } from '@playwright/test';
import './probe.js';

const SETTLE_MS = 20_000;

/** What came in over every open connection of a page so far. */
export interface Received {
  readonly framesDecoded: number;
  readonly audioBytes: number;
  readonly videoBytes: number;
}

/** A page's largest video of the other person, as it is painted. */
export interface RemotePicture {
  readonly width: number;
  readonly height: number;
  readonly isPlaying: boolean;
  /** Of the pixels: another number, another picture. */
  readonly hash: number;
}

export interface OpenThings {
  readonly liveTracks: string[];
  readonly openConnections: string[];
  readonly openSockets: string[];
}

export function received(page: Page): Promise<Received> {
  return page.evaluate(async () => {
    const sum = { framesDecoded: 0, audioBytes: 0, videoBytes: 0 };
    for (const connection of window.e2eProbe.connections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (report.type !== 'inbound-rtp') continue;
        const bytes = Number(report.bytesReceived ?? 0);
        if (report.kind === 'audio') sum.audioBytes += bytes;
        if (report.kind !== 'video') continue;
        sum.videoBytes += bytes;
        sum.framesDecoded += Number(report.framesDecoded ?? 0);
      }
    }
    return sum;
  });
}

/** @returns `null` while no element shows the other person */
export function remotePicture(page: Page): Promise<RemotePicture | null> {
  return page.evaluate(() => {
    const remote = window.e2eProbe.remoteTracks();
    const [shown] = window.e2eProbe
      .players()
      .filter((player) => player instanceof HTMLVideoElement)
      .filter(
        ({ srcObject }) =>
          srcObject instanceof MediaStream && srcObject.getVideoTracks().some((track) => remote.has(track)),
      )
      .filter((video) => video.checkVisibility())
      .sort((a, b) => b.clientWidth - a.clientWidth);
    if (shown === undefined) return null;
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 48;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(shown, 0, 0, canvas.width, canvas.height);
    let hash = 0;
    for (const value of context?.getImageData(0, 0, canvas.width, canvas.height).data ?? []) {
      hash = (Math.imul(hash, 31) + value) | 0;
    }
    return {
      width: shown.videoWidth,
      height: shown.videoHeight,
      isPlaying: !shown.paused && shown.readyState >= 2,
      hash,
    };
  });
}

/** Does an element of the page play the other person's sound, loud? */
export function isAudible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const remote = window.e2eProbe.remoteTracks();
    return window.e2eProbe
      .players()
      .some(
        ({ srcObject, paused, muted, volume }) =>
          !paused &&
          !muted &&
          volume > 0 &&
          srcObject instanceof MediaStream &&
          srcObject.getAudioTracks().some((track) => track.readyState === 'live' && remote.has(track)),
      );
  });
}

export function openThings(page: Page): Promise<OpenThings> {
  return page.evaluate(() => {
    const { connections, sockets, tracks, remoteTracks } = window.e2eProbe;
    const all = new Set([...tracks, ...remoteTracks()]);
    for (const connection of connections) {
      for (const { track } of connection.getSenders()) if (track !== null) all.add(track);
    }
    return {
      liveTracks: [...all]
        .filter(({ readyState }) => readyState === 'live')
        .map(({ kind, label }) => `${kind} ${label}`),
      openConnections: [...connections]
        .filter(({ signalingState }) => signalingState !== 'closed')
        .map(({ connectionState }) => connectionState),
      openSockets: [...sockets]
        .filter(({ readyState }) => readyState !== WebSocket.CLOSED)
        .map(({ readyState }) => ['connecting', 'open', 'closing'][readyState] ?? ''),
    };
  });
}

/** Video is decoded, and what is painted changes. */
export async function expectMovingVideo(page: Page): Promise<void> {
  await expect
    .poll(async () => (await remotePicture(page))?.isPlaying ?? false, {
      message: 'the video plays',
      timeout: SETTLE_MS,
    })
    .toBe(true);
  const before = { decoded: (await received(page)).framesDecoded, picture: await remotePicture(page) };
  await expect
    .poll(async () => (await received(page)).framesDecoded - before.decoded, {
      message: 'video frames are decoded',
      timeout: SETTLE_MS,
    })
    .toBeGreaterThan(5);
  await expect
    .poll(async () => (await remotePicture(page))?.hash !== before.picture?.hash, {
      message: 'the picture moves',
      timeout: SETTLE_MS,
    })
    .toBe(true);
}

/** Sound arrives, and an element plays it. */
export async function expectGrowingAudio(page: Page): Promise<void> {
  const { audioBytes } = await received(page);
  await expect
    .poll(async () => (await received(page)).audioBytes - audioBytes, {
      message: 'audio bytes arrive',
      timeout: SETTLE_MS,
    })
    .toBeGreaterThan(500);
  await expect
    .poll(() => isAudible(page), { message: 'an element plays the sound', timeout: SETTLE_MS })
    .toBe(true);
}

/** A picture of the smallest size takes more than this in a second. */
const NO_PICTURE_BYTES = 500;

/** No picture arrives: a Firefox without a camera still sends one black frame a second, of some 60 bytes. */
export async function expectNoVideo(page: Page): Promise<void> {
  await expect
    .poll(
      async () => {
        const { videoBytes } = await received(page);
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
        return (await received(page)).videoBytes - videoBytes;
      },
      { message: 'no video arrives any more', timeout: SETTLE_MS },
    )
    .toBeLessThan(NO_PICTURE_BYTES);
}

/** After a hang-up: no device on, no track live, no socket and no connection open. */
export async function expectNothingOpen(page: Page): Promise<void> {
  await expect
    .poll(() => openThings(page), { message: 'everything is closed' })
    .toEqual({ liveTracks: [], openConnections: [], openSockets: [] });
}
