const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const SHORTEST = 2;
const LONGEST = 40;

/** Words that say nothing of what a text is about, with what mail programs put before a subject. */
const STOP_WORDS = new Set(
  (
    'a an and any are as at be been but by can could did do does for from give had has have how i if in is it its ' +
    'let me my no not now of on or our please should show so tell that the their them then there these they this to ' +
    'up us was we were what when where which who why will with would you your ' +
    're fwd fw aw wg sv antw'
  ).split(' '),
);

/** The words of a text in lower case, in their order. A word has letters, marks and digits only. */
export const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(WORD) ?? [];

/** The words that tell what a text is about, each once. */
export function tellingWords(text: string): ReadonlySet<string> {
  const words = wordsOf(text).filter(({ length }) => length >= SHORTEST && length <= LONGEST);
  return new Set(words.filter((word) => !STOP_WORDS.has(word)));
}
