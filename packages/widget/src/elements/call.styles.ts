import { css } from 'lit';

/** The call: both pictures. A part of the one sheet in shared.styles.ts. */
export const callStyles = css`
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
`;
