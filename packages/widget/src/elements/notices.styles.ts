import { css } from 'lit';

/** What is going on, said over the pictures. A part of the one sheet in shared.styles.ts. */
export const noticesStyles = css`
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
