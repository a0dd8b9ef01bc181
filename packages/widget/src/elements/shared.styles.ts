import { css } from 'lit';

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

/** The look of all elements. The `--_…` values are set by `p2p-call`, on its frame. */
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

  /* Words, pictures, buttons */
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

  /* The lobby */
  section {
    display: flex;
    align-items: safe center;
    justify-content: safe center;
    gap: 4cqi;
    overflow: auto;
    padding: 4cqi;
  }
  .tile {
    position: relative;
    flex: 1.5;
    max-width: min(640px, 100cqh - 64px);
    aspect-ratio: 16 / 10;
    overflow: hidden;
    border-radius: var(--_radius);
  }
  .centre {
    position: absolute;
    inset: 0 0 calc(var(--_size) + var(--_gap) * 2);
    justify-content: center;
    padding: 0 12px;
  }
  .toggles {
    position: absolute;
    inset: auto 0 0;
  }
  section .panel {
    flex: 1;
    max-width: 360px;
  }
  .troubled .panel {
    flex: none;
  }
  .actions,
  .notice {
    width: 100%;
  }
  .here {
    color: var(--_text);
  }
  .here::before {
    content: '';
    display: inline-block;
    width: 9px;
    height: 9px;
    margin-inline-end: 8px;
    background: var(--_success);
  }
  .notice {
    position: relative;
    padding-inline-start: 48px;
    text-align: start;
  }
  .notice .icon {
    position: absolute;
    inset-inline-start: 14px;
  }
  .notice h2 {
    font-size: 1em;
  }
  .notice .text {
    padding: 0;
  }

  /* The call */
  .remote {
    opacity: 0;
  }
  .showing {
    opacity: 1;
  }
  .held {
    filter: brightness(0.3) blur(3px);
    /* As the words: what is over sooner is not told. */
    transition-delay: 0.5s;
  }
  /* A picture fills the stage when both lie or both stand; else it would lose too much. */
  .tall {
    object-fit: contain;
  }
  .person {
    margin-bottom: var(--_size);
  }
  .name {
    position: absolute;
    top: var(--_gap);
    inset-inline-start: var(--_gap);
    max-width: min(60%, 360px);
    padding: 4px 12px;
    border-radius: 99px;
  }
  bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .name .icon,
  .badge .icon {
    width: 16px;
  }
  .self {
    position: absolute;
    bottom: var(--_gap);
    inset-inline-end: var(--_gap);
    width: var(--p2p-call-self-view-size, clamp(84px, 20cqi, 232px));
    aspect-ratio: 16 / 10;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.75);
    background: #2b303b;
  }
  .self .avatar {
    font-size: clamp(11px, 3cqi, 28px);
  }
  .badge {
    position: absolute;
    bottom: 4px;
    inset-inline-start: 4px;
    padding: 3px;
    background: var(--_surface);
  }
  /* Two halves: beside each other, or one below the other. */
  .side .remote {
    width: 50%;
  }
  .side .person {
    margin-inline-end: 50%;
  }
  .side .self {
    inset-block: 0;
    inset-inline: 50% 0;
    width: auto;
    aspect-ratio: auto;
    border: 0;
    border-radius: 0;
  }
  .hear {
    position: absolute;
    bottom: calc(var(--_size) + var(--_gap) * 2);
    z-index: 1;
  }
  /* Above one's own picture, where the two would meet. */
  @container (width < 480px) and (height >= 280px) {
    .hear {
      bottom: calc(var(--_size) * 2 + var(--_gap) * 3 + 10px);
    }
  }

  /* What is going on */
  .overlay {
    overflow: auto;
    padding: var(--_gap);
  }
  /* In a call the middle is that of the picture above the controls, which no words may cover. */
  .over {
    bottom: calc(var(--_size) + var(--_gap) * 2);
    padding-bottom: 0;
  }
  .look {
    position: relative;
    width: 56px;
    height: 56px;
    background: var(--_border);
  }
  .busy {
    font-size: 32px;
    background: none;
  }
  .look.person,
  .waiting {
    width: auto;
    height: auto;
    margin: 16px;
    background: none;
  }
  .look.person::after,
  .waiting::after {
    content: '';
    position: absolute;
    inset: -8px;
  }
  .waiting::after {
    inset: 0;
    border: 2px solid;
    animation: ripple 2s infinite;
  }
  @keyframes ripple {
    to {
      opacity: 0;
      scale: 1.6;
    }
  }
  .banner {
    place-self: start center;
    max-width: min(100%, 560px);
  }
  .banner strong {
    display: block;
  }
  .close {
    flex: none;
    margin-inline-end: -10px;
    padding: 2px;
  }
  .spoken {
    position: absolute;
    clip-path: inset(50%);
  }

  @container (orientation: portrait) {
    .remote {
      object-fit: contain;
    }
    .tall,
    .side .remote {
      object-fit: cover;
    }
    .side .remote {
      width: 100%;
      height: 50%;
    }
    .side .person {
      margin: 0 0 50cqh;
    }
    .side .self {
      inset: 50% 0 0;
    }
  }
  /* Above the controls there is no room beside them, and below the name none beside it. */
  @container (width < 720px) {
    .self {
      bottom: calc(var(--_size) + var(--_gap) * 2);
    }
    .banner {
      margin-top: calc(var(--_gap) + 28px);
    }
  }
  /* One column; no picture of oneself where there is none to show, only its buttons. */
  @container (width < 640px) {
    section {
      flex-direction: column;
      gap: var(--_gap);
      padding: 12px;
    }
    section .panel {
      flex: none;
      width: 100%;
    }
    .tile {
      flex: none;
      width: 100%;
      max-width: max(200px, min(480px, (100cqh - 200px) * 1.6));
    }
    /* Join stays in sight, however much there is to read. */
    .actions {
      position: sticky;
      bottom: 0;
      gap: 4px;
      background: var(--_background);
    }
    .troubled .centre {
      display: none;
    }
    .troubled .tile {
      display: contents;
    }
    .troubled .toggles {
      position: static;
      padding: 4px;
      border-radius: 99px;
      background: #15171c;
    }
  }
  /* A notice gets the place of the picture: below it, it would be out of sight. */
  @container (width < 640px) and (height < 480px) {
    section:has(.notice) :is(video, .centre, .calm) {
      display: none;
    }
    section:has(.notice) .tile {
      display: contents;
    }
    section:has(.notice) .toggles {
      position: static;
      padding: 4px;
      border-radius: 99px;
      background: #15171c;
    }
  }
  /* It would lie over the words. */
  @container (width < 480px) and (height < 400px) {
    .alone .self {
      display: none;
    }
  }
  @container (width < 480px) or (height < 400px) {
    .body {
      --_size: var(--p2p-call-control-size, 44px);
      --_gap: var(--p2p-call-gap, 10px);
      font-size: 0.875rem;
    }
    .centre .avatar:not(:last-child) {
      display: none;
    }
  }
  @container (height < 320px) {
    section {
      gap: 6px;
      padding: 6px;
    }
    .tile {
      display: contents;
    }
    section .toggles {
      position: static;
      padding: 4px;
      border-radius: 99px;
      background: #15171c;
    }
    .tile video,
    .centre,
    section .panel > h2,
    .calm {
      display: none;
    }
    .panel,
    .actions {
      gap: 4px;
    }
    .panel .pill {
      margin: 0;
    }
    .text {
      min-height: 24px;
      padding: 0;
    }
    /* Before the words of a problem, which need scrolling here. */
    .actions {
      position: static;
      order: -1;
    }
  }
  @container (height < 280px) {
    .look:not(.busy),
    .over .todo,
    .alone .self {
      display: none;
    }
    .self {
      bottom: auto;
      top: var(--_gap);
      width: var(--p2p-call-self-view-size, 72px);
    }
    .banner {
      margin: 0;
    }
  }

  @media (prefers-reduced-motion) {
    *,
    ::before,
    ::after {
      transition-duration: 0s !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    button,
    .avatar {
      border: 1px solid;
    }
  }
`;
