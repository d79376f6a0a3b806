import { Buffer, isUtf8 } from 'node:buffer';

import { digitAt, isWord } from './escapes';
import { Reading, Said, Spread, Tokens } from './Reading';

/** A shorter run holds no more than a word: base64 and digits of a secret itself are looked for as they are. */
export const SHORTEST_RUN = 24;
const RUN = /[A-Za-z0-9+/_-]{24,}/g;

/** Reads base64 of both alphabets, and hexadecimal digits, that say a text: wherever in the run it begins. */
export function runs(reading: Reading): readonly Reading[] {
  const found: Reading[] = [];
  for (const { 0: run, index: start } of reading.text.matchAll(RUN)) {
    const isHex = isHexRun(run, 0, run.length);
    if (!(isHex || isBase64Run(run, 0, run.length)) || !reading.isNew({ start, end: start + run.length })) continue;
    for (let skipped = 0; skipped < (isHex ? 2 : 4); skipped++) {
      const bytes = Buffer.from(run.slice(skipped), isHex ? 'hex' : 'base64');
      if (!saysText(bytes)) continue;
      const back = new Spread(start + skipped, isHex ? 2 : 4 / 3);
      found.push(new Reading(bytes.toString('latin1'), { from: reading, back }));
    }
  }
  return found;
}

export function isHexRun(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (digitAt(text, at) < 0) return false;
  return true;
}

/** True if there are small and capital letters in it, as there are not in most names of files. */
export function isBase64Run(text: string, start: number, end: number): boolean {
  let hasSmall = false;
  let hasCapital = false;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x41 && code <= 0x5a) hasCapital = true;
    else if (code >= 0x61) hasSmall = true;
    if (hasSmall && hasCapital) return true;
  }
  return false;
}

/** False for most bytes that are read from the wrong place on. */
function saysText(bytes: Buffer): boolean {
  if (isUtf8(bytes)) return true;
  let printable = 0;
  for (const byte of bytes) if (byte >= 0x20 && byte < 0x7f) printable++;
  return printable * 5 >= bytes.length * 3;
}

/** Fewer bytes are no secret. */
const FEWEST = 4;
const MOST_BETWEEN = 40;
const MOST_DIGITS = 16;

/** Stands between two lists: no secret has it. */
const BETWEEN_LISTS = 0xffff;

/** The bytes of all lists of a text, and where the number of each stands. */
interface Listed {
  readonly said: Said;
  readonly tokens: Tokens;
}

/** Reads a number of a list into its bytes; says where it ends, or 0 if it is none. */
type ItemAt = (text: string, at: number, listed: Listed) => number;

/** Reads bytes that are listed as numbers: in hexadecimal digits, of one or more at once, or in decimal ones. */
export function lists(reading: Reading): readonly Reading[] {
  return [...listsOf(reading, hexItem, true), ...listsOf(reading, decimalItem, false)];
}

/** Reads all lists of one kind together: there may be thousands. */
function listsOf(reading: Reading, itemAt: ItemAt, hasDashes: boolean): readonly Reading[] {
  const { text } = reading;
  const listed: Listed = { said: new Said(text.length), tokens: new Tokens() };
  const { said, tokens } = listed;
  for (let at = 0; at < text.length; at++) {
    if (digitAt(text, at) < 0 || isWord(text.charCodeAt(at - 1))) continue;
    const before = tokens.count;
    const saidBefore = said.length;
    if (before > 0) said.unit(BETWEEN_LISTS);
    const start = !hasDashes && text.charCodeAt(at - 1) === 0x2d ? at - 1 : at;
    for (let end = itemAt(text, start, listed); end > 0; end = itemAt(text, nextItem(text, at, hasDashes), listed))
      at = end;
    if (tokens.count - before >= FEWEST && reading.isNew({ start, end: at })) continue;
    tokens.count = before;
    said.length = saidBefore;
  }
  if (tokens.count === 0) return [];
  return [new Reading(said.toString(), { from: reading, back: tokens })];
}

/** Pairs of digits: `68`, `0x68`, and `6875` for two at once; one digit behind `0x`, as Go shows a tab. */
function hexItem(text: string, at: number, { said, tokens }: Listed): number {
  const start = text.charCodeAt(at) === 0x30 && text.charCodeAt(at + 1) === 0x78 ? at + 2 : at;
  let end = start;
  while (end <= start + MOST_DIGITS && digitAt(text, end) >= 0) end++;
  if (end === start || isWord(text.charCodeAt(end))) return 0;
  if (end - start === 1 && start > at) {
    tokens.add(said.length, 1, start, 1);
    said.unit(digitAt(text, start));
    return end;
  }
  if ((end - start) % 2 !== 0) return 0;
  for (let pair = start; pair < end; pair += 2) {
    tokens.add(said.length, 1, pair, 2);
    said.unit(digitAt(text, pair) * 16 + digitAt(text, pair + 1));
  }
  return end;
}

/** A number as it is, or behind the key that it has in an object: `104`, `"0": 104`; negative ones are bytes with a sign. */
function decimalItem(text: string, at: number, listed: Listed): number {
  const value = behindKey(text, at);
  return (value > at ? numberItem(text, value, listed) : 0) || numberItem(text, at, listed);
}

function numberItem(text: string, given: number, { said, tokens }: Listed): number {
  const isNegative = text.charCodeAt(given) === 0x2d;
  const start = isNegative ? given + 1 : given;
  const end = behindDigits(text, start, 5);
  if (end === start || isWord(text.charCodeAt(end)) || text.charCodeAt(end) === 0x2e) return 0;
  const number = Number(text.slice(start, end));
  tokens.add(said.length, 1, start, end - start);
  said.unit(isNegative ? -number & 0xff : number);
  return end;
}

/** The place behind the key of a number and its colon; 0 if it has none. */
function behindKey(text: string, at: number): number {
  const start = isQuote(text.charCodeAt(at)) ? at + 1 : at;
  let end = behindDigits(text, start, 7);
  if (end === start) return 0;
  if (isQuote(text.charCodeAt(end))) end++;
  end = behindSpaces(text, end);
  return text.charCodeAt(end) === 0x3a ? behindSpaces(text, end + 1) : 0;
}

function behindDigits(text: string, at: number, most: number): number {
  let end = at;
  while (end < at + most && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return end;
}

function behindSpaces(text: string, at: number): number {
  let end = at;
  while (end < at + 8 && isSpace(text.charCodeAt(end))) end++;
  return end;
}

/** The place of what follows a number in a list. Dashes and colons stand between single bytes only: others are dates, or names. */
function nextItem(text: string, end: number, hasDashes: boolean): number {
  const isByte = hasDashes && isWord(text.charCodeAt(end - 2)) && !isWord(text.charCodeAt(end - 3));
  let next = end;
  while (next < end + MOST_BETWEEN && isBetween(text.charCodeAt(next), isByte)) next++;
  return next === end ? text.length : next;
}

const isQuote = (code: number): boolean => code === 0x22 || code === 0x27;
const isSpace = (code: number): boolean => code === 0x20 || (code >= 9 && code <= 13);
const isBetween = (code: number, isByte: boolean): boolean =>
  isSpace(code) || code === 0x2c || (isByte && (code === 0x2d || code === 0x3a));
