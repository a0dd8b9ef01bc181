// The way that a call's packets take, as a page's browser sees it.
import { expect, type Page } from '@playwright/test';
import '../../packages/widget/e2e/support/probe.js';
import { openThings } from '../../packages/widget/e2e/support/media.js';
import type { Lab } from '../lab/lab.js';
import { SIDES, type Side } from '../lab/addresses.js';

export interface Path {
  /** Candidate types: `host`, `srflx`, `prflx`, `relay`. */
  readonly local: string;
  readonly remote: string;
  /** How this side reaches its relay, where its own candidate is one: `udp`, `tcp`, `tls`; else `null`. */
  readonly relayProtocol: string | null;
  /** s; `null` where the browser does not say yet */
  readonly roundTripSeconds: number | null;
  readonly bytesReceived: number;
}

/** Of the connection that is open. @returns `null` while no pair is selected */
export function pathOf(page: Page): Promise<Path | null> {
  return page.evaluate(async () => {
    const connection = [...window.e2eProbe.connections]
      .reverse()
      .find(({ signalingState }) => signalingState !== 'closed');
    if (connection === undefined) return null;
    const reports = new Map<string, Record<string, unknown>>();
    (await connection.getStats()).forEach((report: Record<string, unknown>) =>
      reports.set(String(report.id), report),
    );
    const all = [...reports.values()];
    const selected = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    // Firefox has named the pair on the transport only since 2024, and marks it besides.
    const pair =
      reports.get(String(selected)) ??
      all.find(({ type, selected: isIt }) => type === 'candidate-pair' && isIt === true);
    if (pair === undefined) return null;
    const local = reports.get(String(pair.localCandidateId));
    const remote = reports.get(String(pair.remoteCandidateId));
    if (local === undefined || remote === undefined) return null;
    const roundTrip = pair.currentRoundTripTime;
    return {
      local: String(local.candidateType),
      remote: String(remote.candidateType),
      relayProtocol: local.candidateType === 'relay' ? String(local.relayProtocol) : null,
      roundTripSeconds: typeof roundTrip === 'number' ? roundTrip : null,
      bytesReceived: Number(pair.bytesReceived ?? 0),
    };
  });
}

export async function pathsOf(lab: Lab): Promise<Readonly<Record<Side, Path | null>>> {
  const entries = await Promise.all(
    SIDES.map(async (side) => [side, await pathOf(lab.home[side].page)] as const),
  );
  return Object.fromEntries(entries) as Record<Side, Path | null>;
}

/** No relay, as both sides see it. */
export async function expectDirect(lab: Lab): Promise<void> {
  for (const side of SIDES) {
    const path = await pathOf(lab.home[side].page);
    expect(path, `the path of ${side}`).not.toBeNull();
    expect([path?.local, path?.remote], `the path of ${side} is direct`).not.toContain('relay');
  }
}

/** Through the relay, as both sides see it. */
export async function expectRelayed(lab: Lab): Promise<void> {
  for (const side of SIDES) {
    const path = await pathOf(lab.home[side].page);
    expect([path?.local, path?.remote], `the path of ${side} has a relay`).toContain('relay');
  }
}

/** During a call: one connection and one socket a side, two devices, and what the other person sends; nothing forgotten. */
export async function expectClean(lab: Lab): Promise<void> {
  for (const { side, page } of lab.homes)
    await expect
      .poll(
        async () => {
          const { liveTracks, openConnections, openSockets } = await openThings(page);
          // The network swallowed the last words of one that was given up: the browser waits for an answer, and no page can hasten that.
          const usable = openSockets.filter((state) => state !== 'closing');
          return [liveTracks.length <= 4, openConnections.length, usable] as const;
        },
        { message: `${side} has at most four live tracks, one connection, and one open socket` },
      )
      .toEqual([true, 1, ['open']]);
}
