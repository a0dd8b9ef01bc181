// Which ports a router gives a browser's socket on its outside.
import type { Page } from '@playwright/test';
import { SERVER } from '../lab/addresses.js';

export interface Ports {
  readonly inside: number;
  /** As STUN servers see it. */
  readonly outside: readonly number[];
}

/** Needs no page of its own. */
export function outsidePorts(page: Page): Promise<Ports> {
  return page.evaluate(async (server) => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: `stun:${server}:3478` }] });
    const [inside, outside] = [new Set<number>(), new Set<number>()];
    const done = new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate === null || candidate.candidate === '') return resolve(null);
        if (candidate.type === 'host' && candidate.protocol === 'udp') inside.add(candidate.port ?? 0);
        if (candidate.type === 'srflx') outside.add(candidate.port ?? 0);
      };
    });
    connection.createDataChannel('ports');
    await connection.setLocalDescription();
    await done;
    connection.close();
    return { inside: [...inside][0] ?? 0, outside: [...outside] };
  }, SERVER.turn);
}
