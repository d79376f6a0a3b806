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

/** Replaces what it finds in a text. */
type Replace = (text: string) => string;

/**
 * Makes the function that replaces all `secrets` in every usual form: as they are, escaped for JSON, URLs, forms, HTML, SQL,
 * shells and mails, also twice, as bytes in decimal or hexadecimal digits, and in base64 of both alphabets wherever they stand in
 * what is encoded; in one line, and in several that are put together. `undefined` without secrets.
 */
export function secretsReplacer(secrets: readonly string[], replacement: string): Replace | undefined {
  const forms = new Set(
    secrets
      .flatMap(partsOf)
      .filter(({ length }) => length >= SHORTEST)
      .flatMap((part) => [...escapedForms(part), ...byteForms(part)])
      .filter(({ length }) => length >= SHORTEST),
  );
  if (forms.size === 0) return undefined;
  const find = finderOf(forms);
  return (text) => replaceFolded(replaceAt(text, find(text), replacement), find, replacement);
}

/** The place of a secret in a text. */
interface Place {
  readonly start: number;
  readonly end: number;
}

type Find = (text: string) => readonly Place[];

/**
 * Looks for all forms at once by their first characters: a pattern of the whole forms takes a hundred times as long to compile.
 * Where several begin at one place the longest is found, because a secret may begin with another one.
 */
function finderOf(forms: ReadonlySet<string>): Find {
  const byStart = new Map<string, string[]>();
  for (const form of [...forms].sort((a, b) => b.length - a.length)) {
    const start = form.slice(0, SHORTEST);
    const others = byStart.get(start);
    if (others === undefined) byStart.set(start, [form]);
    else others.push(form);
  }
  const starts = new RegExp(
    [...byStart.keys()].map((start) => start.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
    'g',
  );
  return (text) => {
    const places: { start: number; end: number }[] = [];
    starts.lastIndex = 0;
    for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
      const { index: start } = match;
      const form = byStart.get(match[0])?.find((candidate) => text.startsWith(candidate, start));
      starts.lastIndex = start + (form?.length ?? 1);
      if (form === undefined) continue;
      const last = places.at(-1);
      if (last?.end === start) last.end = start + form.length;
      else places.push({ start, end: start + form.length });
    }
    return places;
  };
}

function replaceAt(text: string, places: readonly Place[], replacement: string): string {
  if (places.length === 0) return text;
  let shown = '';
  let done = 0;
  for (const { start, end } of places) {
    shown += text.slice(done, start) + replacement;
    done = end;
  }
  return shown + text.slice(done);
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

/** The bytes of the text in digits, and in base64, wherever they begin in a group of three; as UTF-8 and as UTF-16. */
function byteForms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [
    ...digitForms(bytes),
    bytes.join(','),
    bytes.join(', '),
    ...[bytes, ...wideBytes(text)].flatMap((encoded) => [0, 1, 2].flatMap((before) => base64Forms(encoded, before))),
    ...wideBytes(text).map((wide) => wide.toString('hex')),
  ];
}

/** The bytes in UTF-16 of both orders: of ASCII, the one without its last byte, which is nothing, is in the other one. */
function wideBytes(text: string): readonly Buffer[] {
  const little = Buffer.from(text, 'utf16le');
  if (/^[\0-\x7f]*$/.test(text)) return [little.subarray(0, -1)];
  return [little, Buffer.from(little).swap16()];
}

function digitForms(bytes: Buffer): readonly string[] {
  const digits = bytes.toString('hex');
  return [digits, digits.toUpperCase()].flatMap((form) => [
    form,
    form.replace(/..(?!$)/g, '$& '),
    form.replace(/..(?!$)/g, '$&:'),
    form.replace(/....(?!$)/g, '$& '),
    form.replace(/../g, '%$&'),
    form.replace(/../g, '=$&'),
    form.replace(/../g, '\\x$&'),
  ]);
}

/** @param before - the number of bytes that stand before in their group of three. */
function base64Forms(bytes: Buffer, before: number): readonly string[] {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  // The characters that no byte before or after has a part in.
  const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  if (own.length < SHORTEST_BASE64) return [];
  const last = encoded.slice(Math.ceil((before * 8) / 6)).replace(/=+$/, '');
  return [own, last].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
    form.replaceAll('/', '\\/'),
    form.replaceAll('+', '\\u002B'),
    encodeURIComponent(form),
    lowerHex(encodeURIComponent(form)),
  ]);
}

/** A shorter text that two lines make together is one by chance. */
const SHORTEST_FOLDED = 8;
const LINE_BREAK = String.raw`(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n|(?:%0d)?%0a)`;
const FOLDED = new RegExp(String.raw`[\w+/=%-]${LINE_BREAK}`, 'i');
/** A break that only the length of a line asks for: in quoted-printable; or in base64, with an indent, or as Node shows it. */
const FOLD = new RegExp(
  String.raw`=${LINE_BREAK}|(?<=[\w+/%-])${LINE_BREAK}(?:['"\`] \+\s{0,40}['"\`]|[ \t]{1,40})?`,
  'gi',
);

/** Replaces what is found in a text only when its lines are put together, as those of base64 in a mail. */
function replaceFolded(text: string, find: Find, replacement: string): string {
  if (!FOLDED.test(text)) return text;
  /** Where a break was, in the text without breaks, and how much was taken out up to there. */
  const folds: { readonly at: number; readonly removed: number }[] = [];
  let removed = 0;
  const joined = text.replace(FOLD, (fold, offset: number) => {
    removed += fold.length;
    folds.push({ at: offset + fold.length - removed, removed });
    return '';
  });
  let next = 0;
  const removedBefore = (isBefore: (at: number) => boolean): number => {
    while (isBefore(folds[next]?.at ?? Infinity)) next++;
    return folds[next - 1]?.removed ?? 0;
  };
  const places: Place[] = [];
  for (const { start, end } of find(joined)) {
    const before = removedBefore((at) => at <= start);
    const after = removedBefore((at) => at < end);
    if (after > before && end - start >= SHORTEST_FOLDED) places.push({ start: start + before, end: end + after });
  }
  return replaceAt(text, places, replacement);
}
