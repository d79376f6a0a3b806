import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';

/** Shorter secrets are not redacted: such a text occurs by chance, and redacting it would make the output useless. */
const SHORTEST = 4;
/** A longer secret is looked for in equal pieces, so that a part of it that stands alone, or was cut, is found too. */
const LONGEST_WHOLE = 256;
const PIECE = 64;
const SHORTEST_LINE = 16;
/** A shorter part of a text in base64 occurs by chance. */
const SHORTEST_BASE64 = 6;

/**
 * One pattern for all `secrets` in every usual form: as they are, escaped for JSON, URLs, forms, HTML, SQL, shells and mails,
 * also twice, as bytes in decimal or hexadecimal digits, and in base64 of both alphabets wherever they stand in what is
 * encoded. `undefined` without secrets.
 */
export function secretsPattern(secrets: readonly string[]): RegExp | undefined {
  const forms = new Set(
    secrets
      .flatMap(partsOf)
      .filter(({ length }) => length >= SHORTEST)
      .flatMap((part) => [...escapedForms(part), ...byteForms(part)])
      .filter(({ length }) => length >= SHORTEST),
  );
  if (forms.size === 0) return undefined;
  // Only literal texts, which the engine of regular expressions joins to one tree. The longest first, because a secret may
  // begin with another one.
  const sources = [...forms]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`(?:${sources.join('|')})+`, 'g');
}

/** A secret, or its pieces; and parts of it that are secrets of their own: the password in a URL, the lines of a key. */
function partsOf(secret: string): readonly string[] {
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

function inPieces(secret: string): readonly string[] {
  if (secret.length <= LONGEST_WHOLE) return [secret];
  const count = Math.ceil(secret.length / PIECE);
  const length = Math.ceil(secret.length / count);
  return Array.from({ length: count }, (_, index) => secret.slice(index * length, (index + 1) * length));
}

type Escape = (text: string) => string;

const hex = (character: string, least: number): string =>
  (character.codePointAt(0) ?? 0).toString(16).padStart(least, '0');
const upperHex = (text: string): string =>
  text.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

const json: Escape = (text) => JSON.stringify(text).slice(1, -1);
const unicode = (text: string, characters: RegExp): string =>
  text.replace(characters, (character) => `\\u${hex(character, 4)}`);
const JSON_ESCAPES: readonly Escape[] = [
  json,
  (text) => json(text).replaceAll('/', '\\/'),
  (text) => unicode(json(text), /[^ -~]/g),
  (text) => unicode(json(text).replaceAll('/', '\\/'), /[^ -~]/g),
  (text) => unicode(json(text), /[<>&']|[^ -~]/g),
  (text) => unicode(json(text), /[<>&]/g),
  (text) => inspect(text).slice(1, -1),
];

const percent = (text: string, characters: RegExp): string =>
  text.replace(characters, (character) => `%${hex(character, 2).toUpperCase()}`);
const URL_ESCAPES: readonly Escape[] = [
  encodeURIComponent,
  encodeURI,
  (text) => percent(encodeURIComponent(text), /[!'()*]/g),
  (text) => percent(encodeURIComponent(text), /[!'()*._~-]/g),
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  (text) => Object.assign(new URL('http://host'), { username: 'x', password: text }).password,
  (text) => Object.assign(new URL('http://host'), { search: text }).search.slice(1),
];

const HTML: Escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const quotes = (text: string, double: string, single: string): string =>
  HTML(text).replaceAll('"', double).replaceAll("'", single);
const byNumber = (character: string): string => `&#x${hex(character, 2).toUpperCase()};`;

const HTML_ESCAPES: readonly Escape[] = [
  HTML,
  (text) => quotes(text, '&quot;', "'"),
  (text) => quotes(text, '&quot;', '&#39;'),
  (text) => quotes(text, '&quot;', '&#039;'),
  (text) => quotes(text, '&quot;', '&#x27;'),
  (text) => quotes(text, '&quot;', '&apos;'),
  (text) => quotes(text, '&#34;', '&#39;'),
  // Those of template languages escape more than five characters, or give all of them by their number.
  (text) => quotes(text, '&quot;', '&#39;').replace(/[/`=]/g, byNumber),
  (text) => text.replace(/[&<>"'`=/]/g, byNumber),
  (text) => text.replaceAll('&', '&amp;').replace(/[<>"'`=/]/g, byNumber),
  (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
];

/** Between the quotes of SQL, tables and a shell; in a regular expression; quoted-printable, in mails. */
const OTHER_ESCAPES: readonly Escape[] = [
  (text) => text.replaceAll("'", "''"),
  (text) => text.replaceAll('"', '""'),
  (text) => text.replaceAll("'", "'\\''"),
  (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
  (text) =>
    text.replace(/[^ -<>-~\r\n]/gu, (character) =>
      Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '=$&'),
    ),
];

/** The text as it is, and escaped in every usual way, once and twice. */
function escapedForms(text: string): readonly string[] {
  const isWellFormed = !/\p{Surrogate}/u.test(text);
  const once = [...JSON_ESCAPES, ...HTML_ESCAPES, ...OTHER_ESCAPES, ...(isWellFormed ? URL_ESCAPES : [])].map(
    (escape) => escape(text),
  );
  const forms = [...new Set([text, ...once.flatMap((form) => [form, upperHex(form), lowerHex(form)])])];
  const twice = forms.flatMap((form) => [json(form), HTML(form), ...(isWellFormed ? [encodeURIComponent(form)] : [])]);
  return [...new Set([...forms, ...twice])];
}

/** The bytes of the text in hexadecimal digits, and in base64, where they begin at any place of a group of three. */
function byteForms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const digits = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The characters that no byte before or after has a part in.
    const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    if (own.length < SHORTEST_BASE64) return [];
    const last = encoded.slice(Math.ceil((before * 8) / 6)).replace(/=+$/, '');
    return [own, last].flatMap((form) => [
      form,
      form.replaceAll('+', '-').replaceAll('/', '_'),
      form.replaceAll('/', '\\/'),
      encodeURIComponent(form),
      lowerHex(encodeURIComponent(form)),
    ]);
  });
  const digitForms = [digits, digits.toUpperCase()].flatMap((form) => [
    form,
    form.replace(/..(?!$)/g, '$& '),
    form.replace(/..(?!$)/g, '$&:'),
    form.replace(/../g, '%$&'),
  ]);
  return [...digitForms, bytes.join(','), bytes.join(', '), ...base64];
}
