import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const SLASH = svg`<path d="M4 4l16 16" />`;
const MICROPHONE = svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5 11a7 7 0 0 0 14 0M12 18v3" />`;
const CAMERA = svg`<rect x="3" y="6" width="12" height="12" rx="3" /><path d="M15 11l6-4v10l-6-4" />`;

const ICONS = {
  mic: MICROPHONE,
  'mic-off': svg`${MICROPHONE}${SLASH}`,
  camera: CAMERA,
  'camera-off': svg`${CAMERA}${SLASH}`,
  leave: svg`<path fill="currentColor" d="M3 13q9-7 18 0l-2 2.5-4-1.5v-2.5q-3-1-6 0v2.5l-4 1.5z" />`,
  alert: svg`<circle cx="12" cy="12" r="9" /><path d="M12 8v4M12 16v.1" />`,
  sound: svg`<path d="M4 9v6h3l5 4V5L7 9zM15 9a4 4 0 0 1 0 6M18 6a8 8 0 0 1 0 12" />`,
  close: svg`<path d="M6 6l12 12M6 18l12-12" />`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof ICONS;

/** Decoration only: what a button does is said by its label. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;
}
