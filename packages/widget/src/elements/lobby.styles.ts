import { css } from 'lit';

/** The lobby. A part of the one sheet in shared.styles.ts. */
export const lobbyStyles = css`
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
`;
