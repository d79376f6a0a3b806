import { Buffer } from 'node:buffer';

import type { Place } from './Reading';
import { encodingsIn, misread, readingsOf } from './readingsOf';

/** Shorter secrets are not redacted: such a text occurs by chance, and redacting it would make the output useless. */
const SHORTEST = 4;
/** A longer secret is looked for in equal pieces, so that a part of it that stands alone, or was cut, is found too. */
const LONGEST_WHOLE = 256;
const PIECE = 64;
const SHORTEST_LINE = 16;
/** A shorter part of a text in base64 occurs by chance. */
const SHORTEST_BASE64 = 6;
/** A shorter text that two lines make together is one by chance. */
const SHORTEST_JOINED = 8;

/** Length of a secret, in bytes, up to which a text that it is encoded in twice is too short to be read. */
const LONGEST_TWICE = 12;
/** The number of bytes of a Buffer that Node shows. */
const NODE_SHOWS = 50;
/** Length of a secret from which on its beginning is looked for too. */
const LONG = 33;
/** Length of the beginning of a token; no other token has the same. */
const BEGINNING = 24;

/** Replaces what it finds in a text. */
type Replace = (text: string) => string;

/**
 * Makes the function that replaces all `secrets` as they are, and in whatever usual encoding, or several in each other: what the
 * encodings of a text say is read, and the secrets are looked for in it. `undefined` without secrets.
 */
export function secretsReplacer(secrets: readonly string[], replacement: string): Replace | undefined {
  const parts = secrets.flatMap(partsOf).filter(({ text }) => text.length >= SHORTEST);
  if (parts.length === 0) return undefined;
  const forms = new Map<string, Part | undefined>();
  for (const { text } of parts) for (const form of formsOf(text)) forms.set(form, undefined);
  for (const part of [...parts, ...parts.flatMap(beginningOf)]) if (isOfMore(part)) forms.set(part.text, part);
  const find = finderOf(forms);
  const hasSpaces = parts.some(({ text }) => text.includes(' '));
  return (text) => {
    const encodings = encodingsIn(text, hasSpaces);
    if (encodings === 0) return replaceAt(text, find(text), replacement);
    const places = readingsOf(text, encodings, hasSpaces).flatMap((reading) =>
      find(reading.text)
        .filter(({ start, end }) => !reading.isJoined || end - start >= SHORTEST_JOINED)
        .map((place) => reading.placeOf(place)),
    );
    return replaceAt(text, places, replacement);
  };
}

/** A text that is looked for, and where it stands in that which it is a part of. */
interface Part {
  readonly text: string;
  readonly of: string;
  readonly at: number;
}

const isOfMore = ({ text, of }: Part): boolean => text.length < of.length;

type Find = (text: string) => readonly Place[];

/** Numbers that the first characters of a form are mixed into. */
const MIXES = 0x10000;
/** Mixes a character into those before it, of which the last three still count. */
const mixed = (before: number, code: number): number => ((before << 4) ^ code) & (MIXES - 1);

/**
 * Looks for all forms at once by their first characters: a pattern of all of them takes longer to make, and to search with. Where
 * several begin at one place the longest is found, because a secret may begin with another one. Of a part, all that stands there of
 * the whole is found with it.
 */
function finderOf(forms: ReadonlyMap<string, Part | undefined>): Find {
  const byStart = new Map<string, string[]>();
  const isStart = new Uint8Array(MIXES);
  for (const form of [...forms.keys()].sort((a, b) => b.length - a.length)) {
    const start = form.slice(0, SHORTEST);
    const others = byStart.get(start);
    if (others === undefined) byStart.set(start, [form]);
    else others.push(form);
    let mix = 0;
    for (let at = 0; at < SHORTEST; at++) mix = mixed(mix, start.charCodeAt(at));
    isStart[mix] = 1;
  }
  return (text) => {
    let places: Place[] = NONE;
    let mix = 0;
    for (let at = 0, free = SHORTEST - 1; at < text.length; at++) {
      mix = mixed(mix, text.charCodeAt(at));
      if (isStart[mix] === 0 || at < free) continue;
      const start = at + 1 - SHORTEST;
      const form = byStart.get(text.slice(start, at + 1))?.find((candidate) => text.startsWith(candidate, start));
      if (form === undefined) continue;
      if (places === NONE) places = [];
      const part = forms.get(form);
      const end = start + form.length;
      const place = part === undefined ? { start, end } : grown(text, start, end, part);
      places.push(place);
      free = place.end + SHORTEST - 1;
    }
    return places;
  };
}

const NONE: Place[] = [];

function grown(text: string, from: number, to: number, { of, at, text: { length } }: Part): Place {
  let [start, end] = [from, to];
  for (let before = at - 1; before >= 0 && start > 0 && text[start - 1] === of[before]; before--) start--;
  for (let after = at + length; after < of.length && text[end] === of[after]; after++) end++;
  return { start, end };
}

