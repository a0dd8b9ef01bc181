import { css } from 'lit';

export const callStyles = css`
  :host {
    position: relative;
    display: block;
    aspect-ratio: 16 / 10;
    max-block-size: 100dvh;
    contain: layout paint;
    overflow: clip;
  }
  :host([hidden]) {
    display: none;
  }
  /* Gives an embed of automatic height a useful one when it is narrow. A height that the page sets wins: only the
     automatic minimum of a box with an aspect ratio asks its content. */
  :host::before {
    content: '';
    display: block;
    inline-size: 0;
    block-size: 400px;
    visibility: hidden;
  }

  .frame {
    --_accent: var(--p2p-call-accent, #2f5fe3);
    --_accent-text: var(--p2p-call-accent-text, #fff);
    --_background: var(--p2p-call-background, light-dark(#f5f6f8, #15171c));
    --_surface: var(--p2p-call-surface, light-dark(#fff, #22252d));
    --_text: var(--p2p-call-text, light-dark(#16181d, #f3f4f7));
    --_muted: var(--p2p-call-muted-text, light-dark(#565d6b, #a9b0bd));
    --_danger: var(--p2p-call-danger, #d32f2f);
    --_success: var(--p2p-call-success, light-dark(#157347, #4cc38a));
    --_border: var(--p2p-call-border, light-dark(rgb(20 24 33 / 0.14), rgb(255 255 255 / 0.16)));
    --_hover: light-dark(rgb(20 24 33 / 0.06), rgb(255 255 255 / 0.1));
    --_link: var(--p2p-call-accent, light-dark(#2650c4, #9db8ff));
    --_focus: var(--p2p-call-accent, light-dark(#2f5fe3, #9db8ff));
    --_radius: var(--p2p-call-radius, 16px);
    --_gap: var(--p2p-call-gap, 16px);
    --_size: var(--p2p-call-control-size, 48px);
    --_title: 1.5rem;

    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    overflow: hidden;
    container-type: size;
    border-radius: var(--_radius);
    font: 400 1rem/1.5 var(--p2p-call-font, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif);
    text-align: start;
    color: var(--_text);
    background: var(--_background);
    transition: background-color 0.3s;
  }
  .frame:focus {
    outline: none;
  }
  .frame:focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  .auto {
    color-scheme: light dark;
  }
  .light {
    color-scheme: light;
  }
  .dark {
    color-scheme: dark;
  }
  /* In the call the stage is dark whatever the theme: pictures of people look best there. */
  .call {
    --_background: var(--p2p-call-stage-background, #0e1014);
    --_surface: rgb(30 33 40 / 0.92);
    --_text: #fff;
    --_muted: #c3c9d4;
    --_border: rgb(255 255 255 / 0.16);
    --_hover: rgb(255 255 255 / 0.14);
    --_link: #b9ccff;
    --_focus: #b9ccff;
    color-scheme: dark;
  }

  .body {
    position: relative;
    flex: 1;
    min-block-size: 0;
  }
  p2p-call-preview,
  p2p-call-stage,
  p2p-call-status {
    position: absolute;
    inset: 0;
  }
  /* Its words lie over the stage, which must stay within reach of a pointer. */
  p2p-call-status {
    pointer-events: none;
  }
  p2p-call-controls {
    position: absolute;
    inset-inline: 0;
    inset-block-end: 0;
  }

  @container (inline-size < 480px) or (block-size < 400px) {
    .body {
      --_title: 1.125rem;
      --_size: var(--p2p-call-control-size, 44px);
      --_gap: var(--p2p-call-gap, 10px);
      font-size: 0.875rem;
    }
  }
`;
