import { html, nothing, type TemplateResult } from 'lit';
import type { Message, Words } from '../i18n/en.js';
import { icon } from './icons.js';

/** Up to two letters that stand for a person; `?` when there is no name. */
export function initials(name: string | null): string {
  const words = (name ?? '').split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '',
  );
  return letters.join('').toLocaleUpperCase() || '?';
}

/** The round stand-in for a person's picture. The name stands beside it as text, so it is decoration. */
export function avatar(name: string | null): TemplateResult {
  return html`<span class="avatar" part="avatar" aria-hidden="true">${initials(name)}</span>`;
}

/** A situation in words; for one that only the site owner can mend, also a line for that person. */
export function message(text: Message, words: Words, detail: string | null = null): TemplateResult {
  return html`
    <h2 class="title">${text.title}</h2>
    ${text.what === '' ? nothing : html`<p class="what">${text.what}</p>`}
    ${text.todo === '' ? nothing : html`<p class="todo">${text.todo}</p>`}
    ${
      text.owner === undefined
        ? nothing
        : html`<p class="owner">
            <strong>${words.ui.forOwner}</strong> ${text.owner}
            ${detail === null ? nothing : html`<code dir="ltr">${detail}</code>`}
          </p>`
    }
  `;
}

/** A button for one device, whose label says what it does. */
export function deviceButton(
  kind: 'mic' | 'camera',
  state: { on: boolean; problem: string | null },
  words: Words,
  handleClick: () => void,
): TemplateResult {
  const { microphoneOn, microphoneOff, cameraOn, cameraOff } = words.ui;
  const on = state.on && state.problem === null;
  const label = kind === 'mic' ? (on ? microphoneOff : microphoneOn) : on ? cameraOff : cameraOn;
  return html`<button
    type="button"
    class="round ${on ? 'on' : 'off'} ${state.problem === null ? '' : 'problem'}"
    part="button ${kind}-button"
    aria-label=${label}
    title=${label}
    @click=${handleClick}
  >
    ${icon(on ? kind : `${kind}-off`)}
  </button>`;
}

/**
 * Gives a player its stream. Not a property in a template: Lit sets an object anew at each render, and a player that is given
 * its stream anew starts over.
 */
export function showStream(root: ParentNode, selector: string, stream: MediaStream | null): void {
  const player = root.querySelector<HTMLMediaElement>(selector);
  if (player !== null && player.srcObject !== stream) player.srcObject = stream;
}
