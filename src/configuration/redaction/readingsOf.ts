import { escapes, isWord } from './escapes';
import { isBase64Run, isHexRun, lists, runs, SHORTEST_RUN } from './numbers';
import { Reading, Said } from './Reading';
import { folds, forms, imapNames, letters, mails, utf7 } from './transports';

/** The number of encodings that stand in each other. */
const DEEPEST = 8;
/** Characters of all that is read, for each character of the text: a text that has several meanings has no end of them. */
const MOST_EACH = 4;
const MOST = 65_536;

/** The kinds of encodings, in the order in which they are undone. */
const KINDS = { escapes: 1, letters: 2, mails: 4, utf7: 8, forms: 16, folds: 32, runs: 64, lists: 128, imapNames: 256 };
const EVERY_KIND = 511;

/**
 * Finds the kinds of encodings that are in a text: none in most texts.
 *
 * @param hasSpaces - true if a plus may stand for a space that is looked for.
 */
export const encodingsIn = (text: string, hasSpaces: boolean): number =>
  kindsIn(text, hasSpaces ? EVERY_KIND : EVERY_KIND & ~KINDS.forms);

/**
 * Reads all that a text says, the text itself first: each encoding undone wherever it stands, and again in what is then read.
 *
 * @param encodings - of the text, as {@link encodingsIn} finds them.
 */
export function readingsOf(text: string, encodings: number, hasSpaces: boolean): readonly Reading[] {
  const found = [new Reading(text)];
  let left = MOST + MOST_EACH * text.length;
  for (const reading of found) {
    if (reading.depth === DEEPEST) continue;
    for (const read of readAgain(reading, reading.depth === 0 ? encodings : encodingsIn(reading.text, hasSpaces))) {
      left -= read.text.length;
      if (left < 0) return found;
      found.push(read);
    }
  }
  return found;
}

/** Decodes a text although it is not encoded: finds what becomes of one that looks as if it were. */
export function misread(text: string): readonly string[] {
  const found = [new Reading(text)];
  for (const reading of found) {
    if (reading.depth < DEEPEST) found.push(...readAgain(reading, KINDS.escapes | KINDS.letters));
  }
  return found.slice(1).map((reading) => reading.text);
}

function readAgain(reading: Reading, kinds: number): readonly Reading[] {
  const read: (Reading | undefined)[] = [];
  if ((kinds & KINDS.escapes) !== 0) read.push(reading.decoded(escapes));
  if ((kinds & KINDS.letters) !== 0) read.push(reading.decoded(letters));
  if ((kinds & KINDS.mails) !== 0) read.push(reading.decoded(mails));
  if ((kinds & KINDS.utf7) !== 0) read.push(reading.decoded(utf7));
  if ((kinds & KINDS.imapNames) !== 0) read.push(reading.decoded(imapNames));
  if ((kinds & KINDS.forms) !== 0) read.push(reading.decoded(forms));
  if ((kinds & KINDS.folds) !== 0) read.push(reading.decoded(folds, true));
  if ((kinds & KINDS.runs) !== 0) read.push(...runs(reading));
  if ((kinds & KINDS.lists) !== 0) read.push(...lists(reading));
  return read.filter((next) => next !== undefined);
}

/** Bits of a character, besides the kinds that may begin with it: it is of base64, a digit, or between the numbers of a list. */
const BASE64 = 512;
const HEX_DIGIT = 1024;
const DECIMAL_DIGIT = 2048;
const BETWEEN = 4096;
const SIGN = EVERY_KIND | DECIMAL_DIGIT;
/** Bits of every character that is no ASCII. */
const WIDE = KINDS.escapes | KINDS.letters;

