import { html, nothing, type TemplateResult } from 'lit';
import type { CallState } from '../context/call-context.js';
import { P2pCameraRequestEvent, P2pMicrophoneRequestEvent } from '../events.js';
import type { Message, Words } from '../i18n/en.js';
import { icon, type IconName } from './icons.js';

/** Up to two letters that stand for a person; `?` when the name has none. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]\S*/gu) ?? [];
  const letters = [words[0], words.slice(1).at(-1)].map((word = '') => [...word][0]);
  return letters.join('').toLocaleUpperCase() || '?';
}

/** The round stand-in for a person's picture. The name stands beside it as text, so it is decoration. */
export function avatar(name: string): TemplateResult {
  return html`<span class="avatar" part="avatar" aria-hidden="true">${initials(name)}</span>`;
}

export const spinner = html`<span class="spinner"></span>`;

/** A situation in words; for one that only the site owner can mend, also a line for that person. */
export function message({ title, todo, owner }: Message, words: Words, detail = ''): TemplateResult {
  return html`
    <h2>${title}</h2>
    ${todo && html`<p class="todo">${todo}</p>`}
    ${
      owner &&
      html`<p class="owner">
        <strong>${words.ui.forOwner}</strong> ${owner} ${detail && html`<code dir="ltr">${detail}</code>`}
      </p>`
    }
  `;
}

/** A button with words. `part`: its CSS part besides `button`. */
export function textButton(
  look: string,
  part: string,
  content: unknown,
  handleClick: () => void,
  isBusy = false,
): TemplateResult {
  return html`<button
    type="button"
    class=${look}
    part="button ${part}"
    aria-disabled=${isBusy}
    @click=${handleClick}
  >
    ${content}
  </button>`;
}

/** A button with a picture; its words are for those who listen or point. */
export function iconButton(
  look: string,
  part: string,
  name: IconName,
  label: string,
  handleClick: (event: Event) => void,
): TemplateResult {
  return html`<button
    type="button"
    class=${look}
    part="button ${part}"
    aria-label=${label}
    title=${label}
    @click=${handleClick}
  >
    ${icon(name)}
  </button>`;
}

/** The button of one device: its label says what it does, and pressed, it asks for that. An audio call has no camera. */
export function deviceButton(
  device: 'microphone' | 'camera',
  { snapshot, view, words }: CallState,
): TemplateResult | typeof nothing {
  const isCamera = device === 'camera';
  if (isCamera && view.mode === 'audio') return nothing;
  const { on, problem } = snapshot[device];
  const isOn = on && problem === null;
  const name = isCamera ? 'camera' : 'mic';
  return iconButton(
    `round ${isOn ? 'on' : 'off'} ${problem === null ? '' : 'problem'}`,
    `${name}-button`,
    isOn ? name : `${name}-off`,
    words.ui[`${device}${isOn ? 'Off' : 'On'}`],
    ({ currentTarget }) => {
      const RequestEvent = isCamera ? P2pCameraRequestEvent : P2pMicrophoneRequestEvent;
      currentTarget?.dispatchEvent(new RequestEvent({ on: !isOn }));
    },
  );
}

/**
 * Gives a player its stream. Not a property in a template: Lit sets an object anew at each render, and a player that is given
 * its stream anew starts over.
 */
export function showStream(root: ParentNode, selector: string, stream: MediaStream | null): void {
  const player = root.querySelector<HTMLMediaElement>(selector);
  if (player !== null && player.srcObject !== stream) player.srcObject = stream;
}