function replaceAt(text: string, places: readonly Place[], replacement: string): string {
  if (places.length === 0) return text;
  let shown = '';
  let done = 0;
  for (const { start, end } of [...places].sort((a, b) => a.start - b.start)) {
    // Those that touch, or are in each other, are one.
    if (done === 0 || start > done) shown += text.slice(done, start) + replacement;
    done = Math.max(done, end);
  }
  return shown + text.slice(done);
}

/** A secret, or its pieces; and parts of it that are secrets of their own: the password in a URL, the lines of a key. */
function partsOf(secret: string): readonly Part[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*?:([^\s/?#]*)@/i.exec(secret)?.[1];
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter(isLineOfKey) : [];
  const whole = lines.length > 0 && secret.length > LONGEST_WHOLE ? [] : [secret];
  return [...whole, ...(password === undefined ? [] : [password, decoded(password)]), ...lines].flatMap(inPieces);
}

const isLineOfKey = (line: string): boolean => line.length >= SHORTEST_LINE && !line.startsWith('-----');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it is not encoded
  }
}

function inPieces(secret: string): readonly Part[] {
  if (secret.length <= LONGEST_WHOLE) return [{ text: secret, of: secret, at: 0 }];
  const count = Math.ceil(secret.length / PIECE);
  const length = Math.ceil(secret.length / count);
  return Array.from({ length: count }, (_, index) => {
    const at = index * length;
    return { text: secret.slice(at, at + length), of: secret, at };
  });
}

/** Finds the beginning of a long secret, which may be all that is shown of it: Node shows 50 bytes of a Buffer. */
function beginningOf({ of, at }: Part): readonly Part[] {
  if (at > 0 || of.length < LONG) return [];
  const token = of.slice(0, BEGINNING);
  const shown = Buffer.from(of)
    .subarray(0, NODE_SHOWS)
    .toString()
    .replace(/\ufffd$/, '');
  const text = isRandom(token) ? token : shown;
  return [{ text, of, at }];
}

/** False for words: the beginning of a secret that begins with the name of an application is no secret. */
const isRandom = (text: string): boolean => /^[\w.~+/=-]*$/.test(text) && /\d/.test(text);

const formsOf = (part: string): readonly string[] => [
  ...spellings(part),
  ...digitForms(part),
  ...base64Forms(part),
  ...twiceForms(part),
];

/** A short secret in base64 or digits, and in one of them again; and three times in base64: texts that are too short to be read. */
function twiceForms(part: string): readonly string[] {
  const bytes = Buffer.from(part);
  if (bytes.length > LONGEST_TWICE) return [];
  const once = [bytes.toString('hex'), bytes.toString('base64'), ...[0, 1, 2].flatMap((n) => base64FormsOf(bytes, n))];
  const twice = [...new Set(once)].flatMap((form) => {
    const again = Buffer.from(form);
    return [again.toString('hex'), ...[0, 1, 2].flatMap((before) => base64FormsOf(again, before))];
  });
  const thrice = Buffer.from(Buffer.from(bytes.toString('base64')).toString('base64'));
  return [...twice, ...base64FormsOf(thrice, 0)];
}

/** A part, and what becomes of it where it is decoded in the middle of a text, because it looks like an encoding itself. */
function spellings(part: string): readonly string[] {
  const read = misread(part).filter(({ length }) => length >= SHORTEST && 2 * length >= part.length);
  return [part, ...read];
}

/** The bytes in hexadecimal digits. */
function digitForms(part: string): readonly string[] {
  const digits = encodingsOf(part).map((bytes) => bytes.toString('hex'));
  return digits.flatMap((form) => [form, form.toUpperCase()]);
}

/** The bytes in base64 of both alphabets, wherever they begin in a group of three. */
function base64Forms(part: string): readonly string[] {
  return encodingsOf(part).flatMap((bytes) => [0, 1, 2].flatMap((before) => base64FormsOf(bytes, before)));
}

/** The bytes in UTF-8, Latin-1 and UTF-16 of both orders: of ASCII, one without its last byte, which is nothing, is in the other. */
function encodingsOf(part: string): readonly Buffer[] {
  const little = Buffer.from(part, 'utf16le');
  if (/^[\0-\x7f]*$/.test(part)) return [Buffer.from(part), little.subarray(0, -1)];
  const latin = /^[\0-\xff]*$/.test(part) ? [Buffer.from(part, 'latin1')] : [];
  return [Buffer.from(part), ...latin, little, Buffer.from(little).swap16()];
}

/** @param before - the number of bytes that stand before in their group of three. */
function base64FormsOf(bytes: Buffer, before: number): readonly string[] {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  // The characters that no byte before or after has a part in.
  const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  const padded = encoded.slice(Math.ceil((before * 8) / 6));
  if (own.length < SHORTEST_BASE64)
    return padded.length >= SHORTEST_BASE64 && padded.endsWith('=') ? [padded, toUrl(padded)] : [];
  const last = padded.replace(/=+$/, '');
  return [own, last].flatMap((form) => [form, toUrl(form)]);
}

const toUrl = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');
