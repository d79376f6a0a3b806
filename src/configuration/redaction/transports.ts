import { Buffer, isUtf8 } from 'node:buffer';

import { digitAt, hex, isWord, matchAt } from './escapes';
import type { ReadAt, Said } from './Reading';

/** Letters of which each byte in UTF-8 is a character; and a letter with the mark on it, which together are another one. */
export const letters: ReadAt = (text, at, said) => {
  const code = text.charCodeAt(at);
  if (code >= 0xc2 && code <= 0xf4) {
    const size = code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;
    const bytes = Buffer.from(text.slice(at, at + size), 'latin1');
    if (bytes.length === size && areBytes(text, at + 1, size - 1) && isUtf8(bytes)) {
      said.text(bytes.toString());
      return size;
    }
  }
  if (!isMark(text.charCodeAt(at + 1))) return 0;
  const composed = text.slice(at, at + 2).normalize('NFC');
  if (composed.length !== 1) return 0;
  said.text(composed);
  return 2;
};

function areBytes(text: string, at: number, count: number): boolean {
  for (let next = at; next < at + count; next++) {
    const code = text.charCodeAt(next);
    if (code < 0x80 || code > 0xbf) return false;
  }
  return true;
}

/** Marks on Latin, Greek, Cyrillic and Japanese letters, and the parts of Korean ones. */
const isMark = (code: number): boolean =>
  (code >= 0x300 && code <= 0x36f) || code === 0x3099 || code === 0x309a || (code >= 0x1161 && code <= 0x11c2);

/** A space that a form writes as a plus, and its other escapes. */
export const forms: ReadAt = (text, at, said) => {
  const code = text.charCodeAt(at);
  if (code === 0x25) return hex(text, at, 1, 2, said);
  if (code !== 0x2b) return 0;
  said.unit(0x20);
  return 1;
};

const WORD = /=\?[\w*-]{1,40}\?([QqBb])\?([^?\s]{0,400})\?=(?:\s{1,8}(?==\?))?/y;

/** Quoted-printable, and the encoded words of the headers of a mail. */
export const mails: ReadAt = (text, at, said) => {
  if (text.charCodeAt(at) !== 0x3d) return 0;
  const next = text.charCodeAt(at + 1);
  if (next === 0x0a) return 2;
  if (next === 0x0d) return text.charCodeAt(at + 2) === 0x0a ? 3 : 0;
  if (next === 0x3f) return encodedWord(text, at, said);
  return isAmongBytes(text, at) || needsEscape(text, at + 1) ? hex(text, at, 1, 2, said) : 0;
};

/** Digit of a byte as the standard wants it: `commit=abcdef` has none. */
const isCapital = (text: string, at: number): boolean => text.charCodeAt(at) < 0x61;

/** Letters and digits are not escaped in a mail, unless all characters are: `count=12` is no byte. */
const isAmongBytes = (text: string, at: number): boolean =>
  text.charCodeAt(at + 3) === 0x3d || text.charCodeAt(at - 3) === 0x3d;

/** A tab, and the ends of a line: no text has others of the characters below a space. */
const BREAKS = [9, 10, 13];

function needsEscape(text: string, at: number): boolean {
  const byte = digitAt(text, at) * 16 + digitAt(text, at + 1);
  return (
    BREAKS.includes(byte) ||
    (byte >= 0x20 && (byte < 0x80 ? !isWord(byte) || byte === 0x5f : isCapital(text, at) && isCapital(text, at + 1)))
  );
}

function encodedWord(text: string, at: number, said: Said): number {
  const found = matchAt(WORD, text, at);
  if (found === undefined) return 0;
  const [all, encoding = '', word = ''] = found;
  if (encoding.toLowerCase() === 'b') said.text(Buffer.from(word, 'base64').toString('latin1'));
  else
    for (let next = 0; next < word.length;) {
      if (word.charCodeAt(next) === 0x3d && hex(word, next, 1, 2, said) > 0) next += 3;
      else if (word.charCodeAt(next++) === 0x5f) said.unit(0x20);
      else said.unit(word.charCodeAt(next - 1));
    }
  return all.length;
}

/** Reads texts in UTF-16 and base64, between `sign` and a dash. */
const shifted =
  (sign: number, pattern: RegExp): ReadAt =>
  (text, at, said) => {
    if (text.charCodeAt(at) !== sign) return 0;
    const [all = '', digits = '', end] = matchAt(pattern, text, at) ?? [];
    if (end !== '-') return -all.length;
    if (digits === '') {
      said.unit(sign);
      return 2;
    }
    const bytes = Buffer.from(digits.replaceAll(',', '/'), 'base64');
    if (bytes.length === 0 || bytes.length % 2 !== 0) return -all.length;
    said.text(bytes.swap16().toString('utf16le'));
    return all.length;
  };

/** UTF-7. */
export const utf7 = shifted(0x2b, /\+([A-Za-z0-9+/]{0,400})(-?)/y);
/** UTF-7 as IMAP changes it for names. */
export const imapNames = shifted(0x26, /&([A-Za-z0-9+,]{0,400})(-?)/y);

/** A break that only the length of a line asks for: with an indent, or as Node shows a text of several lines. */
const FOLD = /\r?\n(?:['"`] \+\s{0,40}['"`]|[ \t]{1,40})?(?=[\w+/=-])/y;
const FEWEST_BEFORE = 4;

/** Breaks between two lines of base64 or digits. */
export const folds: ReadAt = (text, at) => {
  const code = text.charCodeAt(at);
  if (code !== 0x0a && code !== 0x0d) return 0;
  for (let before = at - FEWEST_BEFORE; before < at; before++) if (!isOfBase64(text.charCodeAt(before))) return 0;
  return matchAt(FOLD, text, at)?.[0].length ?? 0;
};

/** True for the characters of base64 in both alphabets. */
const isOfBase64 = (code: number): boolean => isWord(code) || code === 0x2b || code === 0x2d || code === 0x2f;
