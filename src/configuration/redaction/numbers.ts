import { Buffer, isUtf8 } from 'node:buffer';

import { digitAt, isWord, matchAt } from './escapes';
import { Reading, Spread, Tokens } from './Reading';

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

/** The bytes of a list, and where the number of each stands. */
interface Listed {
  readonly units: number[];
  readonly tokens: Tokens;
}

/** Reads a number of a list into its bytes; says where it ends, or 0 if it is none. */
type ItemAt = (text: string, at: number, listed: Listed) => number;

/** Reads bytes that are listed as numbers: in hexadecimal digits, of one or more at once, or in decimal ones. */
export function lists(reading: Reading): readonly Reading[] {
  return [...listsOf(reading, hexItem, true), ...listsOf(reading, decimalItem, false)];
}

function listsOf(reading: Reading, itemAt: ItemAt, hasDashes: boolean): readonly Reading[] {
  const { text } = reading;
  const found: Reading[] = [];
  for (let at = 0; at < text.length; at++) {
    if (digitAt(text, at) < 0 || isWord(text.charCodeAt(at - 1))) continue;
    const listed: Listed = { units: [], tokens: new Tokens() };
    const start = !hasDashes && text.charCodeAt(at - 1) === 0x2d ? at - 1 : at;
    for (let end = itemAt(text, start, listed); end > 0; end = itemAt(text, nextItem(text, at, hasDashes), listed))
      at = end;
    if (listed.units.length < FEWEST || !reading.isNew({ start, end: at })) continue;
    const read = Buffer.from(Uint16Array.from(listed.units).buffer).toString('utf16le');
    found.push(new Reading(read, { from: reading, back: listed.tokens }));
  }
  return found;
}

/** Pairs of digits: `68`, `0x68`, and `6875` for two at once. */
function hexItem(text: string, at: number, { units, tokens }: Listed): number {
  const start = text.startsWith('0x', at) ? at + 2 : at;
  let end = start;
  while (end <= start + MOST_DIGITS && digitAt(text, end) >= 0) end++;
  if (end === start || (end - start) % 2 !== 0 || isWord(text.charCodeAt(end))) return 0;
  for (let pair = start; pair < end; pair += 2) {
    tokens.add(units.length, 1, pair, 2);
    units.push(digitAt(text, pair) * 16 + digitAt(text, pair + 1));
  }
  return end;
}

const DECIMAL = /(?:["']?\d{1,7}["']?\s{0,8}:\s{0,8})?(-?)(\d{1,5})(?![\w.])/y;

/** A number as it is, or behind the key that it has in an object: `104`, `"0": 104`; negative ones are bytes with a sign. */
function decimalItem(text: string, at: number, { units, tokens }: Listed): number {
  const match = matchAt(DECIMAL, text, at);
  if (match === undefined) return 0;
  const [all, sign, number = ''] = match;
  const end = at + all.length;
  tokens.add(units.length, 1, end - number.length, number.length);
  units.push(sign === '-' ? -Number(number) & 0xff : Number(number));
  return end;
}

/** The place of what follows a number in a list. Dashes and colons stand between single bytes only: others are dates, or names. */
function nextItem(text: string, end: number, hasDashes: boolean): number {
  const isByte = hasDashes && isWord(text.charCodeAt(end - 2)) && !isWord(text.charCodeAt(end - 3));
  let next = end;
  while (next < end + MOST_BETWEEN && isBetween(text.charCodeAt(next), isByte)) next++;
  return next === end ? text.length : next;
}

const isBetween = (code: number, isByte: boolean): boolean =>
  code === 0x20 || code === 0x2c || (code >= 9 && code <= 13) || (isByte && (code === 0x2d || code === 0x3a));
