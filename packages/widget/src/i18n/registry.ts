import { en, type Words } from './en.js';

const languages = new Map<string, Words>([['en', en]]);
const listeners = new Set<() => void>();

/** Makes a language known to every `<p2p-call>` of the page, those already shown included. */
export function registerWords(lang: string, words: Words): void {
  languages.set(lang.toLowerCase(), words);
  for (const listener of listeners) listener();
}

/** @returns a function that ends the subscription */
export function onWordsRegistered(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * The words of the first wanted language (BCP 47) that is known, whole or by its first part: `de-AT` finds `de`.
 * English if there is none.
 */
export function wordsFor(...wanted: readonly (string | null | undefined)[]): Words {
  for (const tag of wanted) {
    const lang = tag?.toLowerCase() ?? '';
    const words = languages.get(lang) ?? languages.get(lang.split('-')[0] ?? '');
    if (words !== undefined) return words;
  }
  return en;
}
