import type { ReadAt, Said } from './Reading';

/** The names of HTML for characters that a secret is likely to have: those of ASCII, then U+00A0 to U+00FF in their order. */
const ASCII_NAMES =
  'amp& lt< gt> quot" apos\' excl! num# dollar$ percnt% lpar( rpar) ast* midast* plus+ comma, period. sol/ colon: semi; ' +
  'equals= quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack] Hat^ lowbar_ grave` lcub{ lbrace{ verbar| vert| rcub} rbrace}';
const LATIN_NAMES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave ' +
  'Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc ' +
  'Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc ' +
  'iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const NAMED = new Map([
  ...ASCII_NAMES.split(' ').map((pair): [string, string] => [pair.slice(0, -1), pair.slice(-1)]),
  ...LATIN_NAMES.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
]);

/** Letters behind a backslash; 0 for a sign that is not seen. */
const LETTERS = new Map(
  Object.entries({ 0: 0, a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 }).map(([letter, code]) => [
    letter.charCodeAt(0),
    code,
  ]),
);
/** Signs that a shell of Windows escapes with `^`, and with a backtick. */
const WINDOWS_SIGNS = new Map([
  [0x5e, '&|<>^%!"()'],
  [0x60, '$`"\''],
]);
const ENTITY = /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|([A-Za-z\d]{2,8}));/y;
const COLOUR = /.\[[\d;]{0,16}m/y;
const BRACED = /\{([\da-fA-F]{1,6})\}/y;

/** Whether that is a sign of no width. */
const isUnseen = (code: number): boolean =>
  code === 0 || code === 0xad || (code >= 0x200b && code <= 0x200f) || code === 0x2060 || code === 0xfeff;

/**
 * Reads escapes of programming languages, JSON, SQL, regular expressions and shells; of URLs; of HTML and XML. Also a quote that
 * is doubled, and what is not seen: NUL, the colours of a terminal, a space of no width.
 */
export const escapes: ReadAt = (text, at, said) => {
  const code = text.charCodeAt(at);
  switch (code) {
    case 0x5c:
      return behindBackslash(text, at, said);
    case 0x25:
      return text.charCodeAt(at + 1) === 0x75 ? hex(text, at, 2, 4, said) : hex(text, at, 1, 2, said);
    case 0x26:
      return entity(text, at, said);
    case 0x27:
      return doubled(text, at, ["'\\''", "'\"'\"'", "''"], said);
    case 0x22:
      return doubled(text, at, ['""'], said);
    case 0x5e:
    case 0x60:
      if (at + 1 === text.length || WINDOWS_SIGNS.get(code)?.includes(text.charAt(at + 1)) !== true) return 0;
      said.unit(text.charCodeAt(at + 1));
      return 2;
    case 0x1b:
      return matchAt(COLOUR, text, at)?.[0].length ?? 0;
    default:
      return isUnseen(code) ? 1 : 0;
  }
};

function behindBackslash(text: string, at: number, said: Said): number {
  const next = text.charCodeAt(at + 1);
  if (next === 0x75) return codeInBraces(text, at, said) || hex(text, at, behindAll(text, at + 1, 0x75) - at, 4, said);
  if (next === 0x78) return codeInBraces(text, at, said) || hex(text, at, 2, 2, said);
  if (next === 0x55) return hex(text, at, 2, 8, said);
  const octal = digits(text, at + 1, 3, 8);
  if (octal >= 0 && octal <= 0xff) {
    said.unit(octal);
    return 4;
  }
  if (next >= 0x32 && next <= 0x37) return hex(text, at, 1, 2, said); // as LDAP does
  const letter = LETTERS.get(next);
  if (letter !== undefined) {
    if (letter > 0) said.unit(letter);
    return 2;
  }
  if (next === 0x0a) return 2;
  if (next === 0x0d && text.charCodeAt(at + 2) === 0x0a) return 3;
  if (Number.isNaN(next) || isWord(next) || isUnseen(next) || (next >= 9 && next <= 13)) return 0;
  said.unit(next);
  return 2;
}

function codeInBraces(text: string, at: number, said: Said): number {
  const braced = text.charCodeAt(at + 2) === 0x7b ? matchAt(BRACED, text, at + 2) : undefined;
  if (braced === undefined) return 0;
  said.character(parseInt(braced[1] ?? '', 16));
  return 2 + braced[0].length;
}

function entity(text: string, at: number, said: Said): number {
  const found = matchAt(ENTITY, text, at);
  const [all = '', hexCode, code, name = ''] = found ?? [];
  if (hexCode !== undefined) said.character(parseInt(hexCode, 16));
  else if (code !== undefined) said.character(Number(code));
  else {
    const named = NAMED.get(name);
    if (named === undefined) return 0;
    said.text(named);
  }
  return all.length;
}

function doubled(text: string, at: number, quotes: readonly string[], said: Said): number {
  const found = quotes.find((quote) => text.startsWith(quote, at));
  if (found === undefined) return 0;
  said.unit(text.charCodeAt(at));
  return found.length;
}

/** Reads `count` hexadecimal digits that stand `behind` characters further on. */
export function hex(text: string, at: number, behind: number, count: number, said: Said): number {
  const code = digits(text, at + behind, count, 16);
  if (code < 0) return 0;
  said.character(code);
  return behind + count;
}

/** Reads a number of `count` digits; -1 if they are not digits. */
function digits(text: string, at: number, count: number, base: 8 | 16): number {
  let number = 0;
  for (let next = at; next < at + count; next++) {
    const digit = digitAt(text, next);
    if (digit < 0 || digit >= base) return -1;
    number = number * base + digit;
  }
  return number;
}

/** The value of a hexadecimal digit; -1 for everything else. */
export function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}

function behindAll(text: string, at: number, code: number): number {
  let next = at;
  while (next < at + 8 && text.charCodeAt(next) === code) next++;
  return next;
}

/** True for letters, digits and `_`. */
export const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code === 0x5f;

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
