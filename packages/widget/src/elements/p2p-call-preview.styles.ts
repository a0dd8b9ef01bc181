import { css } from 'lit';

export const previewStyles = css`
  :host {
    overflow: auto;
    overscroll-behavior: contain;
  }
  .lobby {
    display: flex;
    align-items: center;
    justify-content: safe center;
    gap: clamp(24px, 5cqi, 64px);
    min-block-size: 100%;
    padding: clamp(16px, 4cqi, 56px);
  }
  .tile {
    position: relative;
    flex: 1.5;
    max-inline-size: min(640px, 100cqb - 64px);
    aspect-ratio: 16 / 10;
    overflow: hidden;
    border-radius: var(--_radius);
    color: #fff;
    background: radial-gradient(120% 130% at 50% 0, #2b303b, #14161b);
    box-shadow:
      0 1px 2px rgb(0 0 0 / 0.12),
      0 12px 32px -12px rgb(0 0 0 / 0.35);
    isolation: isolate;
    --_focus: #b9ccff;
  }
  .tile video {
    position: absolute;
    inset: 0;
    scale: -1 1;
  }
  .centre {
    position: absolute;
    inset: 0 0 calc(var(--_size) + var(--_gap) * 2);
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    padding: 12px 12px 0;
    text-align: center;
    line-height: 1.35;
  }
  .centre .avatar {
    --_avatar: clamp(48px, 10cqi, 88px);
  }
  .hint {
    display: flex;
    align-items: center;
    gap: 0.5em;
    font-size: 0.9375em;
    color: #d4d9e2;
  }
  .open {
    padding-inline: 1em;
    color: #16181d;
    background: #fff;
    box-shadow: none;
  }
  .open:hover {
    background: #dfe3ea;
  }
  .toggles {
    position: absolute;
    inset-inline: 0;
    inset-block-end: 0;
    display: flex;
    justify-content: center;
    gap: 12px;
    padding: calc(var(--_gap) * 2) var(--_gap) var(--_gap);
  }
  .showing .toggles {
    background: linear-gradient(transparent, rgb(8 9 12 / 0.55));
  }

  .panel {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: var(--_gap);
    min-inline-size: 0;
    max-inline-size: 360px;
    text-align: center;
  }
  .panel .primary {
    min-inline-size: min(100%, 200px);
  }
  .actions {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    max-inline-size: 100%;
  }
  .actions,
  .notice {
    inline-size: 100%;
  }
  .who {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .who.here {
    display: flex;
    align-items: center;
    gap: 0.5em;
    color: var(--_text);
  }
  .who.here::before {
    content: '';
    flex: none;
    inline-size: 9px;
    block-size: 9px;
    border-radius: 50%;
    background: var(--_success);
  }
  .notice {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 2px 10px;
    padding: 12px 14px;
    border-radius: calc(var(--_radius) * 0.75);
    text-align: start;
    font-size: 0.875em;
    line-height: 1.4;
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_border);
    --_title: 1rem;
  }
  .notice > * {
    grid-column: 2;
  }
  .notice > .icon {
    grid-column: 1;
    grid-row: 1 / span 2;
    color: var(--_warn);
    inline-size: 22px;
    block-size: 22px;
    --_warn: light-dark(#b25000, #ffb930);
  }
  .notice .title {
    font-size: 1em;
  }
  .notice .device {
    font-size: 0.8125em;
    color: var(--_muted);
  }
  .notice .text {
    justify-self: start;
    margin-inline-start: -0.75em;
  }

  .bare {
    flex-direction: column;
  }
  .bare .panel,
  .troubled .panel {
    flex: none;
  }

  /* One column. */
  @container (inline-size < 640px) {
    .lobby {
      flex-direction: column;
      gap: var(--_gap);
      padding: 12px;
    }
    .panel {
      flex: none;
      gap: 8px;
      inline-size: 100%;
    }
    .tile {
      flex: none;
      inline-size: 100%;
      max-inline-size: max(200px, min(480px, (100cqb - 200px) * 1.6));
    }
    /* Join stays in sight, however much there is to read. */
    .actions {
      position: sticky;
      inset-block-end: 0;
      gap: 4px;
      padding-block: 8px 4px;
      background: var(--_background);
    }
    .notice .what {
      display: none;
    }
  }
  @container (inline-size < 480px) {
    .centre .avatar:not(:last-child) {
      display: none;
    }
  }
  /* No room for a picture, or none to show: only its buttons stay. */
  @container (inline-size < 640px) {
    .troubled .tile {
      display: contents;
    }
    .troubled .toggles {
      position: static;
      padding: 6px;
      border-radius: 999px;
      background: #14161b;
    }
    .troubled .centre {
      display: none;
    }
  }
  @container (block-size < 320px) {
    .lobby {
      gap: 6px;
      padding: 6px;
    }
    .tile {
      display: contents;
    }
    .lobby .toggles {
      position: static;
      padding: 4px;
      border-radius: 999px;
      background: #14161b;
    }
    .tile video,
    .centre,
    .title,
    .calm {
      display: none;
    }
    .notice .title {
      display: block;
    }
    .panel {
      gap: 4px;
      line-height: 1.3;
    }
    /* Before the words of a problem, which need scrolling here. */
    .actions {
      position: static;
      order: -1;
      padding-block: 0;
    }
    .actions .text {
      min-block-size: 24px;
    }
  }
`;
