import { css } from 'lit';

/** Words, pictures, buttons. A part of the one sheet in shared.styles.ts. */
export const wordsStyles = css`
  h2,
  p {
    margin: 0;
    text-wrap: balance;
  }
  p {
    color: var(--_muted);
  }
  h2 {
    font-size: 1.375em;
    line-height: 1.25;
  }
  h2,
  .pill,
  .avatar {
    font-weight: 600;
  }
  code {
    display: block;
    font-family: ui-monospace, monospace;
  }
  video {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .tile video,
  .self video {
    scale: -1 1;
  }
  .icon {
    display: block;
    flex: none;
    width: 24px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button {
    padding: 0;
    border: 0;
    border-radius: 99px;
    font: inherit;
    color: inherit;
    background: none;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:hover {
    filter: brightness(0.9);
  }
  .on:hover {
    filter: brightness(1.2);
  }
  button:active {
    scale: 0.97;
  }
  :focus-visible {
    outline: 2px solid var(--_link);
    outline-offset: 2px;
  }
  .frame {
    outline-offset: -2px;
  }
  .pill,
  .hint,
  .name,
  .banner {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .pill {
    justify-content: center;
    min-height: var(--_size);
    padding: 4px 20px;
  }
  .primary {
    min-width: min(100%, 200px);
    color: var(--_accent-text);
    background: var(--_accent);
  }
  .text {
    min-height: 32px;
    padding: 4px 12px;
    color: var(--_link);
  }
  .round,
  .close,
  .avatar,
  .look,
  .badge,
  .self,
  .stage,
  .overlay {
    display: grid;
    place-items: center;
  }
  .avatar,
  .look,
  .badge,
  .spinner,
  .look::after,
  .here::before,
  .problem::after {
    flex: none;
    border-radius: 50%;
  }
  .round {
    position: relative;
    flex: none;
    width: var(--_size);
    height: var(--_size);
    background: #464c58d9;
  }
  .off,
  .open,
  .hear {
    color: #16181d;
    background: #fff;
  }
  .problem::after {
    content: '!';
    position: absolute;
    top: -4px;
    inset-inline-end: -4px;
    width: 20px;
    font: 600 13px/20px system-ui;
    background: #ffb930;
  }
  .leave {
    width: calc(var(--_size) * 1.3);
    background: var(--_danger);
  }
  .round + .leave {
    margin-inline-start: 12px;
  }
  .avatar {
    width: 2.6em;
    height: 2.6em;
    font-size: clamp(20px, 5cqmin, 40px);
    background: linear-gradient(150deg, #6481d6, #3b4f94);
  }
  .person .avatar,
  .waiting .avatar {
    font-size: clamp(24px, 7cqmin, 56px);
  }
  .spinner {
    width: 1em;
    height: 1em;
  }
  .spinner,
  .look.person::after {
    border: 2px solid;
    border-top-color: transparent;
    animation: spin 1s linear infinite;
  }
  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }
  .tile,
  .stage {
    background: radial-gradient(at top, #2b303b, var(--_background));
  }
  .tile,
  .self,
  .hear,
  .banner {
    box-shadow: 0 8px 24px #0006;
  }
  .toggles,
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 8px;
    padding: 24px var(--_gap) var(--_gap);
    background: linear-gradient(#0000, #0008);
  }
  .panel,
  .actions,
  .centre {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    text-align: center;
  }
  .panel {
    place-self: safe center;
    max-width: min(100%, 440px);
  }
  .panel .pill {
    margin-top: 8px;
  }
  .panel,
  .banner {
    grid-area: 1/1;
    pointer-events: auto;
    animation: appear 0.3s;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .name,
  .notice,
  .banner,
  .panel > .owner {
    padding: 8px 14px;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.75);
    font-size: 0.875em;
    background: var(--_surface);
  }
  .error,
  .notice > .icon,
  .banner > .icon {
    color: light-dark(#b25000, #ffb930);
  }
`;
