import { css } from 'lit';
import { callStyles } from './call.styles.js';
import { lobbyStyles } from './lobby.styles.js';
import { noticesStyles } from './notices.styles.js';
import { wordsStyles } from './words.styles.js';

// Each byte of this counts in the bundle. One sheet for all elements, equal declarations in equal order: both compress.
// `width` and `height` are of the horizontal languages we speak; only left and right swap with the direction.

/** The box of `p2p-call` itself. */
export const hostStyles = css`
  :host {
    display: block;
    aspect-ratio: 16 / 10;
    max-height: 100dvh;
    contain: layout paint;
  }
  :host([hidden]) {
    display: none;
  }
  /* Gives an embed of automatic height a useful one when it is narrow. A height that the page sets wins: only the
     automatic minimum of a box with an aspect ratio asks its content. */
  :host::before {
    content: '';
    display: block;
    height: 400px;
  }
`;

/** The look of all elements; later parts win. The `--_…` values are set by `p2p-call`, on its frame. */
export const sharedStyles = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .frame,
  .body > *,
  section,
  .tile video,
  .stage,
  .remote,
  .overlay {
    position: absolute;
    inset: 0;
  }

  /* The frame */
  .frame {
    --_accent: var(--p2p-call-accent, #2f5fe3);
    --_accent-text: var(--p2p-call-accent-text, #fff);
    --_background: var(--p2p-call-background, light-dark(#f5f6f8, #15171c));
    --_surface: var(--p2p-call-surface, light-dark(#fff, #22252d));
    --_text: var(--p2p-call-text, light-dark(#16181d, #f3f4f7));
    --_muted: var(--p2p-call-muted-text, light-dark(#565d6b, #a9b0bd));
    --_danger: var(--p2p-call-danger, #d32f2f);
    --_success: var(--p2p-call-success, light-dark(#157347, #4cc38a));
    --_border: var(--p2p-call-border, light-dark(#0002, #fff2));
    --_link: var(--p2p-call-accent, light-dark(#2f5fe3, #9db8ff));
    --_radius: var(--p2p-call-radius, 16px);
    --_gap: var(--p2p-call-gap, 16px);
    --_size: var(--p2p-call-control-size, 48px);
    display: flex;
    flex-direction: column;
    overflow: hidden;
    container-type: size;
    border-radius: var(--_radius);
    font: 1rem/1.4 var(--p2p-call-font, system-ui, sans-serif);
    text-align: start;
    overflow-wrap: anywhere;
    background: var(--_background);
  }
  .auto {
    color-scheme: light dark;
  }
  .light {
    color-scheme: light;
  }
  .dark,
  .call {
    color-scheme: dark;
  }
  /* Around pictures it is dark whatever the theme: people look best there. */
  .call,
  .tile {
    --_background: var(--p2p-call-stage-background, #0e1014);
    --_surface: #15171ccc;
    --_text: #fff;
    --_muted: #c3c9d4;
    --_link: #9db8ff;
  }
  .frame,
  .tile {
    color: var(--_text);
  }
  .frame,
  .remote,
  button {
    transition: 0.2s;
  }
  .body {
    position: relative;
    flex: 1;
  }
  .body p2p-call-controls {
    top: auto;
  }
  /* Its words lie over the stage, which must stay within reach of a pointer. */
  p2p-call-status {
    pointer-events: none;
  }

  ${wordsStyles}
  ${lobbyStyles}
  ${callStyles}
  ${noticesStyles}
`;
