// What each page said while a call was broken and mended: in its state, its events and its words.
import { expect, type Page } from '@playwright/test';
import type { CallSnapshot } from '../../packages/widget/src/core/snapshot.js';
import { en } from '../../packages/widget/src/i18n/en.js';
import { SIDES, type Side } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';

type Seen = Pick<CallSnapshot, 'phase' | 'reason' | 'signaling' | 'media'> & {
  readonly here: boolean | null;
  readonly step: string | null;
  readonly attempt: number;
  readonly error: string | null;
};

/** A page, unchanged for a while. */
export interface Spell {
  /** ms of that page's clock, and for how long */
  readonly at: number;
  readonly ms: number;
  readonly seen: Seen;
  /** What a person could read in the last look. */
  readonly words: string;
}

export interface RecoveryEvent {
  readonly at: number;
  readonly step: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly elapsedMs: number;
}

interface Pages {
  spells: { at: number; ms: number; seen: Seen; words: string }[];
  recoveries: RecoveryEvent[];
}

declare global {
  interface Window {
    labChronicle?: Pages;
  }
}

/** Runs in the page: looks at the element ten times a second. */
function keepChronicle(): void {
  const call = document.querySelector('p2p-call') as
    (HTMLElement & { readonly snapshot: CallSnapshot }) | null;
  if (call === null || window.labChronicle) return;
  const pages: Pages = { spells: [], recoveries: [] };
  window.labChronicle = pages;
  call.addEventListener('p2p-recovery', (event) => {
    const detail = (event as CustomEvent<Omit<RecoveryEvent, 'at'>>).detail;
    pages.recoveries.push({ ...detail, at: Math.round(performance.now()) });
  });
  const wordsOf = (): string => {
    const root = call.shadowRoot?.querySelector('p2p-call-status')?.shadowRoot;
    const shown = [...(root?.querySelectorAll<HTMLElement>('.panel, .banner') ?? [])];
    return shown.map((element) => element.innerText.replace(/\s+/g, ' ').trim()).join(' | ');
  };
  const look = (): void => {
    const { phase, reason, signaling, media, peer, recovery, error } = call.snapshot;
    const seen: Seen = {
      phase,
      reason,
      signaling,
      media,
      here: peer?.here ?? null,
      step: recovery?.step ?? null,
      attempt: recovery?.attempt ?? 0,
      error: error?.code ?? null,
    };
    const now = Math.round(performance.now());
    const last = pages.spells.at(-1);
    if (last && JSON.stringify(last.seen) === JSON.stringify(seen)) {
      last.ms = now - last.at;
      last.words = wordsOf();
    } else pages.spells.push({ at: now, ms: 0, seen, words: wordsOf() });
  };
  call.addEventListener('p2p-phase-change', look);
  setInterval(look, 100);
}

export class Chronicle {
  readonly #lab: Lab;

  private constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** From now on, in both pages, until they are left. */
  static async begin(lab: Lab): Promise<Chronicle> {
    await Promise.all(lab.homes.map(({ page }) => page.evaluate(keepChronicle)));
    return new Chronicle(lab);
  }

  async of(side: Side): Promise<Pages> {
    return (await pagesOf(this.#lab.home[side].page)) ?? { spells: [], recoveries: [] };
  }

  /** Did the words and the snapshot of each page fit what was going on, all the time? */
  async expectTruth(): Promise<void> {
    for (const side of SIDES) {
      const { spells, recoveries } = await this.of(side);
      const lies = [...spells.flatMap(lieOf), ...liesOfSteps(recoveries)];
      expect(lies, `what was said at home ${side}`).toEqual([]);
    }
  }

  /** In short, for the log: phases and steps, with how long each took. */
  async describe(side: Side): Promise<string> {
    const { spells } = await this.of(side);
    return spells
      .filter(({ ms }) => ms > 0)
      .map(({ seen, ms }) => `${seen.phase}${seen.step ? `(${seen.step} ${seen.attempt})` : ''} ${ms}`)
      .join(' → ');
  }
}

function pagesOf(page: Page): Promise<Pages | undefined> {
  return page.evaluate(() => window.labChronicle);
}

/** Words that stand for less than this are not asked for: the element keeps quiet about what passes at once, ms. */
const SETTLED_MS = 1_500;

/** What of a snapshot does not fit itself, or is not said in words. */
function lieOf({ seen, ms, words }: Spell): string[] {
  const lies: string[] = [];
  const told = `${JSON.stringify(seen)} for ${ms} ms, with the words "${words}"`;
  const media = mediaOf(seen);
  if (media !== null && seen.media !== media) lies.push(`media is not ${media}: ${told}`);
  if ((seen.phase === 'recovering') !== (seen.step !== null) && seen.phase !== 'connecting')
    lies.push(`recovery and phase differ: ${told}`);
  if (ms < SETTLED_MS) return lies;
  const title = titleOf(seen);
  if (title !== null && !words.includes(title)) lies.push(`not said: "${title}": ${told}`);
  if (isCalm(seen) && words !== '') lies.push(`trouble is said where there is none: ${told}`);
  return lies;
}

function mediaOf({ phase, step }: Seen): string | null {
  if (phase === 'connected') return 'flowing';
  if (phase === 'unstable') return 'stalled';
  if (phase === 'recovering') return step === 'restart' ? 'restarting' : 'rebuilding';
  return null;
}

const isCalm = ({ phase, signaling, here, error }: Seen): boolean =>
  phase === 'connected' && signaling === 'open' && here === true && error === null;

/** What a person must be able to read. */
function titleOf({ phase, signaling, here, step, reason, error }: Seen): string | null {
  const { losses, phases, ui, ends } = en;
  const isBroken = phase === 'unstable' || phase === 'recovering';
  if (isBroken && signaling !== 'open') return losses.self.title;
  if (isBroken && here === false) return losses.peer.title.replace('{name}', '').trim();
  if (phase === 'unstable') return phases.unstable.title;
  if (phase === 'recovering')
    return step === 'relay' ? ui.otherWay : step === 'relay-tcp' ? ui.lastWay : phases.recovering.title;
  if (phase !== 'ended' || reason === null) return null;
  return reason === 'connection-lost' && error === 'ice-failed' ? en.errors[error].title : ends[reason].title;
}

/** Each step begins once and has one outcome, before the next begins; the last may still be under way. */
function liesOfSteps(recoveries: readonly RecoveryEvent[]): string[] {
  const lies: string[] = [];
  let open: RecoveryEvent | null = null;
  for (const event of recoveries) {
    const isNext = event.outcome === 'started';
    const fits = isNext ? open === null : open?.step === event.step && open.attempt === event.attempt;
    if (!fits) lies.push(`out of order: ${JSON.stringify(event)} after ${JSON.stringify(open)}`);
    open = isNext ? event : null;
  }
  return lies;
}
