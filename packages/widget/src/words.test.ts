import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALL_ERROR_CODES, CallError } from './core/errors.js';
import { PHASES } from './core/snapshot.js';
import { ar } from './i18n/ar.js';
import { de } from './i18n/de.js';
import { en, fill, type Words } from './i18n/en.js';
import { onWordsRegistered, registerWords, wordsFor } from './i18n/registry.js';

/** Every text of a language, by its path. */
function textsOf(value: object, path = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    if (typeof inner === 'string') texts.set(path + key, inner);
    if (typeof inner === 'object' && inner !== null) {
      for (const [deeper, text] of textsOf(inner, `${path}${key}/`)) texts.set(deeper, text);
    }
  }
  return texts;
}

const LANGUAGES: [string, Words][] = [
  ['en', en],
  ['de', de],
  ['ar', ar],
];

for (const [lang, words] of LANGUAGES) {
  test(`${lang}: every phase, end and error has words`, () => {
    for (const phase of PHASES) assert.ok(words.phases[phase].title, phase);
    for (const code of CALL_ERROR_CODES) {
      const { title, owner } = words.errors[code];
      assert.ok(title, code);
      const isForOwner = new CallError(code).recovery === 'site-owner';
      assert.equal(owner !== undefined, isForOwner, `${code}: a line for the site owner`);
    }
    for (const [reason, { title, todo }] of Object.entries(words.ends)) {
      assert.ok(title && todo, reason);
    }
  });

  test(`${lang}: a person can do something about every error, and is told what`, () => {
    for (const code of CALL_ERROR_CODES) assert.ok(words.errors[code].todo, code);
  });

  test(`${lang}: has the texts of English, each filled, with a place for each name`, () => {
    const texts = textsOf(words);
    const english = textsOf(en);
    assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort());
    for (const [path, text] of texts) {
      assert.equal(text === '', english.get(path) === '', path);
      assert.equal(text.includes('{name}'), english.get(path)?.includes('{name}'), path);
    }
  });
}

test('a language is found by its tag, whole or by its first part; English is the last resort', () => {
  assert.equal(wordsFor('de').lang, 'de');
  assert.equal(wordsFor('de-AT').lang, 'de');
  assert.equal(wordsFor('AR-eg').dir, 'rtl');
  assert.equal(wordsFor('xx', 'de').lang, 'de');
  assert.equal(wordsFor('', null, undefined).lang, 'en');
  assert.equal(wordsFor('xx').lang, 'en');
});

test('a language that comes later is told of', () => {
  let told = 0;
  const stop = onWordsRegistered(() => (told += 1));
  registerWords('de-CH', { ...de, lang: 'de-CH' });
  assert.equal(wordsFor('de-ch').lang, 'de-CH');
  stop();
  registerWords('de-CH', de);
  assert.equal(told, 1);
});

test('a name is put into every place, whatever it holds', () => {
  assert.equal(fill('{name} and {name}', '$& {name}'), '$& {name} and $& {name}');
});