const CLASSES = classes([
  ['ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ+/-_', BASE64],
  ['abcdefABCDEF', BASE64 | HEX_DIGIT],
  ['0123456789', BASE64 | HEX_DIGIT | DECIMAL_DIGIT],
  [' ,:-\t\r\n"\'', BETWEEN],
  ['\\%&^`\'"\0\x1b', KINDS.escapes],
  ['=', KINDS.mails],
  ['&', KINDS.imapNames],
  ['+', KINDS.utf7 | KINDS.forms],
  ['\r\n', KINDS.folds],
]);

function classes(given: readonly (readonly [string, number])[]): Uint16Array {
  const table = new Uint16Array(128);
  for (const [characters, bits] of given)
    for (const character of characters) table[character.charCodeAt(0)] = (table[character.charCodeAt(0)] ?? 0) | bits;
  return table;
}

const classOf = (code: number): number => (code < 128 ? (CLASSES[code] ?? 0) : WIDE);

const FEWEST_BETWEEN = 3;

/** The kinds of encodings that are in a text. */
function kindsIn(text: string, wanted: number): number {
  let kinds = 0;
  let run = 0;
  let between = 0;
  let unshifted = 0;
  const { length } = text;
  for (let at = 0; at < length; at++) {
    const is = classOf(text.charCodeAt(at));
    if ((is & BASE64) === 0) {
      if (at - run >= SHORTEST_RUN) kinds |= runKind(text, run, at);
      run = at + 1;
    }
    if ((is & SIGN) === 0) continue;
    const open = is & wanted & ~kinds;
    if (open !== 0) kinds |= kindsAt(text, at, open);
    if ((open & KINDS.utf7) !== 0 && at >= unshifted) {
      const read = utf7(text, at, nothing);
      if (read > 0) kinds |= KINDS.utf7;
      else unshifted = at - read;
    }
    if ((is & DECIMAL_DIGIT) !== 0 && (classOf(text.charCodeAt(at - 1)) & BETWEEN) !== 0) {
      between = isNextInList(text, at) ? between + 1 : 0;
      if (between === FEWEST_BETWEEN) kinds |= KINDS.lists;
    }
  }
  return length - run >= SHORTEST_RUN ? kinds | runKind(text, run, length) : kinds;
}

const runKind = (text: string, start: number, end: number): number =>
  isHexRun(text, start, end) || isBase64Run(text, start, end) ? KINDS.runs : 0;

/** True if only such characters stand between the number that begins here and another one; dashes and colons between bytes. */
function isNextInList(text: string, at: number): boolean {
  let before = at - 1;
  while ((classOf(text.charCodeAt(before)) & BETWEEN) !== 0) before--;
  if ((classOf(text.charCodeAt(before)) & HEX_DIGIT) === 0) return false;
  const sign = text.charCodeAt(at - 1);
  return (
    (sign !== 0x2d && sign !== 0x3a) || (isWord(text.charCodeAt(before - 1)) && !isWord(text.charCodeAt(before - 2)))
  );
}

const nothing = new Said(0);

/** Finds the kinds, of those in `open` without UTF-7, of an encoding at this place. */
function kindsAt(text: string, at: number, open: number): number {
  let kinds = 0;
  if ((open & KINDS.escapes) !== 0 && escapes(text, at, nothing) > 0) kinds |= KINDS.escapes;
  if ((open & KINDS.letters) !== 0 && isEncodedLetter(text, at)) kinds |= KINDS.letters;
  if ((open & KINDS.mails) !== 0 && mails(text, at, nothing) > 0) kinds |= KINDS.mails;
  if ((open & KINDS.imapNames) !== 0 && imapNames(text, at, nothing) > 0) kinds |= KINDS.imapNames;
  if ((open & KINDS.folds) !== 0 && folds(text, at, nothing) > 0) kinds |= KINDS.folds;
  return kinds | (open & KINDS.forms);
}

/** A mark is on the letter before it. */
const isEncodedLetter = (text: string, at: number): boolean =>
  letters(text, at, nothing) > 0 || (at > 0 && letters(text, at - 1, nothing) > 0);
