import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const SLASH = svg`<path d="M4 4l16 16" />`;
const MICROPHONE = svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />`;
const CAMERA = svg`<rect x="2.5" y="6" width="13" height="12" rx="3" /><path d="M15.5 10.8l6-3.3v9l-6-3.3" />`;

const ICONS = {
  mic: MICROPHONE,
  'mic-off': svg`${MICROPHONE}${SLASH}`,
  camera: CAMERA,
  'camera-off': svg`${CAMERA}${SLASH}`,
  leave: svg`<path fill="currentColor" stroke="none" d="M12 8.6c-4 0-7.4 1.2-9.2 3.1-.7.7-.7 1.8-.1 2.6l1.4 1.6c.5.6 1.4.7 2.1.3l2-1.3c.5-.3.8-.8.8-1.4v-1.7a11 11 0 0 1 6 0v1.7c0 .6.3 1.1.8 1.4l2 1.3c.7.4 1.6.3 2.1-.3l1.4-1.6c.6-.8.6-1.9-.1-2.6-1.8-1.9-5.2-3.1-9.2-3.1z" />`,
  alert: svg`<circle cx="12" cy="12" r="9" /><path d="M12 7.5v5M12 16.2v.1" />`,
  sound: svg`<path d="M4 9.5v5h3.5L12 18.5V5.5L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />`,
  close: svg`<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof ICONS;

/** Decoration only: what a button does is said by its label. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;
}
