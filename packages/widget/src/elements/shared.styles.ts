import { css } from 'lit';

/** What the inner elements have in common. The `--_…` values are set by `p2p-call`. */
export const sharedStyles = css`
  :host {
    display: block;
    font: inherit;
    color: var(--_text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h2,
  p {
    margin: 0;
  }
  video {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .icon {
    display: block;
    flex: none;
    inline-size: 24px;
    block-size: 24px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .title {
    font-size: var(--_title);
    font-weight: 600;
    line-height: 1.25;
    letter-spacing: -0.01em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .what,
  .todo,
  .owner {
    color: var(--_muted);
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .owner {
    font-size: 0.8125em;
  }
  .owner code {
    display: block;
    font-family: ui-monospace, monospace;
  }

  button {
    font: inherit;
    color: inherit;
    border: 0;
    margin: 0;
    cursor: pointer;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
    transition:
      background-color 0.15s,
      color 0.15s,
      scale 0.15s;
  }
  button:active {
    scale: 0.97;
  }
  button:focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .pill {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: var(--_size);
    padding: 0.25em 1.375em;
    border-radius: 999px;
    font-weight: 600;
    line-height: 1.2;
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_border);
  }
  .pill:hover {
    background: var(--_hover);
  }
  .primary {
    color: var(--_accent-text);
    background: var(--_accent);
    box-shadow: none;
  }
  .primary:hover {
    background: color-mix(in srgb, var(--_accent) 88%, #000);
  }
  .text {
    min-block-size: 32px;
    padding: 0.25em 0.75em;
    border-radius: 999px;
    font-size: 0.9375em;
    font-weight: 500;
    line-height: 1.25;
    color: var(--_link);
    background: none;
  }
  .text:hover {
    background: var(--_hover);
  }

  .round {
    position: relative;
    display: grid;
    place-items: center;
    flex: none;
    inline-size: var(--_size);
    block-size: var(--_size);
    padding: 0;
    border-radius: 50%;
    color: #fff;
    background: rgb(70 76 88 / 0.85);
  }
  .round:hover {
    background: rgb(92 99 113 / 0.95);
  }
  .round.off {
    color: #16181d;
    background: #fff;
  }
  .round.off:hover {
    background: #dfe3ea;
  }
  .round.problem::after {
    content: '!';
    position: absolute;
    inset-block-start: -4px;
    inset-inline-end: -4px;
    inline-size: 20px;
    block-size: 20px;
    border-radius: 50%;
    font:
      700 13px/20px system-ui,
      sans-serif;
    color: #2a1a00;
    background: #ffb930;
  }

  .avatar {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: var(--_avatar, 96px);
    block-size: var(--_avatar, 96px);
    border-radius: 50%;
    font-size: calc(var(--_avatar, 96px) * 0.38);
    font-weight: 600;
    line-height: 1;
    letter-spacing: 0.01em;
    color: #fff;
    background: linear-gradient(150deg, #6481d6, #3b4f94);
  }

  .spinner {
    flex: none;
    inline-size: 1.125em;
    block-size: 1.125em;
    border: 2px solid currentColor;
    border-block-start-color: transparent;
    border-radius: 50%;
    animation: spin 0.9s linear infinite;
  }
  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      transition: none !important;
      animation-duration: 4s !important;
    }
  }
  @media (forced-colors: active) {
    .pill,
    .text,
    .round,
    .avatar {
      border: 1px solid ButtonBorder;
    }
  }
`;
