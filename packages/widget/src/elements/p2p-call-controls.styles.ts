import { css } from 'lit';

export const controlsStyles = css`
  .bar {
    display: flex;
    align-items: center;
    justify-content: center;
    flex-wrap: wrap;
    gap: 12px;
    padding: 40px var(--_gap) var(--_gap);
    background: linear-gradient(transparent, rgb(8 9 12 / 0.65));
    /* Only the buttons are in the way of what lies below. */
    pointer-events: none;
  }
  .bar > * {
    pointer-events: auto;
  }
  ::slotted(*) {
    flex: none;
  }
  .leave {
    inline-size: calc(var(--_size) * 1.3);
    border-radius: 999px;
    background: var(--_danger);
  }
  .leave:hover {
    background: color-mix(in srgb, var(--_danger) 86%, #000);
  }
  .round + .leave {
    margin-inline-start: 12px;
  }
  .leave + .round {
    margin-inline-start: 12px;
  }

  @container (inline-size < 480px) or (block-size < 400px) {
    .bar {
      gap: 8px;
      padding-block-start: 24px;
    }
  }
`;
