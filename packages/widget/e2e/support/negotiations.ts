// Every step of a negotiation that a page's connections take, written down in the page.
import type { Page } from '@playwright/test';
import './probe.js';

declare global {
  interface Window {
    /** Descriptions that were set, and signaling states, in order, over all connections. */
    e2eNegotiations: string[];
  }
}

/** Runs in the page, before its first script. */
export function installNegotiationLog(): void {
  const log: string[] = [];
  window.e2eNegotiations = log;
  const watched = new WeakSet<RTCPeerConnection>();
  const note = (connection: RTCPeerConnection, what: string) => {
    log.push(what);
    if (watched.has(connection)) return;
    watched.add(connection);
    connection.addEventListener('signalingstatechange', () => log.push(connection.signalingState));
  };
  const { prototype } = RTCPeerConnection;
  for (const name of ['setLocalDescription', 'setRemoteDescription'] as const) {
    prototype[name] = new Proxy(prototype[name], {
      apply(target, connection: RTCPeerConnection, args: [RTCSessionDescriptionInit?]) {
        note(connection, `${name} ${args[0]?.type ?? ''}`);
        return Reflect.apply(target, connection, args) as Promise<void>;
      },
    });
  }
}

/** What there is to compare: made connections, those open, and every step of their negotiations. */
export interface Negotiations {
  readonly made: number;
  readonly open: number;
  readonly log: readonly string[];
}

export function negotiationsOf(page: Page): Promise<Negotiations> {
  return page.evaluate(() => {
    const connections = [...window.e2eProbe.connections];
    return {
      made: connections.length,
      open: connections.filter(({ signalingState }) => signalingState !== 'closed').length,
      log: [...window.e2eNegotiations],
    };
  });
}
