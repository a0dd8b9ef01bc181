// What a page holds on to: timers, and in Chromium everything else, as its own tools count it.
import type { CDPSession, Page } from '@playwright/test';

declare global {
  interface Window {
    /** Timers that are set and have not fired. */
    labTimers: Set<unknown>;
  }
}

/** Runs in the page, before its first script. */
export function countTimers(): void {
  const pending = new Set<unknown>();
  window.labTimers = pending;
  const { setTimeout: once, clearTimeout: stop, setInterval: often, clearInterval: end } = window;
  window.setTimeout = ((handler: TimerHandler, ms?: number, ...args: unknown[]) => {
    const id: number = once(() => {
      pending.delete(id);
      if (typeof handler === 'function') (handler as (...all: unknown[]) => void)(...args);
    }, ms);
    pending.add(id);
    return id;
  }) as typeof window.setTimeout;
  window.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const id = (often as (...all: unknown[]) => number)(...args);
    pending.add(id);
    return id;
  }) as typeof window.setInterval;
  window.clearTimeout = (id) => {
    pending.delete(id);
    stop(id);
  };
  window.clearInterval = (id) => {
    pending.delete(id);
    end(id);
  };
}

/** The test's own lists hold what a page has made: they may not be what keeps it. */
export function forgetThings(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { connections, sockets, tracks } = window.e2eProbe;
    for (const list of [connections, sockets, tracks]) list.clear();
    window.e2eNegotiations.length = 0;
  });
}

/** After everything that nobody can reach was thrown away. */
export interface HeapSample {
  readonly heapBytes: number;
  readonly connections: number;
  readonly elements: number;
  readonly detachedNodes: number;
  readonly listeners: number;
}

/** Prototypes are nodes, too, for those who count them; asked whether they are connected they throw. */
const DETACHED = '(() => { try { return !it.isConnected; } catch { return false; } })()';

async function countOf(session: CDPSession, prototype: string, filter = 'true'): Promise<number> {
  const objectGroup = 'things';
  const { result } = await session.send('Runtime.evaluate', { expression: prototype, objectGroup });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
    objectGroup,
  });
  const counted = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: `function () { return this.filter((it) => ${filter}).length; }`,
    returnByValue: true,
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  if (counted.exceptionDetails !== undefined) throw new Error(counted.exceptionDetails.text);
  return Number(counted.result.value);
}

/** Chromium only. */
export async function sampleHeap(page: Page): Promise<HeapSample> {
  const session = await page.context().newCDPSession(page);
  try {
    // What one round lets go of may hold more.
    for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage');
    const connections = await countOf(session, 'RTCPeerConnection.prototype');
    const detachedNodes = await countOf(session, 'Node.prototype', DETACHED);
    const elements = await countOf(session, 'customElements.get("p2p-call").prototype');
    const { jsEventListeners } = await session.send('Memory.getDOMCounters');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return { heapBytes: usedSize, connections, elements, detachedNodes, listeners: jsEventListeners };
  } finally {
    await session.detach();
  }
}

/** Who listens to what, and how often: Chromium only. For a count that grows. */
export async function listenersOf(page: Page): Promise<Readonly<Record<string, number>>> {
  const session = await page.context().newCDPSession(page);
  try {
    const { result } = await session.send('Runtime.evaluate', { expression: 'EventTarget.prototype' });
    const { objects } = await session.send('Runtime.queryObjects', {
      prototypeObjectId: result.objectId ?? '',
    });
    const all = await session.send('Runtime.getProperties', {
      objectId: objects.objectId ?? '',
      ownProperties: true,
    });
    const counts: Record<string, number> = {};
    for (const { value } of all.result) {
      if (value?.objectId === undefined || value.type !== 'object') continue;
      const { listeners } = await session.send('DOMDebugger.getEventListeners', { objectId: value.objectId });
      for (const { type } of listeners) {
        const name = `${value.className ?? ''} ${type}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    return counts;
  } finally {
    await session.detach();
  }
}
