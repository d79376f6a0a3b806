/** A stretch of a text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Undoes an encoding at one place of a text, and says what stands there.
 *
 * @returns the number of characters that it has read; 0 if they are not encoded, and negative if none of so many is.
 */
export type ReadAt = (text: string, at: number, said: Said) => number;

/** A text in the making, of a length that is known: more is dropped. */
export class Said {
  readonly #units: Uint16Array;
  length = 0;

  constructor(most: number) {
    this.#units = new Uint16Array(most);
  }

  unit(unit: number): void {
    this.#units[this.length++] = unit;
  }

  /** A character by its number; a number that no character has is said as U+FFFD. */
  character(code: number): void {
    if (code > 0xffff) this.text(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
    else this.unit(code);
  }

  text(text: string): void {
    for (let at = 0; at < text.length; at++) this.unit(text.charCodeAt(at));
  }

  toString(): string {
    return Buffer.from(this.#units.buffer, 0, 2 * this.length).toString('utf16le');
  }
}

interface Origin {
  readonly from: Reading;
  readonly back: WayBack;
  readonly texts?: Set<string>;
  readonly isJoined?: boolean;
}

/**
 * A text, or what a part of it says when an encoding is undone, with the way back: where in the text it was read from its
 * characters stand.
 */
export class Reading {
  readonly text: string;
  /** The number of encodings that were undone to read it. */
  readonly depth: number;
  /** True if lines were put together: what they make is then a word by chance. */
  readonly isJoined: boolean;
  readonly #origin: Origin | undefined;
  /** All that the same part of the text was read as. */
  readonly #texts: Set<string>;

  constructor(text: string, origin?: Origin) {
    this.text = text;
    this.depth = origin === undefined ? 0 : origin.from.depth + 1;
    this.isJoined = origin?.isJoined ?? false;
    this.#texts = origin?.texts ?? new Set([text]);
    this.#origin = origin;
  }

  /**
   * Reads the text with all decoded that `readAt` finds; `undefined` if that is nothing, or it has been read so before.
   *
   * @param joins - true if this puts lines together.
   */
  decoded(readAt: ReadAt, joins = false): Reading | undefined {
    const { text: source } = this;
    const said = new Said(source.length);
    const tokens = new Tokens();
    for (let at = 0; at < source.length;) {
      const before = said.length;
      const read = readAt(source, at, said);
      if (read > 0) tokens.add(before, said.length - before, at, read);
      else said.unit(source.charCodeAt(at++));
      for (let left = read; left < -1 && at < source.length; left++) said.unit(source.charCodeAt(at++));
      at += Math.max(read, 0);
    }
    const text = tokens.count === 0 ? source : said.toString();
    if (this.#texts.has(text)) return undefined;
    this.#texts.add(text);
    return new Reading(text, { from: this, back: tokens, texts: this.#texts, isJoined: joins || this.isJoined });
  }

  /** True if that part of the text was not there before something was decoded. */
  isNew({ start, end }: Place): boolean {
    if (this.#origin === undefined) return true;
    const { back } = this.#origin;
    return back.endOf(end - 1) - back.startOf(start) !== end - start;
  }

  /** The place, in the text that was given, of a part of this one. */
  placeOf({ start, end }: Place): Place {
    if (this.#origin === undefined) return { start, end };
    const { from, back } = this.#origin;
    return from.placeOf({ start: back.startOf(start), end: back.endOf(end - 1) });
  }
}

/** Finds where a character began and ended before it was decoded. */
interface WayBack {
  startOf(at: number): number;
  endOf(at: number): number;
}

/** Bytes that stand from a place on, each in the same number of characters. */
export class Spread implements WayBack {
  readonly #start: number;
  readonly #each: number;

  constructor(start: number, each: number) {
    this.#start = start;
    this.#each = each;
  }

  /** A character that two bytes have a part in stays: it says less than one of them. */
  startOf(at: number): number {
    return this.#start + Math.ceil(at * this.#each);
  }

  endOf(at: number): number {
    return this.#start + Math.floor((at + 1) * this.#each);
  }
}

/** All that was decoded, in order, each with its place before and after. */
export class Tokens implements WayBack {
  /** Four numbers of each: where it begins and ends, and where it did before. */
  readonly #places: number[] = [];
  /** The number of them; fewer than there were forgets the others. */
  count = 0;

  add(at: number, length: number, before: number, lengthBefore: number): void {
    const place = 4 * this.count++;
    this.#places[place] = at;
    this.#places[place + 1] = at + length;
    this.#places[place + 2] = before;
    this.#places[place + 3] = before + lengthBefore;
  }

  startOf(at: number): number {
    const token = this.#lastUpTo(at);
    const end = this.#of(token, 1);
    return at < end ? this.#of(token, 2) : this.#of(token, 3) + at - end;
  }

  endOf(at: number): number {
    const token = this.#lastUpTo(at);
    return this.#of(token, 3) + Math.max(at + 1 - this.#of(token, 1), 0);
  }

  #of(token: number, part: number): number {
    return token < 0 ? 0 : (this.#places[4 * token + part] ?? 0);
  }

  #lastUpTo(at: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#of(middle, 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
