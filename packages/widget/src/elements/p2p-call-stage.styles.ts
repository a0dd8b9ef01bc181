import { css } from 'lit';

export const stageStyles = css`
  .stage {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    overflow: hidden;
    background: radial-gradient(110% 120% at 50% 0, #20242d, var(--_background) 70%);
  }
  .remote {
    position: absolute;
    inset: 0;
    opacity: 0;
    transition:
      opacity 0.4s,
      filter 0.4s;
  }
  .remote.showing {
    opacity: 1;
  }
  .remote.held {
    filter: brightness(0.45) saturate(0.6) blur(3px);
  }
  /* A picture fills the stage when both lie or both stand; else it would lose too much. */
  .remote.tall {
    object-fit: contain;
  }
  @container (orientation: portrait) {
    .remote {
      object-fit: contain;
    }
    .remote.tall {
      object-fit: cover;
    }
  }

  .person {
    --_avatar: clamp(64px, 18cqmin, 144px);
    margin-block-end: var(--_size);
  }

  .name {
    position: absolute;
    inset-block-start: var(--_gap);
    inset-inline-start: var(--_gap);
    display: flex;
    align-items: center;
    gap: 6px;
    max-inline-size: min(60%, 360px);
    padding: 4px 12px;
    border-radius: 999px;
    font-size: 0.875em;
    font-weight: 500;
    background: rgb(12 14 18 / 0.66);
  }
  .name bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .name .icon,
  .self .icon {
    inline-size: 16px;
    block-size: 16px;
  }
  .name .icon {
    margin-inline-start: -4px;
  }

  .self {
    position: absolute;
    inset-inline-end: var(--_gap);
    inset-block-end: var(--_gap);
    display: grid;
    place-items: center;
    inline-size: var(--p2p-call-self-view-size, clamp(84px, 20cqi, 232px));
    aspect-ratio: 16 / 10;
    overflow: hidden;
    border-radius: calc(var(--_radius) * 0.75);
    background: #2a2e37;
    box-shadow:
      0 0 0 1px rgb(255 255 255 / 0.14),
      0 8px 24px rgb(0 0 0 / 0.4);
  }
  .self video {
    scale: -1 1;
  }
  .self .avatar {
    --_avatar: clamp(28px, 8cqi, 72px);
  }
  .badge {
    position: absolute;
    inset-block-end: 4px;
    inset-inline-start: 4px;
    display: grid;
    padding: 3px;
    border-radius: 50%;
    background: rgb(12 14 18 / 0.66);
  }

  /* Two halves: beside each other, or one below the other. */
  .side .remote {
    inset-inline-end: auto;
    inline-size: 50%;
  }
  .side .person {
    margin-inline-end: 50%;
  }
  .side .self {
    inset: 0;
    inset-inline-start: 50%;
    inline-size: auto;
    aspect-ratio: auto;
    border-radius: 0;
  }
  @container (orientation: portrait) {
    .side .remote {
      inset-block-end: auto;
      inline-size: 100%;
      block-size: 50%;
      object-fit: cover;
    }
    .side .person {
      margin: 0 0 50cqb;
    }
    .side .self {
      inset: 50% 0 0;
    }
  }

  .hear {
    position: absolute;
    inset-block-end: calc(var(--_size) + var(--_gap) * 2 + 8px);
    z-index: 1;
    color: #16181d;
    background: #fff;
    box-shadow: 0 8px 24px rgb(0 0 0 / 0.4);
  }
  .hear:hover {
    background: #dfe3ea;
  }

  /* Above the controls there is no room beside them. */
  @container (inline-size < 720px) {
    .corner .self {
      inset-block-end: calc(var(--_size) + var(--_gap) * 2 + 4px);
    }
  }
  @container (block-size < 280px) {
    .corner .self {
      inset-block: var(--_gap) auto;
      inline-size: var(--p2p-call-self-view-size, 72px);
    }
    /* The words need its place. */
    .alone .self {
      display: none;
    }
  }
`;
