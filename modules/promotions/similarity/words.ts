const MOST_WORDS = 3;
const INSIDE_WORD = '[\\p{L}\\p{M}\\p{N}]';

/** A pattern that finds texts by their words. */
export interface CommonPattern {
  /** Source of a `RegExp`, to use with {@link flags}. */
  readonly source: string;
  /** Flags of the `RegExp`. */
  readonly flags: 'isu';
  /** The words that a text must contain, in any order and any case. */
  readonly words: readonly string[];
}

/**
 * Makes a pattern that matches all of the texts, from up to three words that all of them contain; words that are rare in
 * `among` are preferred. `undefined` when the texts have no telling word in common.
 *
 * Words hold letters, marks and digits only, so that none has a meaning in a pattern. Each is searched for once, from the
 * beginning, so that the time to match grows linearly with the length of a text.
 */
export function commonPattern(texts: readonly string[], among: readonly string[]): CommonPattern | undefined {
  const [first = new Set<string>(), ...others] = texts.map(tellingWords);
  const common = [...first].filter((word) => others.every((words) => words.has(word)));
  const found = common.filter((word) => texts.every((text) => patternOf([word]).test(text)));
  const spread = new Map(found.map((word) => [word, 0]));
  for (const text of among) {
    for (const word of tellingWords(text)) spread.set(word, (spread.get(word) ?? 0) + 1);
  }
  const words = found
    .sort((a, b) => (spread.get(a) ?? 0) - (spread.get(b) ?? 0) || b.length - a.length || a.localeCompare(b))
    .slice(0, MOST_WORDS)
    .sort();
  return words.length === 0 ? undefined : { source: patternOf(words).source, flags: 'isu', words };
}

function patternOf(words: readonly string[]): RegExp {
  const each = words.map((word) => `(?=.*(?<!${INSIDE_WORD})${word}(?!${INSIDE_WORD}))`);
  return new RegExp(`^${each.join('')}`, 'isu');
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const SHORTEST = 2;
const LONGEST = 40;

/** Words that do not tell what a text is about, and the prefixes that mail programs put before a subject. */
const STOP_WORDS = new Set(
  (
    'a an and any are as at be been but by can could did do does for from give had has have how i if in is it its ' +
    'let me my no not now of on or our please should show so tell that the their them then there these they this to ' +
    'up us was we were what when where which who why will with would you your ' +
    're fwd fw aw wg sv antw'
  ).split(' '),
);

/** The words of a text in lower case, in their order. A word holds letters, marks and digits only. */
export const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(WORD) ?? [];

/** The words that tell what a text is about, each once. */
export function tellingWords(text: string): ReadonlySet<string> {
  const words = wordsOf(text).filter(({ length }) => length >= SHORTEST && length <= LONGEST);
  return new Set(words.filter((word) => !STOP_WORDS.has(word)));
}
