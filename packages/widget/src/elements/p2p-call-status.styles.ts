import { css } from 'lit';

export const statusStyles = css`
  .overlay {
    position: absolute;
    inset: 0;
    display: grid;
    overflow: auto;
    padding: var(--_gap);
    pointer-events: auto;
  }
  /* In a call the middle is that of the picture above the controls. */
  .over {
    overflow: hidden;
    pointer-events: none;
    padding-block-end: calc(var(--_size) + var(--_gap) * 2);
  }
  .panel {
    place-self: safe center;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 6px;
    max-inline-size: min(100%, 440px);
    text-align: center;
    animation: appear 0.3s ease-out;
  }
  .panel .pill,
  .panel ::slotted(*) {
    margin-block-start: var(--_gap);
    pointer-events: auto;
  }
  .panel .owner {
    margin-block-start: 8px;
    padding: 10px 14px;
    border-radius: calc(var(--_radius) * 0.75);
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_border);
    pointer-events: auto;
  }
  @keyframes appear {
    from {
      opacity: 0;
      translate: 0 6px;
    }
  }

  .look {
    position: relative;
    display: grid;
    place-items: center;
    margin-block-end: 10px;
    inline-size: 64px;
    block-size: 64px;
    border-radius: 50%;
    background: var(--_hover);
  }
  .look .icon {
    inline-size: 30px;
    block-size: 30px;
  }
  .look.busy {
    background: none;
    font-size: 30px;
  }
  .look.error {
    color: light-dark(#b25000, #ffb930);
  }
  .look.person,
  .look.waiting {
    --_avatar: clamp(56px, 16cqmin, 112px);
    inline-size: var(--_avatar);
    block-size: var(--_avatar);
    margin: 16px;
  }
  .look.person::after,
  .look.waiting::after,
  .look.waiting::before {
    content: '';
    position: absolute;
    inset: -8px;
    border: 2px solid rgb(255 255 255 / 0.5);
    border-radius: 50%;
  }
  .look.person::after {
    border-block-start-color: transparent;
    animation: spin 1.1s linear infinite;
  }
  .look.waiting::after,
  .look.waiting::before {
    inset: 0;
    animation: ripple 2.8s ease-out infinite;
  }
  .look.waiting::before {
    animation-delay: 1.4s;
  }
  @keyframes ripple {
    from {
      opacity: 0.9;
    }
    to {
      opacity: 0;
      scale: 1.6;
    }
  }

  .banner {
    position: absolute;
    inset-block-start: var(--_gap);
    inset-inline: var(--_gap);
    margin-inline: auto;
    display: flex;
    align-items: center;
    gap: 10px;
    inline-size: fit-content;
    max-inline-size: min(100% - var(--_gap) * 2, 560px);
    padding: 8px 14px;
    border-radius: calc(var(--_radius) * 0.875);
    font-size: 0.875em;
    line-height: 1.35;
    background: var(--_surface);
    box-shadow:
      inset 0 0 0 1px var(--_border),
      0 8px 24px rgb(0 0 0 / 0.35);
    pointer-events: auto;
    animation: appear 0.3s ease-out;
  }
  .banner .icon {
    inline-size: 20px;
    block-size: 20px;
    color: #ffb930;
  }
  .banner strong {
    display: block;
    font-weight: 600;
  }
  .close {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 28px;
    block-size: 28px;
    padding: 0;
    margin-inline-end: -6px;
    border-radius: 50%;
    background: none;
  }
  .close:hover {
    background: var(--_hover);
  }
  .close .icon {
    color: inherit;
  }

  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @container (inline-size < 480px) or (block-size < 400px) {
    .look {
      inline-size: 48px;
      block-size: 48px;
      margin-block-end: 4px;
    }
    /* Below the name. */
    .banner {
      inset-block-start: calc(var(--_gap) * 2 + 28px);
    }
  }
  @container (block-size < 280px) {
    .look:not(.busy),
    .what,
    .over .todo {
      display: none;
    }
    .panel {
      gap: 2px;
    }
    .panel .pill,
    .panel .owner {
      margin-block-start: 4px;
    }
    .banner {
      inset-block-start: var(--_gap);
    }
  }
`;
