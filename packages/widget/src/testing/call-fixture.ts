import { ContextProvider } from '@lit/context';
import { expect, fixture, html } from '@open-wc/testing';
import type { LitElement } from 'lit';
import { callContext, IDLE_STATE, type CallState } from '../context/call-context.js';
import type { CallSnapshot, PeerState } from '../core/snapshot.js';
import { P2pCallElement } from '../elements/p2p-call.js';
import { FakeSession } from './fake-session.js';
import '../define.js';

export const WORKING = { 'signaling-url': 'https://signal.example', 'token-url': '/token' };

export const ANNA: PeerState = {
  id: 'anna',
  name: 'Anna Berg',
  here: true,
  audio: true,
  video: true,
  screen: false,
};

export interface FakedCall {
  call: P2pCallElement;
  /** The newest session of the element. */
  session(): FakeSession;
}

/** Makes the element with sessions that do nothing by themselves. It stands in no document yet. */
export function createFakedCall(attributes: Readonly<Record<string, string>> = WORKING): FakedCall {
  const call = new P2pCallElement();
  const sessions: FakeSession[] = [];
  P2pCallElement.createSession = () => {
    const session = new FakeSession();
    sessions.push(session);
    return session;
  };
  for (const [name, value] of Object.entries(attributes)) call.setAttribute(name, value);
  return {
    call,
    session() {
      const session = sessions.at(-1);
      if (session === undefined) throw new Error('The element has made no session yet.');
      return session;
    },
  };
}

/** The same in the document, showing `change`. */
export async function fakedCall(
  attributes: Readonly<Record<string, string>> = WORKING,
  change: Partial<CallSnapshot> = {},
): Promise<FakedCall> {
  const faked = createFakedCall(attributes);
  const parent = await fixture(html`<div></div>`);
  parent.append(faked.call);
  await faked.call.updateComplete;
  faked.session().set(change);
  await settled(faked.call);
  return faked;
}

/** Waits until the element and its parts show their newest state. */
export async function settled(element: LitElement): Promise<void> {
  await element.updateComplete;
  for (const child of element.renderRoot.querySelectorAll<LitElement>('*')) {
    if ('updateComplete' in child) await child.updateComplete;
  }
  await element.updateComplete;
}

/** One of the inner elements, in a call that is in `state`. */
export async function partInCall<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { snapshot, ...state }: Partial<Omit<CallState, 'snapshot'>> & { snapshot?: Partial<CallSnapshot> },
): Promise<{ part: HTMLElementTagNameMap[Tag]; set: (change: Partial<CallSnapshot>) => Promise<void> }> {
  const parent = await fixture<HTMLElement>(html`<div></div>`);
  let current: CallState = { ...IDLE_STATE, ...state, snapshot: { ...IDLE_STATE.snapshot, ...snapshot } };
  const provider = new ContextProvider(parent, { context: callContext, initialValue: current });
  const part = document.createElement(tag);
  parent.append(part);
  const isUpdated = async (): Promise<void> => {
    if ('updateComplete' in part) await part.updateComplete;
  };
  await isUpdated();
  return {
    part,
    async set(change) {
      current = { ...current, snapshot: { ...current.snapshot, ...change } };
      provider.setValue(current);
      await isUpdated();
    },
  };
}

/** All that a person reads in an element, those inside its parts included. */
export function textOf(root: Node): string {
  if (root instanceof HTMLElement && (root.hidden || root.localName === 'style')) return '';
  const shadow = root instanceof Element ? root.shadowRoot : null;
  const own = root.nodeType === Node.TEXT_NODE ? (root.textContent ?? '') : '';
  return [own, ...[...(shadow ?? root).childNodes].map(textOf)].join(' ').replace(/\s+/g, ' ').trim();
}

/** The first element with this CSS part, in the element or inside of its parts. */
export function partOf(root: Element, name: string): HTMLElement | null {
  const shadow = root.shadowRoot ?? root;
  const own = shadow.querySelector<HTMLElement>(`[part~="${name}"]`);
  if (own !== null) return own;
  for (const child of shadow.querySelectorAll('*')) {
    const found = child.shadowRoot === null ? null : partOf(child, name);
    if (found !== null) return found;
  }
  return null;
}

/** The same, where it must be there. */
export function mustFind(root: Element, name: string): HTMLElement {
  const found = partOf(root, name);
  if (found === null) throw new Error(`no part "${name}" in: ${textOf(root)}`);
  return found;
}

/** Counts how often a player is given a stream, from now until `stop()`. */
export function watchStreams(): { stop: () => number } {
  const original = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  if (original === undefined) throw new Error('Players take no streams here.');
  let count = 0;
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...original,
    set(stream) {
      count += 1;
      original.set?.call(this, stream);
    },
  });
  return {
    stop() {
      Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', original);
      return count;
    },
  };
}

/** Asks axe, once nothing fades in any more: half-faded words have too little contrast. */
export async function expectAccessible(element: Element): Promise<void> {
  for (const root of shadowRootsOf(element)) {
    for (const animation of root.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  }
  await expect(element).to.be.accessible();
}

function shadowRootsOf(element: Element): ShadowRoot[] {
  const { shadowRoot } = element;
  const inner = [...(shadowRoot ?? element).querySelectorAll('*')].filter(
    (child) => child.shadowRoot !== null,
  );
  return [...(shadowRoot === null ? [] : [shadowRoot]), ...inner.flatMap(shadowRootsOf)];
}
